"""The base of watui's app: everything of this package in its place."""

from typing import Any

from rich.console import RenderableType
from textual.app import App, ReturnType
from textual.driver import Driver

from watui.terminal.crash import Reporter, emit
from watui.terminal.driver import WatuiDriver
from watui.terminal.facts import UNKNOWN, Terminal
from watui.terminal.filters import guard
from watui.terminal.probe import Probe


class Guarded(App[ReturnType]):
    """An app on the guarded driver, behind the tripwire, that dies with one line and no traceback.

    Textual's own traceback shows local variables: keys and messages.
    """

    terminal: Terminal = UNKNOWN
    """What is known of the terminal: its name, its widths, and whether it reorders right-to-left text."""

    probe: Probe | None = None
    """The question put to the terminal before the app ran; the driver takes over what it has heard."""

    def __init__(self, reporter: Reporter | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        self.tripwire = guard(self)
        self._reporter = reporter
        self._failure: BaseException | None = None

    def get_driver_class(self) -> type[Driver]:
        """Choose the guarded driver whatever the environment says."""
        return WatuiDriver

    def terminal_gone(self, code: int) -> None:
        """Leave because of a signal or because the terminal is gone; override to leave in another way."""
        self.exit(return_code=code)

    def panic(self, *renderables: RenderableType) -> None:
        """Leave because of an error; what Textual would show on the screen is not shown."""
        self._fatal_error()

    def _handle_exception(self, error: Exception) -> None:
        self._failure = self._failure or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        error = self._failure or RuntimeError("panic")
        self._return_code = 1
        line = self._reporter.report(error) if self._reporter else f"watui stopped: {type(error).__name__}"
        self._exit_renderables[:] = [line]
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        lines, self._exit_renderables = self._exit_renderables, []
        for line in lines[:1]:
            emit(str(line))
