"""Textual's driver for Linux and macOS, with a safe parser, a writer that never blocks and a sure end."""

import contextlib
import os
import selectors
import signal
import termios
import threading
from codecs import getincrementaldecoder
from collections.abc import Callable
from math import inf
from time import monotonic
from typing import Any

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from watui.terminal import sequences
from watui.terminal.facts import UNKNOWN, Terminal
from watui.terminal.frames import Frames
from watui.terminal.guest import Guest
from watui.terminal.outlet import Outlet
from watui.terminal.parser import SafeParser
from watui.terminal.probe import Probe
from watui.terminal.signals import Leaver, hangups
from watui.terminal.widths import Widths

DRAIN = 0.3
"""Seconds that leaving waits for a slow terminal before what is queued is thrown away."""

GRACE = 5.0
"""Seconds from the order to leave until the process is ended by force."""

LENT = 0.5
"""Seconds after another program has had the terminal in which SIGINT is still its own."""

GONE = 128 + signal.SIGHUP
"""Exit code when the terminal has gone away without a signal."""


class WatuiDriver(LinuxDriver):
    """The driver to give to the app as `driver_class`.

    Frames that a stalled terminal does not take are dropped, and all is painted anew once it reads again:
    Textual's own queue of 30 would hold up the event loop instead. A terminal that is gone, SIGHUP, SIGTERM
    and SIGINT make the app exit with 128 + signal.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        # Never debug: it writes every key to keys.log.
        super().__init__(app, debug=False, mouse=mouse, size=size)
        self._outlet: Outlet | None = None
        self._wake: tuple[int, int] | None = None
        self._release: Callable[[], None] | None = None
        self._watchdog: threading.Timer | None = None
        # Monotonic time at which the terminal was taken back; infinite while it is lent.
        self._ours_since = 0.0
        self._title = ""
        self._raw: list[Any] | None = None
        self._terminal: Terminal = getattr(app, "terminal", UNKNOWN)
        self._frames = Frames(Widths(self._terminal))
        self._typed = b""  # what came before the driver did
        self._own_bidi = False
        self._done = False
        self.guest: Guest | None = None
        """The program that has the terminal while it is lent, to be ended if the app ends first."""

    @property
    def is_lent(self) -> bool:
        """Whether the terminal is another program's now."""
        return self._ours_since == inf

    @property
    def target(self) -> int:
        """File descriptor of the terminal that is drawn on; `fileno` is that of the one that is read."""
        return self._file.fileno() if self._file else 2

    def write(self, data: str) -> None:
        """Queue a frame or a sequence; dropped when the terminal is stalled, or not ours at the time.

        What the terminal would take other cells for than Textual does is rewritten or held in its place.
        """
        if self._outlet is not None:
            self._outlet.write(self._frames.fitted(data))

    def control(self, sequence: str) -> bool:
        """Queue a whole sequence that should not be dropped with the frames; False if it was."""
        return self._outlet is not None and self._outlet.write(sequence, keep=True)

    def set_title(self, text: str) -> bool:
        """Set the window's title, saving the old one first; False if it was dropped.

        While the terminal is lent this waits until it is back.
        """
        if text == self._title:
            return True
        if self.is_lent:
            self._title = text
            return True
        saved = "" if self._title else sequences.TITLE_SAVE
        done = self.control(saved + sequences.title(text))
        if done:
            self._title = text
        return done

    def own_bidi(self) -> bool:
        """Have the terminal leave the order of right-to-left text to the app until exit; False if not."""
        self._own_bidi = self._terminal.stops_reordering and self.control(sequences.BIDI_OFF)
        return self._own_bidi

    def start_application_mode(self) -> None:
        """Take the terminal, and what was typed and answered while the probe had it."""
        self._open()
        self._wake = os.pipe()
        probe: Probe | None = getattr(self._app, "probe", None)
        if probe is not None:
            self._typed = probe.hand_over()
        if self._release is None:
            self._release = hangups(self._loop, self._leave)
        self._key_thread = None
        lent = self.is_lent
        if lent:
            self._ours_since = monotonic()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._key_thread is None:
            self._gone()  # Textual gives up in silence when the terminal is dead already
        with contextlib.suppress(termios.error):
            self._raw = termios.tcgetattr(self.fileno)
        if lent:
            self.control(sequences.AFTER_GUEST)
        if self._title:
            self.control(sequences.TITLE_SAVE + sequences.title(self._title))
        if self._own_bidi:
            self.control(sequences.BIDI_OFF)

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was, for good, in bounded time whatever state it is in."""
        self._done = True
        if self.guest is not None:
            self.guest.end()
        if self.is_lent:
            # Whatever has been ended in there may have left the terminal in any state.
            self._ours_since = monotonic()
            self._title = ""
            self._open()
            self.control(sequences.AFTER_GUEST)
        self._give_back()

    def _open(self) -> None:
        encoding = self._file.encoding if self._file else "utf-8"
        self._outlet = Outlet(self.target, encoding, drained=self._catch_up, lost=self._gone)
        self._outlet.start()

    def _give_back(self) -> None:
        if self._outlet is not None:
            self._outlet.settle(DRAIN)
        if self._title:
            self.write(sequences.TITLE_RESTORE)
        if self._mouse_pixels:
            self.write(sequences.MOUSE_PIXELS_OFF)
        if self._own_bidi:
            self.write(sequences.BIDI_ON)
        super().stop_application_mode()
        self._release_terminal()

    def disable_input(self) -> None:
        """Stop reading keys."""
        if self._wake is not None:
            os.write(self._wake[1], b".")
        super().disable_input()

    def suspend_application_mode(self) -> None:
        """Give the terminal back for a while; the signals stay ours."""
        self._ours_since = inf
        self._give_back()
        super().close()

    def resume_application_mode(self) -> None:
        """Take the terminal again, unless the app has ended meanwhile."""
        if not self._done:
            super().resume_application_mode()

    def close(self) -> None:
        """End for good."""
        self._release_terminal()
        super().close()
        if self._release is not None:
            self._release()
            self._release = None
        if self._watchdog is not None:
            self._watchdog.cancel()

    def run_input_thread(self) -> None:
        """Read keys until told to stop or until the terminal is gone; sleeps as long as nothing comes."""
        if self._wake is None:
            return
        parser = SafeParser()
        decode = getincrementaldecoder("utf-8")("replace").decode
        typed, self._typed = self._typed, b""
        if typed:
            for message in parser.feed(decode(typed)):
                self.process_message(message)
        with selectors.SelectSelector() as selector:  # macOS has no other that works on terminals
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._wake[0], selectors.EVENT_READ)
            while True:
                ready = {key.fd for key, _ in selector.select(parser.patience())}
                if self._wake[0] in ready:
                    return
                if self.fileno in ready:
                    data = self._read()
                    if data == b"":
                        self._gone()
                        return
                    if data and (text := decode(data)):
                        for message in parser.feed(text):
                            self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)

    def _run_input_thread(self) -> None:
        try:
            self.run_input_thread()
        except Exception as error:
            self._on_loop(self._app._handle_exception, error)

    def _read(self) -> bytes | None:
        """Read what there is: nothing (b"") means the terminal is gone, None that it was a false alarm."""
        try:
            return os.read(self.fileno, 4096)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _release_terminal(self) -> None:
        if self._outlet is not None:
            self._outlet.stop(DRAIN)
            self._outlet = None
        if self._wake is not None:
            for fd in self._wake:
                os.close(fd)
            self._wake = None

    def _catch_up(self) -> None:
        """Have all painted anew after frames were dropped; called on the outlet's thread."""
        self._on_loop(self._repaint)

    def _repaint(self) -> None:
        if self._app.is_running and self._outlet is not None:
            self._app.refresh()

    def _gone(self, code: int = GONE) -> None:
        """Begin to leave; called on any thread."""
        self._on_loop(self._leave, code)

    def _on_loop(self, callback: Callable[..., None], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has been closed meanwhile
            self._loop.call_soon_threadsafe(callback, *args)

    def _leave(self, code: int) -> None:
        """Ask the app to exit, once, and see to it that the process ends even if the app does not."""
        if code == 128 + signal.SIGINT and self._ours_since and monotonic() < self._ours_since + LENT:
            return  # Ctrl+C was for the editor, though the signal may come when that has already ended
        if self._watchdog is not None:
            return
        self._watchdog = threading.Timer(GRACE, self._end, (code,))
        self._watchdog.daemon = True
        self._watchdog.start()
        if isinstance(self._app, Leaver):
            self._app.terminal_gone(code)
        else:
            self._app.exit(return_code=code)

    def _end(self, code: int) -> None:
        with contextlib.suppress(Exception):
            self.stop_application_mode()
        os._exit(code)

    def _sigcont_application(self, *_: object) -> None:
        """Carry on after a stop.

        The kernel sends SIGCONT with a hang-up too, and Textual would then start a second writer and reader.
        """
        if self._must_signal_resume:
            super()._sigcont_application()
        elif self._outlet is not None and self._raw is not None:
            # Stopped from outside (kill -STOP): the shell has changed the modes and written over the screen.
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._raw)
            self._on_loop(self._repaint)
