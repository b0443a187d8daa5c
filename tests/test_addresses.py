"""Addresses of gateways: what is brought into one form, and what is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.places import load, refusal
from watui.addresses import base_url
from watui.config import Settings


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://127.0.0.1:3000/", "http://127.0.0.1:3000"),
        ("http://127.0.0.1:3000/api/v1", "http://127.0.0.1:3000"),
        (" https://Gate.Example/api/v1// ", "https://gate.example"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("http://app.localhost", "http://app.localhost"),
        ("https://gate.example/wa/", "https://gate.example/wa"),
    ],
)
def test_addresses_are_normalised(written: str, meant: str) -> None:
    assert Settings(url=written).url == meant
    assert Settings(url=meant).url == meant


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://user:s3cret@127.0.0.1:3000", "holds a user name or password"),
        ("ftp://127.0.0.1", "should begin with http:// or https://"),
        ("127.0.0.1:3000", "should begin with http:// or https://"),
        ("localhost", "should begin with http:// or https://"),
        ("http://", "should begin with"),
        ("http://:3000", "names no host"),
        ("http://127.0.0.1:99999", "is not an address"),
        ("http://[::1", "is not an address"),
        ("http://127.0.0.1\\\\@evil.example", "holds a space, a backslash"),
        ("http://127.0.0.1/?apiKey=1", "should end before the ?"),
        ("http://gate.example", "shows the key and the messages to the network"),
        ("http://127.0.0.1.evil.example", "shows the key and the messages to the network"),
    ],
)
def test_addresses_refused(toml: Path, address: str, words: str) -> None:
    said = refusal(toml, f'theme = "nord"\n\nurl = "{address}"')
    assert said.startswith("config.toml line 3: url: ")
    assert words in said
    assert said.endswith('; write it like url = "http://127.0.0.1:3000"')


def test_plaintext_to_another_computer_must_be_wanted(toml: Path) -> None:
    found = load(toml, 'url = "http://gate.example"\nallow_plaintext = true')
    assert found.plaintext
    assert not Settings(url="https://gate.example").plaintext
    said = refusal(toml, "", WATUI_SOCKET_URL="http://gate.example")
    assert said.startswith("WATUI_SOCKET_URL: http:// to another computer")


@hypothesis_settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("htps:/@[]?#%.01aé \\\t\n"), max_size=24))
def test_any_address_is_normalised_for_good_or_refused_in_words(text: str) -> None:
    try:
        address = base_url("http://" + text)
    except ValueError as error:
        refused = type(error)
        assert refused is ValueError, text
    else:
        assert base_url(address) == address
        assert "@" not in address.split("/")[2]
