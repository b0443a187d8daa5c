"""Links: what is found in a text, where it ends, what is opened, and what looks as if it lied."""

import re
import time
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.growth import is_linear
from watui.links import Link, links

PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "http://",
                    "https://",
                    "HTTPS://",
                    "www.",
                    "mailto:",
                    "ana@",
                    "@",
                    "example",
                    ".com",
                    ".de",
                    ".",
                ),
                *(
                    "/",
                    "?",
                    "#",
                    ":",
                    ":80",
                    "(",
                    ")",
                    "[",
                    "]",
                    "_",
                    "*",
                    "~",
                    "%",
                    "%41",
                    "'",
                    '"',
                    "\\",
                    " ",
                ),
                *(
                    "é",
                    "я",
                    "漢",
                    "🎉",
                    "\u0301",
                    "xn--",
                    "..",
                    "1",
                    "\n",
                    "\x1b",
                    "\u202e",
                    "\ud800",
                    "“",
                    "。",
                ),
            ]
        ),
        st.characters(),
    ),
    max_size=25,
).map("".join)


def found(text: str) -> list[str]:
    return [text[link.start : link.end] for link in links(text)]


def opened(text: str) -> list[str]:
    return [link.url for link in links(text)]


@settings(max_examples=600)
@given(PIECES)
@example("https://a.b/\ud800")
@example("https://ª.b/ª")
def test_whatever_is_said_only_harmless_addresses_are_opened(text: str) -> None:
    at = 0
    for link in links(text):
        assert at <= link.start < link.end <= len(text)
        at = link.end
        assert re.fullmatch("(https?://|mailto:)[!-~]+", link.url)
        assert not set(link.url) & set("\"'`<>\\{}|^")


@settings(max_examples=600)
@given(PIECES)
def test_what_is_opened_leads_where_the_text_says(text: str) -> None:
    for link in links(text):
        written = text[link.start : link.end]
        host = urlsplit(link.url).hostname if not link.url.startswith("mailto:") else None
        if host and written.isascii():
            assert host in written.lower()
        if link.url.startswith("mailto:"):
            assert link.url.split("@")[-1] in written


@settings(max_examples=500)
@given(
    st.sampled_from(["", " ", "(", "*", "_", "look: ", "„", "«", "漢", "a, ", "\n", "[", "<"]),
    st.sampled_from(
        [
            "https://example.com",
            "http://localhost:8080/",
            "https://en.wikipedia.org/wiki/Rust_(fungus)",
            "https://a.de/x_y*z~?q=[1]&b=%20#top-1",
            "https://example.com/@user",
        ]
    ),
    st.sampled_from(
        ["", " ", ".", ",", ")", "*", "_", "...", "?!", ").", "“", "»", "。", "\n", "]", ">", "'", "; ok"]
    ),
)
def test_an_address_is_found_within_any_sentence(before: str, address: str, after: str) -> None:
    text = before + address + after
    assert found(text) == [address]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("www.example.com.", ["https://www.example.com"]),
        ("WWW.Example.com/A", ["https://WWW.Example.com/A"]),
        ("wa.me/491511 or t.me/x", ["https://wa.me/491511", "https://t.me/x"]),
        ("münchen.de/straße", ["https://xn--mnchen-3ya.de/stra%C3%9Fe"]),
        ("https://straße.de", ["https://xn--strae-oqa.de"]),
        (
            "write to ana@example.com, or mailto:b.o@x.co.uk!",
            ["mailto:ana@example.com", "mailto:b.o@x.co.uk"],
        ),
        ("_ana@example.com_", ["mailto:ana@example.com"]),
        ("https://a.de/it's", ["https://a.de/it%27s"]),
        ("https://a.de/{x}|y^", ["https://a.de/%7Bx%7D%7Cy%5E"]),
        ("https://a.de/100%", ["https://a.de/100%25"]),
        ("https://a.de/a)(", ["https://a.de/a"]),
        ("https://a.de..b/x", ["https://a.de"]),
        ("https://a.de:8080?", ["https://a.de:8080"]),
        ("https://a.de/x,https://b.de", ["https://a.de/x,https://b.de"]),
        ("'https://a.de','https://b.de'", ["https://a.de", "https://b.de"]),
        ("https://a.de🎉/x", ["https://a.de"]),
        ("https://good.de\\@evil.de", ["https://good.de"]),
    ],
)
def test_what_is_opened(text: str, urls: list[str]) -> None:
    assert opened(text) == urls


@pytest.mark.parametrize(
    "text",
    [
        "",
        "and/or",
        "1.5/2.0",
        "z.B./d.h.",
        "example.com",
        "www.",
        "www.example",
        "https://",
        "https://.",
        "https://-a.de",
        "http:/a.de",
        "javascript:alert(1)",
        "javascript://a.de/%0aalert(1)",
        "file:///etc/passwd",
        "ftp://a.de/x",
        "xhttps://a.de",
        "httpſ://a.de",
        "data:text/html,x",
        "src/main.py and a@b",
        "@491511",
        "ana@localhost",
        "../../etc",
    ],
)
def test_what_is_no_link(text: str) -> None:
    assert links(text) == []


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("https://paypal.com@evil.de/x", True),
        ("https://a:b@c.de", True),
        ("https://раypal.com", True),
        ("https://аррӏе.com", True),
        ("https://xn--80ak6aa92e.com", True),
        ("https://a.xn--p1ai/", True),
        ("https://192.168.1.1", True),
        ("https://0x7f.1/", True),
        ("https://2130706433/", True),
        ("https://ｐaypal.com", True),
        ("ana@xn--80ak6aa92e.com", True),
        ("https://paypal.com/a@b", False),
        ("https://münchen.de", False),
        ("https://пример.рф", False),
        ("https://日本語のサイト.jp", False),
        ("https://한국.kr", False),
        ("https://web3.example", False),
        ("ana@example.com", False),
    ],
)
def test_what_looks_as_if_it_lied(text: str, odd: bool) -> None:
    assert [link.odd for link in links(text)] == [odd]


def test_a_link_says_where_it_stands() -> None:
    assert links("see wa.me/1.") == [Link(4, 11, "https://wa.me/1")]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "http://",
            "http://a:",
            "http://a@",
            "https://a.b/x ",
            "www.",
            "www.a.",
            "a@a.",
            "a@",
            "_a",
            "a.bb",
            "-a.",
        ),
        *("a.b/", "/", "@", "a_b@", "https://é.", "https://a", "1.2/", "mailto:", "a.bb/."),
    ],
)
def test_time_grows_with_the_text_and_no_faster(text: str) -> None:
    assert is_linear(links, text)


@pytest.mark.parametrize("brackets", [("(", ")"), (")", "("), ("", ")"), ("", ".)")])
def test_brackets_without_end_are_borne(brackets: tuple[str, str]) -> None:
    opening, closing = brackets
    text = "https://a.de/x" + opening * 50_000 + closing * 50_000
    start = time.process_time()
    assert len(links(text)) == 1
    assert time.process_time() - start < 2
