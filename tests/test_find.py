"""Finding: without regard to case and accents, each message once, whatever comes in meanwhile."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.making import message
from watui.find import Finder, hits, holds
from watui.models import Ack, Card, Kind, Media, Message, Place, Poll
from watui.text import Safe, fold
from watui.timeline import Timeline

TEXTS = st.text(alphabet="aáAeéßſﬁ ́x李", max_size=30)


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Você viu?", "voce", ["Você"]),
        ("STRASSE und Straße", "strasse", ["STRASSE", "Straße"]),
        ("a\u0301rvore", "arvore", ["a\u0301rvore"]),
        ("cafe\u0301 café", "cafe", ["cafe\u0301", "café"]),
        ("aaaa", "aa", ["aa", "aa"]),
        ("nothing", "x", []),
        ("anything", "", []),
        ("明天见，明天", "明天", ["明天", "明天"]),
    ],
)
def test_hits_mark_the_text_as_it_was_written(text: str, query: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in hits(text, fold(query))] == found


@given(TEXTS, TEXTS)
def test_a_hit_is_there_when_the_folded_text_holds_the_query(text: str, query: str) -> None:
    wanted = fold(query)
    places = hits(text, wanted)
    # Composed letters may fold together across characters, so a hit may be missing there, never invented.
    assert all(wanted in fold(text[start:end]) for start, end in places)
    if wanted and text.isascii():
        assert bool(places) == (wanted in fold(text))
    assert all(end <= start for (_, end), (start, _) in pairwise(places))


def test_what_is_no_text_is_found_by_its_names() -> None:
    plain = message()
    assert holds(replace(plain, media=Media(name=Safe("Résumé.pdf")), kind=Kind.DOCUMENT), "resume", {})
    assert holds(replace(plain, cards=(Card(Safe("Nadia")),)), "nadia", {})
    assert holds(replace(plain, place=Place(0, 0, Safe("Südbloc"))), "sudbloc", {})
    assert holds(replace(plain, poll=Poll((Safe("Friday"),))), "friday", {})
    assert not holds(replace(plain, kind=Kind.REVOKED), "hello", {})


def thread(texts: list[str], start: int = 0) -> list[Message]:
    return [message(f"m{start + n}", text=text, at=start + n) for n, text in enumerate(texts)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.lists(st.sampled_from(["yes", "no"]), min_size=1, max_size=6)),
        st.tuples(st.just("prepend"), st.lists(st.sampled_from(["yes", "no"]), min_size=1, max_size=6)),
        st.tuples(st.just("between"), st.just(["yes"])),
        st.tuples(st.just("pending"), st.just(["yes"])),
        st.tuples(st.just("scan"), st.just([""])),
    ),
    max_size=12,
)


@given(st.lists(st.sampled_from(["yes", "no"]), max_size=12), STEPS, st.integers(1, 200))
def test_every_match_is_found_once_newest_first(
    texts: list[str], steps: list[tuple[str, list[str]]], budget: int
) -> None:
    timeline = Timeline()
    timeline.merge(thread(texts, 1000))
    finder = Finder("YES", {})
    low, high = 1000, 2000
    for number, (kind, more) in enumerate(steps):
        match kind:
            case "append":
                timeline.merge(thread(more, high))
                high += len(more)
            case "prepend":
                low -= len(more)
                timeline.merge(thread(more, low))
            case "between":
                timeline.put(message(f"b{number}", text="yes", at=1500))
            case "pending":
                timeline.put(message(f"watui:{number}", text="yes", at=1500, own=True, ack=Ack.PENDING))
            case "scan":
                finder.scan(timeline, budget)
    while not finder.scan(timeline, budget):
        pass
    expected = [m.id for m in reversed(timeline) if m.text == "yes" and not m.local]
    assert finder.matches == expected
    for place, each in enumerate(expected):
        assert finder.place_of(timeline, each) == place


def test_looking_on_costs_only_what_came_in(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = Timeline()
    timeline.merge(thread(["no"] * 5000))
    finder = Finder("yes", {})
    while not finder.scan(timeline, 1000):
        pass
    looked: list[str] = []
    monkeypatch.setattr("watui.find.holds", lambda each, *_: looked.append(each.id))
    timeline.put(message("new", text="yes", at=9000))
    assert finder.scan(timeline)
    assert looked == ["new"]


@given(st.lists(st.sampled_from(["y", "ye", "yes", "no"]), max_size=30), st.integers(1, 300))
def test_a_longer_text_is_looked_for_where_the_shorter_one_was_found(texts: list[str], budget: int) -> None:
    timeline = Timeline()
    timeline.merge(thread(texts, 0))
    finder = None
    for query in ("y", "ye", "yes"):
        finder = Finder(query, {}, finder)
        finder.scan(timeline, budget)
        timeline.put(message(f"new-{query}", text="yes", at=5000 + len(query)))
    assert finder is not None
    while not finder.scan(timeline, budget):
        pass
    assert finder.matches == [m.id for m in reversed(timeline) if m.text == "yes"]


def test_what_is_shown_counts_and_not_how_it_was_written() -> None:
    said = replace(message(text="he*ll*o _wor_ld @4911 *big* deal"), mentions=(Safe("4911@c.us"),))
    assert holds(said, "@ana", {Safe("4911@c.us"): Safe("Ana")})
    assert holds(said, "big deal", {})
    assert not holds(said, "4911", {Safe("4911@c.us"): Safe("Ana")})


def test_a_match_that_was_changed_is_none_any_more() -> None:
    timeline = Timeline()
    timeline.merge(thread(["yes", "yes"]))
    finder = Finder("yes", {})
    finder.scan(timeline)
    timeline.replace("m1", replace(timeline[1], text=Safe("no")))
    assert not finder.still(timeline, Safe("m1"))
    assert finder.matches == ["m0"]


def test_long_messages_make_short_slices() -> None:
    timeline = Timeline()
    timeline.merge(thread(["no" * 50_000] * 20))
    finder = Finder("yes", {})
    slices = 1
    while not finder.scan(timeline):
        slices += 1
    assert slices >= 20
