"""Editing a text in the person's own editor: the one place where the terminal is given to another program."""

import asyncio
import contextlib
import shlex
import shutil
import sys
import tempfile
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textual.app import App

from watui.paths import reason
from watui.terminal.driver import WatuiDriver
from watui.terminal.guest import Guest
from watui.terminal.outside import found, given
from watui.text import Safe, one_line

LIMIT = 1_000_000
"""Bytes of a text that are taken back from an editor."""

_USUAL = ("nano", "vim", "vi")
_SETTINGS = ("VISUAL", "EDITOR")

_WORDS_LIMIT = 300  # characters: a path stands in some


class NoEditor(Exception):
    """There is no editor that could be started; its text says what to do about it."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A text as it is after an editor had it, and why it is as before if something went wrong."""

    text: str
    trouble: Safe = Safe("")


def editor(environ: Mapping[str, str]) -> list[str]:
    """Find the person's editor: `$VISUAL`, `$EDITOR`, else a usual one; the program and its first arguments.

    Raises NoEditor if what is set cannot be run, or if nothing is set and none is there.
    """
    for setting in _SETTINGS:
        try:
            words = shlex.split(environ.get(setting, ""))
        except ValueError:
            raise NoEditor(f"{setting} has a quote that is not closed; set it anew") from None
        if words:
            program = found(words[0], environ)
            if program is None:
                raise NoEditor(f"there is no program {words[0]}; set {setting} to an editor that is there")
            return [program, *words[1:]]
    for name in _USUAL:
        if program := found(name, environ):
            return [program]
    raise NoEditor("no editor was found; set EDITOR to one, such as EDITOR=nano")


async def edit(app: App[Any], text: str, environ: Mapping[str, str]) -> Edited:
    """Have the person edit a text in their own editor, and wait for that; the app runs on without a screen.

    Whatever goes wrong, the text comes back as it was, with words. To be awaited in a worker of its own
    (`app.run_worker(...)`), never in a message handler, which would keep its widget or the app from all other
    messages until the editor ends. Cancelled, it ends the editor first.
    """
    driver = app._driver
    if not isinstance(driver, WatuiDriver):
        return _failed(text, "there is no terminal to open an editor in")
    if driver.is_lent:
        return _failed(text, "an editor is open already")
    try:
        command = editor(environ)
        path = _laid_out(text)
    except NoEditor as error:
        return _failed(text, str(error))
    except OSError as error:
        return _failed(text, f"no file for the editor could be written: {reason(error)}")
    name = Path(command[0]).name
    kept = False
    try:
        outcome = await _lent(app, driver, [*command, str(path)], given(environ))
        if isinstance(outcome, OSError):
            return _failed(text, f"{name} cannot be run: {reason(outcome)}; set EDITOR to another one")
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome:
            how = f"with code {outcome}" if outcome > 0 else f"by signal {-outcome}"
            return _failed(text, f"{name} was ended {how}; the text is as it was before")
        result, kept = _taken(path, text)
        return result
    finally:
        if not kept:
            shutil.rmtree(path.parent, ignore_errors=True)


async def _lent(
    app: App[Any], driver: WatuiDriver, command: list[str], environ: Mapping[str, str]
) -> int | BaseException:
    """Let a program have the terminal until it ends; gives its exit code, or what was raised.

    Nothing may be raised through `suspend`, which would leave the terminal to nobody then. It also lets
    prints through to the terminal: those go on to where they always go. Without `batch_update` around it, all
    that nobody can see would be drawn.
    """
    shown, told = sys.stdout, sys.stderr
    with app.batch_update(), app.suspend(), redirect_stdout(shown), redirect_stderr(told):
        try:
            return await _visit(driver, command, environ)
        except BaseException as error:
            return error


async def _visit(driver: WatuiDriver, command: list[str], environ: Mapping[str, str]) -> int:
    loop = asyncio.get_running_loop()
    code: asyncio.Future[int] = loop.create_future()

    def tell(number: int) -> None:
        if not code.done():
            code.set_result(number)

    def ended(number: int) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
            loop.call_soon_threadsafe(tell, number)

    guest = Guest(command, environ, source=driver.fileno, target=driver.target, ended=ended)
    driver.guest = guest
    try:
        return await code
    finally:
        guest.end()
        driver.guest = None


def _laid_out(text: str) -> Path:
    """Write a text into a file that only the person can read, alone in a directory; raises OSError."""
    directory = Path(tempfile.mkdtemp(prefix="watui-"))
    # Not .md, for which editors have formatters that WhatsApp's marks would not survive.
    path = directory / "message.txt"
    try:
        path.touch(0o600, exist_ok=False)
        path.write_bytes(_written(text))
    except OSError:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    return path


def _written(text: str) -> bytes:
    """Build the file of a text: with the line end that editors would add, so that its own ones stay."""
    return f"{text}\n".encode("utf-8", "replace") if text else b""


def _taken(path: Path, before: str) -> tuple[Edited, bool]:
    """Read what the editor has left, and say whether the file must stay, as the text is nowhere else."""
    try:
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)
    except FileNotFoundError:
        return _failed(before, "the editor has removed the file; the text is as it was before"), False
    except OSError as error:
        return _failed(before, f"the editor's file cannot be read: {reason(error)}; it is {path}"), True
    if data == _written(before):
        return Edited(before), False
    if len(data) > LIMIT:
        return _failed(before, f"the text is larger than 1 MB and was not taken; it is in {path}"), True
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _failed(before, f"the text is not UTF-8 and was not taken; it is in {path}"), True
    return Edited(text.replace("\r\n", "\n").removesuffix("\n")), False


def _failed(text: str, words: str) -> Edited:
    return Edited(text, one_line(words, limit=_WORDS_LIMIT))
