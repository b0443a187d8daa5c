"""The command line.

Whatever is not needed for `--help` is imported where it is used: Textual, Socket.IO, aiohttp and pydantic
cost a second together. Only this module knows the embedded gateway.
"""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from watui import __version__

if TYPE_CHECKING:
    from watui.config import Settings
    from watui.demo_process import DemoProcess
    from watui.paths import Paths
    from watui.settings_file import SettingsFile

REFUSED = 2
"""Exit code when watui cannot start, and has said why."""

_KEY_OPTIONS = frozenset({"--api-key", "--api_key", "--apikey", "--key", "--token", "--access-token"})

INTERRUPTED = 130
"""Exit code after Ctrl+C, as shells have it."""

UNREAD = 141
"""Exit code when nobody reads the output to its end, as shells have it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    os.umask(0o077)  # SQLite and others make files of their own; none of them is for other users
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments[:1] == ["gateway"]:
            from watui.demo.cli import main as gateway  # noqa: PLC0415

            return gateway(arguments[1:])
        if any(argument.split("=")[0] in _KEY_OPTIONS for argument in arguments):
            return _refuse(
                "no key on the command line, where every user of this computer can see it;"
                " set WATUI_API_KEY, or api_key_file in config.toml"
            )
        options = _parser().parse_args(arguments)
        return {"doctor": _doctor, "export": _export}.get(options.command, _watui)(options)
    except KeyboardInterrupt:
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="watui",
        description="WhatsApp in a terminal, over a self-hosted device gateway.",
        epilog="The gateway's key has no option, since every user of a computer can see the options of its"
        " programs: set WATUI_API_KEY, or api_key_file or api_key_command in config.toml.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"watui {__version__}")
    parser.add_argument(
        "--demo", action="store_true", help="try watui on an embedded gateway with simulated phones"
    )
    _add_places(parser, None)
    commands = parser.add_subparsers(dest="command", metavar="command", title="commands")
    # Only for the help: main() has handed its arguments on before.
    commands.add_parser(
        "gateway", add_help=False, help="run the embedded gateway by itself; see watui gateway --help"
    )
    doctor = commands.add_parser("doctor", help="check settings, gateway and terminal, and say what to do")
    doctor.add_argument(
        "--alerts", action="store_true", help="ring in each way in turn and ask what you saw and heard"
    )
    _add_places(doctor, argparse.SUPPRESS)
    _add_export(
        commands.add_parser(
            "export",
            allow_abbrev=False,
            help="write archived chats as text, Markdown or JSON Lines; see watui export --help",
            description="Write what the archive holds to standard output or files, also while watui runs.",
        )
    )
    return parser


def _add_export(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--chat", metavar="WHICH", help="one chat, by its name, number or JID (default: all)")
    add("--device", metavar="WHICH", help="the chats of one device, by its name, number or id (default: all)")
    add(
        "--format",
        dest="form",
        choices=("text", "markdown", "jsonl"),
        default="text",
        help="text (the default), markdown, or jsonl: a JSON object a line",
    )
    add("--since", metavar="DATE", help="from this day or time on: 2026-11-30 or 2026-11-30T14:05")
    add("--until", metavar="DATE", help="up to the end of this day, or up to this time")
    add(
        "--output",
        metavar="PATH",
        help="a file for all, or a directory (one that is there, or a name that ends in /) for a file a chat;"
        " they are readable for you only",
    )
    add("--force", action="store_true", help="replace files that are there")


def _add_places(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        metavar="PATH",
        default=default,
        help="the configuration file (also WATUI_CONFIG)",
    )
    parser.add_argument(
        "--env-file",
        type=Path,
        metavar="PATH",
        default=default,
        help="a file of KEY=VALUE lines: WATUI_* or the NEXT_PUBLIC_* of the gateway's web client",
    )


def _doctor(options: argparse.Namespace) -> int:
    if options.alerts and (words := _no_terminal()):
        return _refuse(words)
    from watui.config import ConfigError, load_settings  # noqa: PLC0415

    try:
        settings = load_settings(options.config, options.env_file, os.environ)
    except ConfigError as error:
        return _refuse(str(error))
    _hide(settings)
    if options.alerts:
        from watui.means import allowed  # noqa: PLC0415
        from watui.rehearsal import main as rehearse  # noqa: PLC0415

        return rehearse(allowed(settings))
    from watui.doctor import main as doctor  # noqa: PLC0415

    return doctor(settings)


def _export(options: argparse.Namespace) -> int:
    from watui.export import ExportError, Wanted, export  # noqa: PLC0415
    from watui.paths import Paths  # noqa: PLC0415

    wanted = Wanted(
        options.chat,
        options.device,
        options.form,
        options.since,
        options.until,
        options.output,
        force=options.force,
    )
    try:
        said = export(Paths.find(os.environ).data, wanted)
    except ExportError as error:
        return _refuse(str(error))
    except BrokenPipeError:
        return UNREAD
    if said:
        sys.stderr.write(f"watui: {_plain(said)}\n")
    return 0


def _watui(options: argparse.Namespace) -> int:
    gc.disable()  # the app turns it on again once it has painted
    if words := _no_terminal():
        return _refuse(words)
    from watui.paths import Paths  # noqa: PLC0415

    paths = Paths.find(os.environ)
    if options.config is not None:
        paths = replace(paths, config=options.config.absolute())
    return _demo(options, paths) if options.demo else _own(options, paths)


def _own(options: argparse.Namespace, paths: "Paths") -> int:
    """Run on the user's gateway, if there is any sign of one; the settings are read after the first paint."""
    named = any(name.startswith(("WATUI_URL", "WATUI_API_KEY")) and os.environ[name] for name in os.environ)
    if not (named or options.env_file or options.config or paths.config.exists()):
        config, key = paths.config, paths.config.with_name("key")
        sys.stderr.write(_WELCOME.format(config=_plain(str(config)), key=_plain(str(key))))
        return REFUSED
    return _run(_settings(options), paths, None)


def _settings(options: argparse.Namespace) -> "SettingsFile":
    from watui.settings_file import SettingsFile  # noqa: PLC0415

    return SettingsFile(options.config, options.env_file, os.environ, demo=options.demo)


def _demo(options: argparse.Namespace, paths: "Paths") -> int:
    """Run on the embedded gateway, which starts while the rest is imported and ends with watui.

    What is needed before it starts costs next to nothing; pydantic and Textual come after.
    """
    from watui.demo_process import DemoError, DemoProcess  # noqa: PLC0415

    try:
        paths = paths.for_demo()
        demo = DemoProcess(paths.log.with_name("gateway.log"))
    except DemoError as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(
            f"the demo needs a directory of its own: {error.filename}: {(error.strerror or '').lower()}"
        )
    try:
        return _run(_settings(options), paths, demo)
    finally:
        demo.stop()
        import shutil  # noqa: PLC0415 - with its compressors it costs more than all of this module

        shutil.rmtree(paths.data, ignore_errors=True)


def _run(settings: "SettingsFile", paths: "Paths", demo: "DemoProcess | None") -> int:
    """Run the app; the terminal is asked what it is first, and answers while Textual is imported."""
    from watui.terminal.environment import prepare  # noqa: PLC0415
    from watui.terminal.probe import begin  # noqa: PLC0415

    prepare(os.environ)
    probe = begin(os.environ)
    try:
        from watui.start import run  # noqa: PLC0415

        return run(settings, paths, demo, probe)
    finally:
        if probe is not None:
            probe.close()


def _hide(settings: "Settings") -> None:
    from watui import log  # noqa: PLC0415

    for secret in settings.secrets():
        log.hide(secret)


def _no_terminal() -> str:
    """Return words against starting here, or nothing; Textual reads stdin and draws on stderr."""
    for descriptor, what in enumerate(("input", "output", "error output")):
        if not os.isatty(descriptor):
            return f"watui needs a terminal: its {what} is a file or a pipe"
    if os.environ.get("TERM") == "dumb":
        return (
            "watui needs a terminal that can place text: TERM is dumb; set it to xterm-256color or the like"
        )
    return ""


def _refuse(words: str) -> int:
    if sys.stderr is not None:
        sys.stderr.write(
            f"watui: {_plain(words)}\n" if not words.startswith("watui ") else f"{_plain(words)}\n"
        )
    return REFUSED


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


_WELCOME = """\
watui does not know your gateway yet.

  Try it without one:   watui --demo

  Or write into {config}

      url = "http://127.0.0.1:3000"
      api_key_file = "key"

  and the gateway's key into {key} (chmod 600).
  Or set WATUI_URL and WATUI_API_KEY.
"""


if __name__ == "__main__":
    sys.exit(main())
