"""The commands of the palette: the app's own, and those on a message or a chat out of the table of acts."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from watui.panes.acts import ACTS, CHAT_ACTS

if TYPE_CHECKING:
    from watui.app import Watui


def commands(app: "Watui") -> Iterator[SystemCommand]:
    """List what can be done now."""
    yield from _on_message(app)
    yield from _on_chat(app)
    for title, words, do in (
        ("Theme", "Choose the colours, dark or light", app.search_themes),
        ("Switch chat", "Find a chat by its name", app.action_switch),
        ("Contacts", "Find somebody to write to, or a new number", app.action_people),
        ("About this chat", "Members, media, groups in common", app.action_details),
        ("Send a file", "Choose files for the open chat", app.action_attach),
        ("Write in your editor", "Open what is being written", app.action_edit_text),
        ("Search", "Find a message in everything ever seen", app.action_search),
        ("Starred messages", "List every message with a star", app.action_starred),
        ("Devices", "How every device stands, and its figures", app.action_devices),
        ("Notices", "What was told lately", app.action_past_notices),
        ("Do not disturb", "Only what is meant for you is shown, without a noise", app.action_hush),
        ("Link a phone", "Show the code of a device that waits for one", app.action_link),
        ("Add a device", "Make a new device at the gateway", app.network.create_device),
        ("Try again now", "Connect at once instead of waiting", app.network.kick),
        ("Settings", "Change what config.toml says, at once", app.action_settings),
        ("Keys", "Show every key", app.action_help),
        ("Quit", "Leave watui; drafts are kept", app.action_quit),
    ):
        yield SystemCommand(title, words, do)


def _on_message(app: "Watui") -> Iterator[SystemCommand]:
    message = app.thread.selected
    if message is None:
        return
    for act in ACTS:
        if act.applies(message):
            do = partial(app.conversation.doing.do, act.name, message)
            yield SystemCommand(f"{act.words}: the selected message", f"Key {act.letter}", do)


def _on_chat(app: "Watui") -> Iterator[SystemCommand]:
    chat = app.store.chats.get(app.open_chat) if app.open_chat is not None else None
    if chat is None:
        return
    for act in CHAT_ACTS:
        do = partial(app.workshop.do_to_chat, act.name, chat)
        yield SystemCommand(f"{act.words(chat)}: this chat", f"Keys m {act.letter}", do)
