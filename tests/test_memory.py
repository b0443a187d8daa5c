"""What is remembered from one start to the next, and that a broken memory harms nothing."""

import json
from pathlib import Path

import pytest

from tests.places import write
from watui.memory import DRAFT_LENGTH, DRAFTS, Remembered, recall, remember_drafts, remember_theme


def test_what_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "state.json"
    assert recall(path) == Remembered()
    remember_theme(path, "nord")
    remember_drafts(path, {"work 1@c.us": "half a\nsentence \ud800 😀"})
    assert recall(path) == Remembered("nord", {"work 1@c.us": "half a\nsentence \ud800 😀"})
    remember_drafts(path, {"work 2@g.us": "other"})
    assert recall(path) == Remembered("nord", {"work 2@g.us": "other"})
    remember_drafts(path, {})
    assert recall(path) == Remembered(theme="nord")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["state.json"]


def test_nothing_to_remember_makes_no_file(tmp_path: Path) -> None:
    remember_drafts(tmp_path / "state.json", {})
    assert list(tmp_path.iterdir()) == []


def test_the_last_drafts_are_kept_and_long_ones_are_not(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    drafts = {f"work {number}@c.us": "x" for number in range(DRAFTS + 2)}
    remember_drafts(path, drafts | {"work long@c.us": "x" * (DRAFT_LENGTH + 1)})
    assert list(recall(path).drafts) == list(drafts)[2:]


def test_drafts_never_outgrow_what_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    remember_theme(path, "nord")
    longest = "😀" * DRAFT_LENGTH  # twelve bytes each in JSON
    drafts = {f"work {number}@c.us": longest for number in range(DRAFTS)}
    remember_drafts(path, drafts)
    found = recall(path)
    assert found.theme == "nord"
    assert found.drafts
    assert list(found.drafts) == list(drafts)[-len(found.drafts) :]
    assert set(found.drafts.values()) == {longest}


def test_broken_drafts_are_ignored(tmp_path: Path) -> None:
    broken = {"nochat": "x", "work ": "x", " 1@c.us": "x", "work 2@c.us": 5, "work 3@c.us": "", "": "x"}
    many = {f"shop {number}@c.us": "x" for number in range(DRAFTS + 1)}
    long = {"work 4@c.us": "x" * (DRAFT_LENGTH + 1)}
    path = write(tmp_path / "state.json", json.dumps({"drafts": {"work 1@c.us": "x"} | broken | long}))
    assert recall(path).drafts == {"work 1@c.us": "x"}
    write(path, json.dumps({"drafts": many}))
    assert len(recall(path).drafts) == DRAFTS
    write(path, '{"theme": "nord", "drafts": ["work 1@c.us"]}')
    assert recall(path) == Remembered(theme="nord")


def test_a_newer_watuis_memory_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "state.json", '{"theme": 5, "zoom": [1]}')
    assert recall(path) == Remembered()
    remember_theme(path, "nord")
    assert json.loads(path.read_text()) == {"theme": "nord", "zoom": [1]}


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, '{"theme": 1}', "\ud800"])
def test_a_broken_memory_is_ignored(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert recall(path) == Remembered()
    remember_theme(path, "nord")
    assert recall(path).theme == "nord"


def test_memory_that_cannot_be_written_costs_one_log_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path / "file", "")
    remember_theme(tmp_path / "file" / "state.json", "nord")
    (tmp_path / "state.json").mkdir()
    remember_theme(tmp_path / "state.json", "nord")
    assert "what was chosen is forgotten" in caplog.text
    assert sorted(file.name for file in tmp_path.iterdir()) == ["file", "state.json"]
