"""The short fault runs: whatever happens, nothing is lost, nothing is doubled, and every hole is marked."""

from pathlib import Path

import pytest

from tests.faults.report import Report
from tests.faults.rows import ROWS
from tests.faults.rows.answers import CALL
from tests.faults.scene import scene

pytestmark = pytest.mark.timeout(180)  # on a busy machine


async def run(row: str, home: Path) -> None:
    """Make a short run."""
    report = Report(home / "faults.json", seed=1)
    await ROWS[row](home / "home", report, 1, quick=True)
    assert report.bad == []


@pytest.fixture(autouse=True)
def _home(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()


async def test_a_storm_of_connection_faults(tmp_path: Path) -> None:
    await run("mix", tmp_path)


async def test_killed_again_and_again(tmp_path: Path) -> None:
    await run("kill", tmp_path)


async def test_away_while_more_comes_than_can_be_read(tmp_path: Path) -> None:
    await run("outage", tmp_path)


async def test_more_at_once_than_anybody_reads(tmp_path: Path) -> None:
    await run("burst", tmp_path)


async def test_a_terminal_that_is_not_read(tmp_path: Path) -> None:
    await run("stall", tmp_path)


async def test_a_gateway_that_comes_and_goes(tmp_path: Path) -> None:
    await run("restart", tmp_path)


async def test_every_answer_that_a_send_can_get(tmp_path: Path) -> None:
    await run("answers", tmp_path)


async def test_the_waits_that_the_runs_shorten_are_there(tmp_path: Path) -> None:
    async with scene(tmp_path / "home") as place, place.client() as client:
        await client.live()
        assert client.missing == []


async def test_what_was_typed_on_the_phone_before_a_send_whose_answer_was_lost(tmp_path: Path) -> None:
    async with scene(tmp_path / "home") as place, place.client() as client:
        chat = place.chats[0]
        await client.live()
        place.receive(chat)
        assert (await place.settled(5, [chat])).clean
        place.receive(chat, typed=True)  # which no socket tells
        place.gateway.faults(CALL, "drop", 1, after=True)
        place.send(client, chat)
        await client.until(lambda: client.settled, 5)
        verdict = await place.settled(5, [chat])
        assert verdict.clean, verdict.examples()


async def test_one_device_that_is_cut_off_again_and_again(tmp_path: Path) -> None:
    await run("neighbours", tmp_path)


async def test_files_on_their_way_out(tmp_path: Path) -> None:
    await run("files", tmp_path)
