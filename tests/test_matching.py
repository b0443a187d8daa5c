"""What a query finds: a name in every spelling, nothing that is only a little like it, and in which order."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watui.matching import ENOUGH, search, terms, text_of
from watui.text import fold

PEOPLE = (
    "Maria Oliveira",
    "José Núñez",
    "Ana-Clara Weiß",
    "Łukasz Żak",
    "Mehmet Çelik",
    "王伟 (上海)",
    "Bob",
)
TEXTS = [text_of(name, f"49151000000{number}") for number, name in enumerate(PEOPLE)]

names = st.text(st.sampled_from("aeioumnrstáéíóúñçüAEIMNR "), min_size=1, max_size=14).map(str.strip)


def found(query: str, texts: list[str] | None = None) -> list[int]:
    return search(terms(query), TEXTS if texts is None else texts).places


@pytest.mark.parametrize(
    ("query", "person"),
    [
        ("oliveira", "Maria Oliveira"),
        ("OLIV", "Maria Oliveira"),
        ("oliveira maria", "Maria Oliveira"),
        ("  maria   o ", "Maria Oliveira"),
        ("mro", "Maria Oliveira"),
        ("mol", "Maria Oliveira"),
        ("olivera", "Maria Oliveira"),
        ("olievira", "Maria Oliveira"),
        ("jose nunez", "José Núñez"),
        ("ÑEZ", "José Núñez"),
        ("weiss", "Ana-Clara Weiß"),
        ("celik", "Mehmet Çelik"),
        ("上海", "王伟 (上海)"),
        ("+49 151 000 0006", "Bob"),
        ("0000006", "Bob"),
    ],
)
def test_a_person_is_found_by_what_somebody_would_type(query: str, person: str) -> None:
    assert [PEOPLE[place] for place in found(query)][:1] == [person]


@pytest.mark.parametrize("query", ["zzz", "xq", "mx", "qwerty", "olga", "bernd", "+49 99", "marx", "oa"])
def test_what_only_resembles_a_name_a_little_is_not_found(query: str) -> None:
    assert found(query) == []


@given(names, names, st.integers(0, 12), st.integers(1, 8))
def test_case_and_accents_make_no_difference(before: str, name: str, start: int, length: int) -> None:
    part = name[start : start + length].strip()
    for spelt in (part, part.upper(), fold(part)):
        assert not terms(spelt) or found(spelt, [text_of(f"{before} {name}", "")]) == [0]


@given(st.lists(names, max_size=30), st.text("aeimnorst ", min_size=1, max_size=8))
def test_a_growing_query_finds_what_it_would_find_afresh(people: list[str], query: str) -> None:
    texts = [text_of(name, "") for name in people]
    within = None
    for end in range(1, len(query) + 1):
        within = search(terms(query[:end]), texts, within)
        assert within == search(terms(query[:end]), texts)


@given(st.lists(names, max_size=30), st.text("aeimnorst", min_size=1, max_size=6))
def test_whole_hits_come_first_and_the_latest_first_among_them(people: list[str], query: str) -> None:
    texts = [text_of(name, "") for name in people]
    hits = search(query, texts)
    assert hits.exact == [place for place, text in enumerate(texts) if query in text]
    assert not set(hits.exact) & set(hits.near)
    assert len(hits.places) == len(set(hits.places))


def test_one_or_two_letters_find_only_what_holds_them() -> None:
    assert found("mo") == []
    assert found("ma") == [0]


def test_near_hits_are_looked_for_only_where_whole_ones_are_few() -> None:
    many = ["maria"] * ENOUGH + ["mraia", "mxaxria"]
    assert search("maria", many).near == []
    assert search("maria", many[1:]).near != []


def test_the_first_paint_does_not_wait_for_the_library_that_finds_near_hits() -> None:
    code = "import sys, watui.app, watui.screens.switcher\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "rapidfuzz" not in done.stdout.split()
