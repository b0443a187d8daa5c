"""The settings screen and the file behind it: changed by keyboard, written whole, applied at once."""

import errno
import os
import stat
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Static

from tests.e2e.desk import Desk
from tests.places import KEY, write
from tests.waiting import until
from watui import log
from watui.alerts import Quiet, Way
from watui.app import Watui
from watui.archive.keeper import Keeper
from watui.config import Settings
from watui.means import rules_of
from watui.memory import Memory
from watui.models import Loudness
from watui.screens.menu import MenuScreen
from watui.screens.settings import SettingsScreen, ValueField
from watui.settings_file import Changed, Refused, SettingsFile, Value, edited
from watui.settling import GROUPS, changed
from watui.start import Taking, network_of

NOWHERE = 'url = "http://127.0.0.1:9"\n'
"""Nobody answers there, which is enough for settings."""

MINE = f"""# my settings
{NOWHERE.strip()}   # at home
api_key = "{KEY}"

# noise
sounds = true # for now
"""


@dataclass
class Sitting:
    """Somebody at the settings of a watui, as `start` puts it together."""

    app: Watui
    pilot: Pilot[None]
    path: Path

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.app.simulate_key(key)
            await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Write over what the field holds."""
        field = self.app.screen.query_one(ValueField)
        assert self.app.focused is field
        field.value = text
        await self.press("enter")

    @property
    def screen(self) -> SettingsScreen:
        screen = self.app.screen
        assert isinstance(screen, SettingsScreen)
        return screen

    @property
    def words(self) -> str:
        """What is said below the list."""
        return str(self.screen.query_one("#settings-words", Static).content)

    async def read(self) -> str:
        """Read the whole screen."""
        await self.pilot.pause()
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)

    async def open(self) -> None:
        self.app.action_settings()
        await until(lambda: isinstance(self.app.screen, SettingsScreen) and self.screen.pointed)
        await until(lambda: self.screen.list.size.height > 3)

    async def at(self, name: str) -> None:
        """Go to a setting with the arrows."""
        for key in ("home", *["down"] * [*self.screen._settings].index(name)):
            self.app.simulate_key(key)
        await until(lambda: self.screen.pointed is not None and self.screen.pointed.name == name)

    async def sees(self, *words: str) -> str:
        """Wait until something is to be read on the screen."""
        for _ in range(100):
            shown = await self.read()
            if all(each in shown for each in words):
                return shown
        raise AssertionError(shown)

    async def hears(self, *words: str) -> None:
        await until(lambda: all(each in self.words for each in words) or None)

    def value(self, name: str) -> str:
        """The value that a row shows."""
        return self.screen._settings[name].value


@asynccontextmanager
async def sitting(
    path: Path,
    text: str | None,
    *,
    size: tuple[int, int] = (80, 24),
    demo: bool = False,
    keeper: Keeper | None = None,
    memory: Memory | None = None,
    **environ: str,
) -> AsyncIterator[Sitting]:
    """Sit down at a watui with this file of settings; no fixture, for Textual's context variables."""
    if text is not None:
        write(path, text)
    taking = Taking(SettingsFile(path, None, environ, demo=demo), path.with_name("watui.log"))
    app = Watui(network_of(taking.begin, None, keeper=keeper), memory=memory)
    taking.join(app)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            await until(lambda: app.settings.rules)
            yield Sitting(app, pilot, path)
    finally:
        log.close()


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


# --- by keyboard --------------------------------------------------------------------------------------------


async def test_a_switch_is_written_and_holds_at_once(toml: Path) -> None:
    async with sitting(toml, MINE) as me:
        assert me.app.settings.rules is not None
        assert Way.BELL in me.app.settings.rules.ways
        await me.press("ctrl+p")
        for letter in "settings":
            me.app.simulate_key(letter)
        await until(lambda: len(me.app.screen_stack) > 1)
        await me.press("down", "enter")
        await until(lambda: isinstance(me.app.screen, SettingsScreen) and me.screen.pointed)
        await me.at("sounds")
        assert "from config.toml line 6" in me.words
        assert "rings the terminal's bell" in me.words
        await me.press("enter")
        await me.hears("sounds: written to config.toml")
        assert contents(toml) == MINE.replace("sounds = true", "sounds = false")
        await until(lambda: me.app.settings.rules and Way.BELL not in me.app.settings.rules.ways)
        assert me.app.settings.means is not None
        assert not me.app.settings.means.bell
        await me.press("x")
        await me.hears("written")
        assert contents(toml) == MINE.replace("sounds = true # for now\n", "")
        await me.press("x")
        assert "default holds already" in me.words
        await me.press("escape")
        assert len(me.app.screen_stack) == 1


async def test_keys_pressed_faster_than_the_disk_each_count(toml: Path) -> None:
    async with sitting(toml, NOWHERE) as me:
        await me.open()
        await me.at("alert_text")
        for _ in range(2):
            me.app.simulate_key("space")  # new → full → sender
        await me.hears("written")
        await until(lambda: load(toml).get("alert_text") == "sender")
        await until(lambda: not me.app.workshop.settling._turn.locked())
        assert me.value("alert_text") == "sender"


async def test_a_line_is_checked_before_it_is_written(toml: Path) -> None:
    async with sitting(toml, MINE) as me:
        await me.open()
        await me.at("quiet_hours")
        await me.press("enter")
        await me.type("late")
        await me.hears(
            "! config.toml line 7: quiet_hours: should be hours such as 22:00-07:00; write it like"
        )
        assert contents(toml) == MINE
        await me.type("22 - 7")
        await me.hears("quiet_hours: written")
        assert contents(toml) == MINE + 'quiet_hours = "22 - 7"\n'
        await until(lambda: me.app.settings.rules and me.app.settings.rules.quiet == Quiet(22 * 60, 7 * 60))
        await me.at("quiet_except")
        await me.press("enter")
        await me.type('["Ana", "+49 30 123456"]')
        await me.hears("quiet_except: written")
        assert load(toml)["quiet_except"] == ["Ana", "+49 30 123456"]
        await until(lambda: me.app.settings.rules and me.app.settings.rules.excepted == {"ana", "4930123456"})
        await me.at("sound_player")
        await me.press("enter")
        await me.type("mpv --quiet")
        await me.hears("! config.toml line 9: sound_player: should be a list")
        await me.press("escape")
        assert me.value("sound_player") == "–"
        await me.press("enter")
        await me.type("")
        await me.hears("written")
        assert "sound_player" not in load(toml)
        await me.at("media_days")
        await me.press("enter")
        await me.type("-3")
        await me.hears("media_days: should be at least 0")
        await me.type("7")
        await me.hears("media_days: written")
        assert load(toml)["media_days"] == 7


async def test_a_variable_wins_and_says_so(toml: Path) -> None:
    async with sitting(toml, MINE, WATUI_SOUNDS="true", WATUI_URL="http://127.0.0.1:8") as me:
        await me.open()
        await me.at("sounds")
        await me.press("enter")
        assert me.words.startswith("! WATUI_SOUNDS wins over config.toml; change it there")
        await me.at("socket_url")
        await me.press("x")
        assert "WATUI_URL wins" in me.words
        assert contents(toml) == MINE


async def test_a_theme_is_chosen_from_a_menu_and_remembered(toml: Path) -> None:
    kept: list[str] = []
    memory = Memory(theme="gruvbox", keep_theme=kept.append)
    async with sitting(toml, NOWHERE + 'theme = "nord"\n', memory=memory) as me:
        assert me.app.theme == "gruvbox"
        await me.open()
        await me.at("theme")
        await me.press("enter")
        assert isinstance(me.app.screen, MenuScreen)
        await me.press("home", "enter")
        await until(lambda: me.app.theme not in {"gruvbox", "nord"})
        chosen = me.app.theme
        assert load(toml)["theme"] == chosen
        assert kept[-1] == chosen


async def test_what_concerns_the_gateway_waits_for_a_restart(toml: Path) -> None:
    async with sitting(toml, NOWHERE) as me:
        await me.open()
        await me.at("max_body")
        before = me.app.settings
        await me.press("enter")
        await me.type("500000")
        await me.hears("written to config.toml; used after a restart")
        await until(lambda: me.app.settings is not before)
        assert me.app.settings.max_body == before.max_body == 102_400


async def test_the_rest_takes_effect_too(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int | None] = []
    monkeypatch.setattr(Keeper, "retain", lambda _, days: kept.append(days))
    async with sitting(toml, NOWHERE, keeper=Keeper()) as me:
        await until(lambda: kept == [None])
        await me.open()
        for name, text in (("keep", "9 days"), ("download_dir", "here")):
            await me.at(name)
            await me.press("enter")
            await me.type(text)
            await me.hears(f"{name}: written")
        await until(lambda: 9 in kept)
        await until(lambda: me.app.settings.downloads == toml.with_name("here"))
        await me.at("mark_read")
        await me.press("enter")
        await until(lambda: me.app.settings.mark_read == "reply")
        await me.at("debug")
        await me.press("enter")
        await me.hears("debug: written")
        assert log.logger.level == 10
        assert toml.with_name("watui.log").exists()


async def test_secrets_are_nowhere_on_the_screen(toml: Path) -> None:
    text = f'url = "https://me:{KEY}@gate.example"\napi_key = "{KEY}"\n'
    write(toml, text)
    async with sitting(toml, NOWHERE) as me:
        write(toml, text)
        for size in ((120, 40), (50, 20)):
            await me.pilot.resize_terminal(*size)
            await me.open()
            assert me.value("api_key") == "set"
            assert me.value("url") == "not an address"
            for name in ("url", "api_key"):
                await me.at(name)
                assert KEY not in await me.read()
                await me.press("enter")
                assert KEY not in await me.read()
                if name == "url":
                    assert me.screen.query_one(ValueField).value == ""
                    await me.press("escape")
            assert "config.toml line 2: secrets are neither shown" in me.words
            await me.press("x", "escape")
        assert contents(toml) == text


@pytest.mark.parametrize("size", [(50, 20), (80, 24), (120, 40), (40, 12)])
async def test_it_can_be_read_at_any_size(toml: Path, size: tuple[int, int]) -> None:
    async with sitting(toml, MINE, size=size) as me:
        await me.open()
        for name in ("desktop_notifications", "max_body"):
            await me.at(name)
            await me.sees("Settings", name, me.value(name), "default")
        await me.press("enter")
        await me.sees("Enter sets max_body")
        await me.type("1")
        await me.hears("should be at least 1024")
        await me.sees("! config.toml line 7: max_body:")


async def test_settings_are_found_by_what_they_are_about(toml: Path) -> None:
    async with sitting(toml, MINE) as me:
        await me.open()
        await me.press("slash")
        await me.press(*"bell")
        assert me.screen.pointed is not None
        assert me.screen.pointed.name == "sounds"
        await me.press("enter")
        await me.hears("written")
        await me.press("x")  # goes into the field
        assert "no setting is called so" in await me.read()
        await me.press("escape", "end")
        assert me.screen.pointed is not None
        assert me.screen.pointed.name == "max_body"


async def test_a_broken_file_is_told_and_left_alone(toml: Path) -> None:
    async with sitting(toml, MINE) as me:
        await me.open()
        await me.at("notifications")
        write(toml, MINE + "url = ")
        await me.press("enter")
        await me.hears("! config.toml line 7: url: cannot be read")
        assert contents(toml) == MINE + "url = "
        assert "config.toml line 7" in await me.read()
        await me.press("escape")
        me.app.action_settings()
        await until(lambda: isinstance(me.app.screen, SettingsScreen))
        await me.sees("config.toml line 7")


async def test_the_demo_writes_nothing(toml: Path) -> None:
    async with sitting(toml, MINE, demo=True) as me:
        await me.open()
        assert "the demo writes none" in await me.read()
        assert {*me.screen._settings} == Settings.UI
        await me.at("sounds")
        await me.press("enter")
        await me.hears("holds until the demo ends")
        await until(lambda: me.app.settings.means and not me.app.settings.means.bell)
        assert contents(toml) == MINE
        assert me.value("sounds") == "false"
        await me.press("x")
        await until(lambda: me.app.settings.means and me.app.settings.means.bell)
        assert contents(toml) == MINE


async def test_without_a_file_there_is_nothing_to_change() -> None:
    app = Watui(network_of(lambda: Settings(url="http://127.0.0.1:9"), None))
    async with app.run_test(notifications=True):
        app.action_settings()
        await until(lambda: app._notifications)
        assert [each.message for each in app._notifications] == ["no settings file is in use here"]


def test_from_the_palette_to_the_file_in_a_terminal(toml: Path) -> None:
    write(toml, MINE)
    with Desk({}, toml.parent, size=(80, 24)) as desk:
        desk.until("offline")
        desk.send("\x10")
        desk.until("About this chat")
        desk.type("settings")
        desk.gone("About this chat")
        desk.send("\x1b[B")
        desk.enter()
        desk.until("Enter changes")
        desk.until("notifications")
        desk.send("\x1b[B ")
        desk.until("sounds: written to config.toml")
        assert KEY not in desk.text
        desk.leave()
    assert contents(toml) == MINE.replace("sounds = true", "sounds = false")


# --- the file -----------------------------------------------------------------------------------------------


def contents(toml: Path) -> str:
    return toml.read_text()


def load(toml: Path) -> dict[str, object]:
    return tomllib.loads(toml.read_text())


def file_at(toml: Path, taken: list[Settings] | None = None) -> SettingsFile:
    file = SettingsFile(toml, None, {})
    file.applied = (taken if taken is not None else []).append
    return file


def refused(change: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        change()
    return str(caught.value)


def test_every_setting_is_listed_once() -> None:
    names = [name for names in GROUPS.values() for name in names]
    assert sorted(names) == sorted(Settings.model_fields)


def test_what_others_wrote_meanwhile_stays(toml: Path) -> None:
    write(toml, NOWHERE)
    file = file_at(toml)
    file.load()
    write(toml, NOWHERE + "debug = true  # theirs\n")
    assert file.change("theme", "nord") == Changed("written to config.toml", written=True)
    assert toml.read_text() == NOWHERE + 'debug = true  # theirs\ntheme = "nord"\n'


def test_what_others_write_in_the_same_moment_stays(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(toml, NOWHERE)
    sync, texts = os.fsync, [NOWHERE + "debug = true\n"]

    def meanwhile(descriptor: int) -> None:
        sync(descriptor)
        if texts:
            write(toml, texts.pop())

    monkeypatch.setattr(os, "fsync", meanwhile)
    file_at(toml).change("sounds", value=False)
    assert toml.read_text() == NOWHERE + "debug = true\nsounds = false\n"
    texts[:] = [NOWHERE + f"media_days = {days}\n" for days in range(20)]
    assert refused(lambda: file_at(toml).change("theme", "nord")).startswith("somebody else is writing")
    assert [each.name for each in toml.parent.iterdir()] == ["config.toml"]


def test_a_link_stays_one_and_the_mode_is_kept(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "watui.toml"
    real.parent.mkdir()
    write(real, NOWHERE, 0o640)
    link = tmp_path / "config.toml"
    link.symlink_to(Path("dotfiles") / "watui.toml")
    file_at(link).change("theme", "nord")
    assert link.is_symlink()
    assert real.read_text() == NOWHERE + 'theme = "nord"\n'
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert [each.name for each in real.parent.iterdir()] == ["watui.toml"]


def test_a_new_file_is_for_its_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "config.toml"
    file = SettingsFile(None, None, {"WATUI_HOME": str(path.parent)})
    file.change("theme", "nord")
    assert path.read_text() == 'theme = "nord"\n'
    assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)


def test_a_file_that_is_read_only_holds_what_it_held(toml: Path) -> None:
    write(toml, NOWHERE, 0o444)
    taken: list[Settings] = []
    file = file_at(toml, taken)
    done = file.change("theme", "nord")
    assert done.words == "config.toml cannot be written: it is read-only; it holds until watui ends"
    assert not done.written
    assert toml.read_text() == NOWHERE
    assert (taken[-1].theme, file.load().theme) == ("nord", "nord")
    toml.chmod(0o600)
    file.change("sounds", value=False)
    assert load(toml) == {"url": "http://127.0.0.1:9", "sounds": False}
    assert taken[-1].theme == "nord"
    file.change("theme", None)
    assert file.load().theme is None
    assert not file.held


def test_a_full_disk_leaves_the_file_whole(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(toml, NOWHERE)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    done = file_at(toml).change("theme", "nord")
    assert done.words.startswith("config.toml cannot be written: no space left on device; it holds until")
    assert toml.read_text() == NOWHERE
    assert [each.name for each in toml.parent.iterdir()] == ["config.toml"]


def test_nothing_but_a_file_is_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    assert refused(lambda: file_at(pipe).change("theme", "nord")).endswith("it is no ordinary file")
    assert refused(lambda: file_at(Path("/dev/null")).change("theme", "nord")).endswith("ordinary file")
    assert refused(lambda: file_at(tmp_path / "none.toml").change("theme", "x")).startswith(
        "there is no conf"
    )


def test_a_wrong_setting_can_be_mended_and_another_is_in_the_way(toml: Path) -> None:
    write(toml, NOWHERE + "sounds = 'perhaps'\n")
    said = refused(lambda: file_at(toml).change("theme", "nord"))
    assert said.startswith("config.toml line 2: sounds: should be true or false")
    file_at(toml).change("sounds", value=True)
    assert toml.read_text() == NOWHERE + "sounds = true\n"
    write(toml, f'api_key = "{KEY}"\n')
    assert "a second way to the key" in refused(lambda: file_at(toml).change("api_key_file", "key"))


def test_ends_of_lines_and_the_first_mark_are_kept(toml: Path) -> None:
    toml.write_bytes(b'\xef\xbb\xbf# a\r\ndebug = false\r\ntheme = "x" # b')
    file_at(toml).change("debug", value=True)
    file_at(toml).change("sounds", value=False)
    assert toml.read_bytes() == (
        b'\xef\xbb\xbf# a\r\ndebug = true\r\ntheme = "x" # b' + os.linesep.encode() + b"sounds = false\r\n"
    )


BARE = st.text("abcdefgh_-", min_size=1, max_size=6).map("k".__add__)
WORDS = st.text("aé #=[]{}'", max_size=8)
VALUES = st.one_of(
    st.integers(-5, 5).map(str),
    st.sampled_from(["true", "1.5", "0x1F", "1979-05-27", "[1, # in\n 2]", "{ a = 1 }", "'''x\ny'''", "[]"]),
    WORDS.map(lambda text: '"' + text + '"'),
)
REMARKS = st.one_of(st.just(""), WORDS.map(" # ".__add__))


@st.composite
def documents(draw: st.DrawFn) -> list[str]:
    """Top-level lines with remarks and blanks between them, the settings themselves perhaps among them."""
    names = draw(st.lists(st.one_of(BARE, st.just("theme")), unique=True, max_size=6))
    pieces = []
    for name in names:
        pieces += draw(st.lists(st.one_of(st.just(""), WORDS.map("# ".__add__)), max_size=2))
        indent, gap = draw(st.sampled_from(["", "  "])), draw(st.sampled_from([" = ", "=", "  =\t"]))
        pieces.append(f"{indent}{name}{gap}{draw(VALUES)}{draw(REMARKS)}")
    return pieces + draw(st.lists(st.one_of(st.just(""), WORDS.map("# ".__add__)), max_size=2))


@settings(max_examples=60)
@given(documents(), st.one_of(st.none(), st.booleans(), WORDS, st.lists(WORDS, max_size=2)), st.booleans())
def test_setting_one_name_keeps_every_other_line(pieces: list[str], value: Value | None, ends: bool) -> None:
    text = "\n".join(pieces) + ("\n" if ends and pieces else "")
    before = tomllib.loads(text)
    after = edited(text, "theme", value)
    wanted = {name: kept for name, kept in before.items() if name != "theme"}
    assert tomllib.loads(after) == wanted | ({} if value is None else {"theme": value})
    others = [piece for piece in pieces if not piece.lstrip().startswith("theme")]
    rest = after
    for piece in others:  # each is there as it was, in its order
        start = rest.find(piece)
        assert start >= 0, piece
        rest = rest[start + len(piece) :]
    if "theme" in before and value is not None:
        place = next(n for n, piece in enumerate(pieces) if piece.lstrip().startswith("theme"))
        head = "\n".join(pieces[:place])
        tail = "\n".join(pieces[place + 1 :])
        assert after.startswith(head)
        assert after.rstrip("\n").endswith(tail.rstrip("\n"))
    elif value is not None:
        lines = [line for line in after.split("\n") if not line.startswith("theme")]
        assert [line for line in lines if line] == [line for line in text.split("\n") if line]


def test_tables_of_others_and_what_cannot_be_changed() -> None:
    text = "# a\nx = 1\n\n# about t\n[t]\ny = 2 # z\n"
    after = edited(text, "theme", "nord")
    assert tomllib.loads(after) == {"x": 1, "theme": "nord", "t": {"y": 2}}
    assert edited(after, "x", 2).replace("x = 2", "x = 1") == after
    assert all(line in after.split("\n") for line in text.split("\n"))
    with pytest.raises(ValueError, match="Expected"):
        edited("rubbish", "theme", "nord")


# --- what the settings say of alerts ------------------------------------------------------------------------


def test_a_list_keeps_its_comments_and_half_a_list_is_refused(toml: Path) -> None:
    toml.write_text('quiet_except = [\n  "Mum", # always\n  "Bob",\n]\n', encoding="utf-8")
    file = file_at(toml)
    assert changed(file, "quiet_except", '["Mum", "Eve"]') == ("written to config.toml", False)
    assert "# always" in contents(toml)
    assert load(toml)["quiet_except"] == ["Mum", "Eve"]
    assert changed(file, "quiet_except", "Mum, Ana ❤")[1] is False
    assert load(toml)["quiet_except"] == ["Mum", "Ana ❤"]
    assert changed(file, "quiet_except", "4930123456")[1] is False
    assert load(toml)["quiet_except"] == ["4930123456"]
    before = contents(toml)
    for half in ('["Mum', '["Mum"], Bob'):
        words, wrong = changed(file, "quiet_except", half)
        assert wrong
        assert "should be a list" in words
    assert contents(toml) == before


def test_rules_from_settings() -> None:
    usual = rules_of(Settings())
    assert usual.ways == Way.BADGE | Way.TOAST | Way.BELL | Way.OUTSIDE
    assert (usual.loudness, usual.quiet, usual.excepted) == (Loudness.ALL, None, frozenset())
    silent = Settings(
        notifications=False, sounds=False, terminal_notifications=False, desktop_notifications=False
    )
    assert rules_of(silent).ways == Way.BADGE
    loud = Settings(sound_error=Path("/x"), alert_command=("true",), alerts="mentions")
    assert rules_of(loud).ways == usual.ways | Way.SOUND | Way.COMMAND
    assert rules_of(loud).loudness is Loudness.MENTIONS
