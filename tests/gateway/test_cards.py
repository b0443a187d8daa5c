"""Contact cards of every version, whole, folded, quoted, huge and broken."""

import time

import pytest

from watui.gateway.whatsapi.cards import CARDS, NUMBER_LIMIT, NUMBERS, card_of, cards_of
from watui.models import Card
from watui.text import Safe


def card(name: str, *numbers: str) -> Card:
    return Card(Safe(name), tuple(map(Safe, numbers)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "BEGIN:VCARD\nVERSION:3.0\nN:Doe;John;;;\nFN:John Doe\n"
            "TEL;type=CELL;waid=4915177777777:+49 151 77777777\nEND:VCARD",
            card("John Doe", "+49 151 77777777"),
        ),
        (
            "FN:A\nTEL:+1\nTEL;TYPE=work:+2\nitem1.TEL;waid=3:+3\nitem1.X-ABLabel:x",
            card("A", "+1", "+2", "+3"),
        ),
        ("FN:A\nTEL:+1\nTEL:+1", card("A", "+1")),
        ("FN:A\r\nTEL;TYPE=cell:+49 30\r\n  1234567\r\n", card("A", "+49 30 1234567")),
        ("FN:A\nTEL;VALUE=uri:tel:+49-151-11111111;ext=1", card("A", "+49-151-11111111")),
        (
            "VERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC=\n=6Cler;Ay=C5=9Fe\n"
            "TEL;CELL;ENCODING=QUOTED-PRINTABLE:=2B49=20151",
            card("Ayşe Müller", "+49 151"),
        ),
        # A picture in base64 ends in what is a broken line in quoted-printable; the number after it stays.
        ("FN;ENCODING=QUOTED-PRINTABLE:J=C3=BC\nPHOTO;ENCODING=BASE64:AAAA=\nTEL:+1", card("Jü", "+1")),
        ("TEL:+49 151", card("+49 151", "+49 151")),
        ("FN:e\x1b[0mvil\nTEL:\x1b]52;c;eA==\x07", card("e␛[0mvil", "␛]52;c;eA==␇")),
        ("FN:A\nTEL:", card("A")),
        ("FN:A\nTEL;waid=1", card("A")),
        ("TEL", None),
        ("END:VCARD", None),
    ],
)
def test_a_card(text: str, expected: Card | None) -> None:
    assert card_of(text) == expected


def test_many_cards_in_one_text_and_in_many() -> None:
    two = "BEGIN:VCARD\nFN:A\nTEL:+1\nEND:VCARD\r\nBEGIN:VCARD\nFN:B\nend:vcard \n"
    assert cards_of([two, "FN:C", "", "nothing"]) == (card("A", "+1"), card("B"), card("C"))


def test_counts_and_lengths_are_bounded() -> None:
    many = "FN:A\n" + "".join(f"TEL:+{number}\n" for number in range(1000))
    found = card_of(many)
    assert found is not None
    assert len(found.numbers) == NUMBERS
    long = card_of(f"FN:{'n' * 5000}\nTEL:{'1' * 5000}")
    assert long is not None
    assert len(long.name) == 100
    assert [len(number) for number in long.numbers] == [NUMBER_LIMIT]
    assert len(cards_of(["FN:A\nEND:VCARD\n" * 1000])) == CARDS
    assert len(cards_of(["FN:A"] * 1000)) == CARDS


@pytest.mark.parametrize(
    "text",
    [
        "FN;QUOTED-PRINTABLE:=\n" * 200_000,
        " x\n" * 500_000,
        ";" * 2_000_000,
        "FN:" + ";" * 1_000_000,
        "N:" + ";" * 1_000_000,
        "TEL:" + "\\" * 1_000_000,
        "END:VCARD" + " " * 1_000_000 + "x",
        ("END:VCARD" + " " * 1000 + "x\n") * 1000,
        "END:VCARD\n" * 200_000,
        "TEL;ENCODING=QUOTED-PRINTABLE:" + "=\n" * 500_000,
    ],
)
def test_hostile_cards_take_no_time(text: str) -> None:
    start = time.perf_counter()
    cards_of([text] * 5)
    assert time.perf_counter() - start < 3
