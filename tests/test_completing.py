"""What is being typed at the cursor, what is offered for it, and who is mentioned by what was taken."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watui.completing import LONGEST, Offers, Token, Wanted, wanted
from watui.mentioning import Given, members_of, resolve
from watui.text import Safe, one_line


def said(found: Wanted | None) -> str:
    return f"{found.kind} {found.start} {found.typed}{' closed' * found.closed}" if found else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":smi", "emoji 0 smi"),
        ("well :Smi", "emoji 5 Smi"),
        ("(:smi", "emoji 1 smi"),
        ("\n:smile:", "emoji 1 smile closed"),
        (":+1", "emoji 0 +1"),
        (":heart-eyes", "emoji 0 heart-eyes"),
        ("😄:joy", "emoji 1 joy"),
        (":s", ""),
        (":D", ""),
        (":-)", ""),
        (":", ""),
        ("at 12:30", ""),
        ("std::string", ""),
        ("https://x", ""),
        ("http://x :", ""),
        ("a:smile", ""),
        (":smi le", ""),
        ("@", "member 0 "),
        ("hi @mar", "member 3 mar"),
        ("(@José", "member 1 José"),
        ("_@mar", ""),
        ("me@example", ""),
        ("a.b+@example", ""),
        ("https://x.org/@mar", ""),
        ("@@mar", ""),
        ("@mar ", ""),
        ("/", "command 0 "),
        ("/loc", "command 0 loc"),
        ("//loc", ""),
        ("/etc/passwd", ""),
        (" /loc", ""),
        ("\n/loc", ""),
        ("/loc 1", ""),
        ("see /loc", ""),
        ("", ""),
    ],
)
def test_what_is_typed_at_the_cursor(text: str, expected: str) -> None:
    assert said(wanted(text, group=True)) == expected


def test_people_are_mentioned_in_groups_only() -> None:
    assert wanted("@mar", group=False) is None


@settings(max_examples=50, deadline=None)
@given(st.text(st.sampled_from("ab1 :@/+-\n😄"), max_size=30) | st.text(max_size=200), st.booleans())
def test_what_is_wanted_is_the_end_of_the_text(text: str, group: bool) -> None:
    found = wanted(text, group=group)
    if found is not None:
        sign = {Token.EMOJI: ":", Token.MEMBER: "@", Token.COMMAND: "/"}[found.kind]
        assert text[found.start :] == f"{sign}{found.typed}{':' * found.closed}"
        assert not re.search(r"\s", found.typed)
        assert wanted("x" * 3 * LONGEST + " " + text, group=group) in (
            None if found.kind is Token.COMMAND else
            Wanted(found.kind, found.start + 3 * LONGEST + 1, found.typed, found.closed),
        )  # fmt: skip


PEOPLE: list[Given] = [
    (Safe("491@c.us"), Safe("Thomas Marx"), Safe("+491")),
    (Safe("492@c.us"), Safe("Maria Oliveira"), Safe("+492")),
    (Safe("493@lid"), Safe("Bob"), Safe("")),
    (Safe("494@c.us"), Safe("Bob"), Safe("+494")),
    (Safe("495@c.us"), Safe(""), Safe("+495")),
    (Safe("496@c.us"), Safe("José Damaso"), Safe("+496")),
]


def offers() -> Offers:
    asked = Offers()
    asked.group = True
    asked.members = members_of(PEOPLE)
    asked.commands = [
        ("location", "lat,lon [text]", "send a place"),
        ("leave", "", "leave this group"),
        ("locations", "", "list the places"),
    ]
    return asked


def offered(text: str) -> list[str]:
    asked = offers()
    asked.look(text)
    return [candidate.insert for candidate in asked.candidates]


def test_members_are_found_by_name_and_number_the_best_first() -> None:
    assert offered("@mar") == ["@Maria Oliveira ", "@Thomas Marx "]
    assert offered("@ma") == ["@Maria Oliveira ", "@Thomas Marx ", "@José Damaso "]
    assert offered("@mariaoli") == ["@Maria Oliveira "]
    assert offered("@JOSE") == ["@José Damaso "]
    assert offered("@+49")[0] == "@+495 "
    assert len(offered("@+49")) == 5
    assert offered("@492") == ["@Maria Oliveira "]
    assert offered("@bob") == ["@Bob 493 ", "@Bob +494 "]
    assert offered("@zzz") == []
    assert len(offered("@")) == len(PEOPLE)


def test_commands_are_found_by_their_beginning_and_explained() -> None:
    asked = offers()
    asked.look("/LO")
    assert [(each.insert, each.shown, each.note) for each in asked.candidates] == [
        ("/location ", "/location lat,lon [text]", "send a place"),
        ("/locations", "/locations", "list the places"),
    ]
    assert offered("/zzz") == []
    assert not asked.whole
    asked.look("/location")
    assert asked.candidates
    assert asked.whole


def test_emoji_are_offered_as_they_are_called_and_no_guesses() -> None:
    assert offered("so :smi")[0] == "😄"
    assert offered(":thumsup") == offered(":DD") == offered(":smile:") == []


def test_the_cursor_stays_among_the_candidates_and_begins_anew_with_each_letter() -> None:
    asked = offers()
    asked.look("@b")
    asked.move(5)
    assert asked.cursor == 1
    asked.move(-9)
    assert asked.cursor == 0
    asked.move(1)
    asked.look("@b")  # the members came once more
    assert asked.cursor == 1
    asked.look("@bo")
    assert asked.cursor == 0


def test_what_was_declined_is_not_offered_until_something_else_is_typed() -> None:
    asked = offers()
    asked.look("@b")
    asked.decline()
    for text in ("@b", "@bo", "@b", "@"):
        asked.look(text)
        assert not asked.candidates
    asked.look("@b @b")
    assert asked.candidates
    asked.decline()
    asked.look("@b ")
    asked.look("@b @b")
    assert asked.candidates


# Mentions.


def test_members_of_one_name_are_told_apart() -> None:
    labels = [str(member.label) for member in members_of(PEOPLE)]
    assert labels == ["Thomas Marx", "Maria Oliveira", "Bob 493", "Bob +494", "+495", "José Damaso"]


words = st.text(st.sampled_from("ab \n@+1_.*é\u202e🌸"), max_size=6)
people = st.lists(
    st.tuples(st.integers(1, 99), words, words).map(
        lambda each: (Safe(f"{each[0]}@c.us"), Safe(each[1]), Safe(each[2]))
    ),
    max_size=6,
    unique_by=lambda each: each[0],
)


@settings(max_examples=50, deadline=None)
@given(people)
def test_every_label_is_one_clean_line_and_no_other_members(given_members: list[Given]) -> None:
    members = members_of(given_members)
    labels = [member.label for member in members]
    assert len(set(labels)) == len(labels)
    assert [member.jid for member in members] == [jid for jid, _, _ in given_members]
    assert all(label and one_line(label, limit=1000) == label for label in labels)


@pytest.mark.parametrize(
    ("text", "sent", "who"),
    [
        ("hi @Maria", "hi @1", ["1@c.us"]),
        ("@Maria Oliveira and @Maria, @Maria", "@2 and @1, @1", ["2@c.us", "1@c.us"]),
        ("_@Maria_ *@Maria Oliveira*", "_@1_ *@2*", ["1@c.us", "2@c.us"]),
        ("@Mariana me@Maria Maria @maria", "@Mariana me@Maria Maria @maria", []),
        ("@Maria Oliveiras", "@1 Oliveiras", ["1@c.us"]),
        ("@a.b* (x)!", "@3!", ["3@lid"]),
        ("@", "@", []),
    ],
)
def test_whole_labels_become_numbers_the_longest_first(text: str, sent: str, who: list[str]) -> None:
    taken = {
        "Maria": Safe("1@c.us"),
        "Maria Oliveira": Safe("2@c.us"),
        "a.b* (x)": Safe("3@lid"),
        "": Safe("4@c.us"),
    }
    assert resolve(text, taken) == (sent, tuple(who))


@settings(max_examples=50, deadline=None)
@given(people, st.data())
def test_who_was_taken_is_mentioned_and_nothing_else_changes(
    given_members: list[Given], data: st.DataObject
) -> None:
    taken = {str(member.label): member.jid for member in members_of(given_members)}
    between = st.text(st.sampled_from("xyz ,.\n"), max_size=5)
    begun, sent, who = "", "", list[Safe]()
    for label in data.draw(st.lists(st.sampled_from([*taken]), max_size=5) if taken else st.just([])):
        gap = data.draw(between) + " "
        begun += f"{gap}@{label};"
        sent += f"{gap}@{taken[label].partition('@')[0]};"
        who.append(taken[label])
    tail = data.draw(between)
    assert resolve(begun + tail, taken) == (sent + tail, tuple(dict.fromkeys(who)))
    assert resolve(begun + tail, {}) == (begun + tail, ())
