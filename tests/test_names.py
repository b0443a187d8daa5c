"""What people are called, whichever of their jids they come under."""

from hypothesis import given
from hypothesis import strategies as st

from tests.making import ANA
from watui.gateway.whatsapi.lists import contact_of
from watui.models import Contact
from watui.names import Names, is_number
from watui.text import Safe

LID = Safe("123456789012345@lid")


def test_the_address_book_comes_first_then_the_chats_own_name_then_the_chosen_one() -> None:
    names = Names()
    assert names.of(ANA) == "+4915111111111"
    assert names.learn_chosen(ANA, Safe("ana the great")) == {ANA}
    assert names.of(ANA) == "ana the great"
    assert names.learn_listed(ANA, Safe("Ana L.")) == {ANA}
    assert names.learn(Contact(ANA, name=Safe("Ana Lima"))) == {ANA}
    assert names.learn_chosen(ANA, Safe("ana again")) == set()
    assert names.of(ANA) == names.known[ANA] == "Ana Lima"


def test_a_number_is_no_name_however_it_is_written() -> None:
    names = Names()
    for number in ("4915111111111", "+4915111111111", "+49 151 1111-1111", "+49 (151) 11111111"):
        assert names.learn_listed(ANA, Safe(number)) == set()
    names.learn_chosen(ANA, Safe("Ana"))
    assert names.of(ANA) == "Ana"
    assert not is_number("Ana 4915111111111", ANA)
    assert not is_number("+49 30 123456", ANA)


def test_two_jids_of_one_person_share_names_and_number() -> None:
    names = Names()
    names.learn_chosen(LID, Safe("ana"))
    assert names.number(LID) == ""
    assert names.learn(Contact(LID, number=Safe("4915111111111"))) == {ANA}
    assert (names.twin(LID), names.twin(ANA)) == (ANA, LID)
    assert names.of(ANA) == names.of(LID) == "ana"
    assert names.learn(Contact(ANA, name=Safe("Ana Lima"))) == {ANA, LID}
    assert names.number(LID) == names.number(ANA) == "4915111111111"


def test_a_hidden_number_that_a_contact_tells_is_better_than_none() -> None:
    names = Names()
    names.learn(Contact(LID, number=Safe("4915111111111")))
    assert names.of(LID) == "+4915111111111"


def test_both_servers_names_of_a_person_are_one_jid() -> None:
    for spelt in (ANA, "4915111111111@s.whatsapp.net", "4915111111111:12@s.whatsapp.net"):
        contact = contact_of({"id": spelt, "name": "Ana", "number": None})
        assert contact is not None
        assert contact.jid == ANA


@given(
    st.lists(
        st.tuples(st.sampled_from("ocl"), st.sampled_from((ANA, LID)), st.sampled_from("abcd")), max_size=12
    )
)
def test_what_is_handed_to_the_panes_is_what_the_resolver_says(steps: list[tuple[str, Safe, str]]) -> None:
    names = Names()
    for source, jid, name in steps:
        before = {each: names.known.get(each) for each in (ANA, LID)}
        if source == "o":
            changed = names.learn(Contact(jid, name=Safe(name), number=Safe("4915111111111")))
        elif source == "c":
            changed = names.learn_chosen(jid, Safe(name))
        else:
            changed = names.learn_listed(jid, Safe(name))
        assert changed >= {each for each in before if names.known.get(each) != before[each]}
        assert all(names.of(each) == names.known[each] for each in names.known)


def test_the_device_itself_is_you_under_both_its_jids() -> None:
    names = Names()
    names.learn(Contact(Safe("77@lid"), push_name=Safe("Robin"), number=Safe("4917000")))
    assert names.learn_oneself("+49 17000") == {Safe("4917000@c.us"), Safe("77@lid")}
    assert names.of(Safe("4917000@c.us")) == names.of(Safe("77@lid")) == "You"
    assert names.learn_oneself("+49 17000") == set()
