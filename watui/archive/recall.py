"""What the archive knows, told as if it happened now: the first screen is painted from it."""

import sqlite3
from collections.abc import Iterator

from watui import events as ev
from watui.archive.archive import Archive
from watui.archive.outbox import Outbox
from watui.archive.shapes import COLUMNS, OF_DEVICE, chat_of, device_of, dress_of, kept_of, message_of
from watui.models import Chat, ChatKey, Contact, Dress, Kept, Message, preview_of
from watui.text import Safe

PAGE = 100
"""Messages of the open chat that are read for the first screen."""


def recall(base: sqlite3.Connection) -> Iterator[tuple[Safe, list[ev.Event]]]:
    """Tell what is known of each device, but for messages. Raises sqlite3.Error."""
    letters, settings, worn = Outbox(base).letters(), kept(base), dresses(base)
    known = "SELECT id, facts FROM devices UNION SELECT device, NULL FROM outbox"
    rows = base.execute(f"SELECT id, max(facts) FROM ({known}) GROUP BY id ORDER BY id").fetchall()  # noqa: S608
    for id_, facts in rows:
        device = Safe(id_)
        if facts is None:  # of which nothing is left but what it is to send
            yield device, [ev.Queued(letter.message) for letter in letters if letter.device == device]
            continue
        contacts: list[Contact] = [
            Contact(
                Safe(jid), name and Safe(name), chosen and Safe(chosen), number and Safe(number), bool(firm)
            )
            for jid, name, chosen, number, firm in base.execute(
                "SELECT jid, name, push_name, number, business FROM contacts WHERE device = ?", (device,)
            )
        ]
        chats, read = _chats(base, device)
        yield (
            device,
            [
                ev.DeviceChanged(device_of(device, facts)),
                *([ev.DeviceDressed(worn[device])] if device in worn else []),
                ev.ContactsListed(contacts),
                *(ev.ChatKept(key.jid, what) for key, what in settings.items() if key.device == device),
                ev.ChatsListed(chats),
                *(ev.ChatRead(jid, here_only=True) for jid in read),
                *(ev.Queued(letter.message) for letter in letters if letter.device == device),
            ],
        )


def kept(base: sqlite3.Connection) -> dict[ChatKey, Kept]:
    """Give what only watui knows of chats. Raises sqlite3.Error."""
    rows = base.execute("SELECT device, jid, facts FROM kept WHERE jid != ?", (OF_DEVICE,))
    return {ChatKey(Safe(device), Safe(jid)): kept_of(facts) for device, jid, facts in rows}


def dresses(base: sqlite3.Connection) -> dict[Safe, Dress]:
    """Give what only watui knows of devices. Raises sqlite3.Error."""
    rows = base.execute("SELECT device, facts FROM kept WHERE jid = ?", (OF_DEVICE,))
    return {Safe(device): dress_of(facts) for device, facts in rows}


def thread(archive: Archive, key: ChatKey) -> ev.HistoryRead:
    """Tell the newest messages of a chat. Raises sqlite3.Error."""
    messages, older = archive.newest(key, PAGE)
    return ev.HistoryRead(key.jid, messages, older, newest=True)


def _chats(base: sqlite3.Connection, device: Safe) -> tuple[list[Chat], list[Safe]]:
    """Give the chats that the gateway listed last, and those that were read without its knowledge."""
    chats: list[Chat] = []
    read: list[Safe] = []
    columns = ", ".join(f"m.{name}" for name in COLUMNS.split(", "))
    rows = base.execute(
        f"SELECT c.n, c.jid, c.facts, c.read_here, {columns} FROM chats c LEFT JOIN messages m ON m.n = "  # noqa: S608
        "(SELECT n FROM messages WHERE chat = c.n ORDER BY time DESC, place DESC LIMIT 1) "
        "WHERE c.device = ? AND c.listed AND c.facts IS NOT NULL",
        (device,),
    )
    for n, jid, facts, read_here, *last in rows:
        chat = chat_of(ChatKey(device, Safe(jid)), facts)
        if last[0] is not None and last[1] >= chat.time:
            _show_last(base, n, chat, message_of(tuple(last), chat.key.jid))
        chats.append(chat)
        if read_here and read_here >= chat.time:
            read.append(chat.key.jid)
    return chats, read


def _show_last(base: sqlite3.Connection, n: int, chat: Chat, message: Message) -> None:
    """Let a chat's row tell of the last message that is filed, if no list named a later one."""
    listed = chat.preview
    same = listed is not None and message.time == chat.time and listed.id in (message.id, None)
    if listed is not None and message.time == chat.time and not same:
        named = (n, listed.id)
        if base.execute("SELECT 1 FROM messages WHERE chat = ? AND id = ?", named).fetchone() is None:
            return  # it is of the same second and not known here
    chat.time, chat.preview = message.time, preview_of(message)
    if same and listed is not None and listed.ack is not None:
        chat.preview.ack = max(listed.ack, chat.preview.ack if chat.preview.ack is not None else listed.ack)
