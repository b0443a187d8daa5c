"""The people and the groups: opens their screens, and tells them and the pane beside a thread what is known.

What the archive has to be asked is asked on a thread of its own.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import App
from textual.timer import Timer

from watui import views
from watui.aside import aside
from watui.caps import Cap
from watui.changes import Changes
from watui.commands import ListMembers
from watui.models import ChatKey, DeviceState, Member
from watui.names import YOU
from watui.network import Network
from watui.panes.details import About
from watui.store import Store
from watui.text import Safe, fold

if TYPE_CHECKING:
    from watui.archive.about import Counted
    from watui.archive.search import Searching
    from watui.screens.about import AboutScreen, Asked, Fellow
    from watui.screens.people import Listed, PeopleScreen

NEW_NAMES = 0.5
"""Seconds after which new names are shown in the open list of people, together."""

COUNT_AGAIN = 3.0
"""Seconds after which a chat in which something came is counted anew."""

NO_MEMBERS = "this gateway does not tell who is in a group"

NOT_COUNTED = "the archive cannot be read; the log tells why"

_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Subject:
    """A chat or person of whom somebody is told, and what the archive said about them."""

    key: ChatKey
    show: Callable[[About], object]
    counted: "Counted | None" = None
    groups: Sequence[Safe] = ()
    """The groups in which they wrote."""
    trouble: str = ""
    again: Timer | None = None


class People:
    """Opens each of the screens once at a time, and keeps what is told up to date."""

    def __init__(
        self,
        app: App[None],
        store: Store,
        network: Network,
        *,
        chosen: Callable[[ChatKey], object],
        mention: Callable[[ChatKey, Sequence[Member]], object],
    ) -> None:
        """Tell `chosen` with whom to write, and `mention` in which group to begin by naming everybody."""
        self._app = app
        self._store = store
        self._network = network
        self._chosen = chosen
        self._mention = mention
        self._list: PeopleScreen | None = None
        self._screen: AboutScreen | None = None
        self._asked: Subject | None = None
        self._followed: Subject | None = None
        self._renew: Timer | None = None
        self._searching: Searching | None = None
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    # The screens.

    def open(self) -> None:
        """List the people of all devices."""
        from watui.screens.people import PeopleScreen  # noqa: PLC0415 - dialogs load when they open

        def closed(key: ChatKey | None) -> None:
            self._list = None
            if key is not None:
                self._chosen(self._store.key(*key))

        marks = views.marks(self._store, {}).devices
        devices = self._store.devices.values()
        ready = [device.id for device in devices if device.state is DeviceState.READY]
        ready.sort(key=lambda device: marks.get(device, ""))
        self._list = PeopleScreen(self._people(), ready, marks)
        self._app.push_screen(self._list, closed)

    def about(self, key: ChatKey) -> None:
        """Tell about a group, or about somebody, with whom there may be no chat yet."""
        from watui.screens.about import AboutScreen  # noqa: PLC0415

        if self._screen is not None:
            return

        def closed(asked: "Asked | None") -> None:
            self._screen = self._asked = None
            if asked is None:
                return
            if self._list is not None:
                self._list.dismiss(None)
            key = self._store.key(*asked.chat)
            if asked.everybody:
                self._mention(key, self._store.members.get(key, ()))
            else:
                self._chosen(key)

        key = self._store.key(*key)
        subject = self._asked = Subject(key, self._show_about)
        self._screen = AboutScreen(self._about(subject))
        self._app.push_screen(self._screen, closed)
        self._count(subject)
        if key.jid.endswith("@g.us"):
            self._show_members()
            if Cap.MEMBERS in self._store.caps:
                self._network.execute(key.device, ListMembers(key.jid))

    def follow(self, key: ChatKey | None, show: Callable[[About], object]) -> None:
        """Tell somebody about a chat from now on, and about no other any more; about none without a key."""
        self._followed = None
        if key is not None:
            self._followed = Subject(key, show)
            self._tell(self._followed)
            self._count(self._followed)

    # What happened.

    def changed(self, changes: Changes) -> None:
        """Tell what is another now."""
        for subject in self._subjects():
            subject.key = changes.moved.get(subject.key, subject.key)
            if changes.names or changes.devices or subject.key in changes.chats | changes.members:
                self._tell(subject)
            if subject.key in changes.threads and subject.again is None:
                subject.again = self._app.set_timer(COUNT_AGAIN, lambda subject=subject: self._count(subject))
        if self._asked is not None and (
            self._asked.key in changes.members or changes.names or changes.caps or changes.failed
        ):
            self._show_members(changes)
        if changes.names and self._list is not None and self._renew is None:
            self._renew = self._app.set_timer(NEW_NAMES, self._show_people)

    def _subjects(self) -> list[Subject]:
        return [subject for subject in (self._asked, self._followed) if subject is not None]

    def _people(self) -> "list[Listed]":
        from watui.screens.people import Listed  # noqa: PLC0415

        return [Listed(device, one) for device in self._store.devices for one in self._store.people(device)]

    def _show_people(self) -> None:
        self._renew = None
        if self._list is not None:
            self._list.show(self._people())

    # What is known.

    def _tell(self, subject: Subject) -> None:
        subject.show(self._about(subject))

    def _about(self, subject: Subject) -> About:
        """Bring together what the store knows and what the archive said."""
        store, key = self._store, subject.key
        chat = store.chats.get(key)
        device = store.devices.get(key.device)
        members = store.members.get(key)
        person = None if key.jid.endswith("@g.us") else store.person(*key)
        groups = [store.chats.get(ChatKey(key.device, jid)) for jid in self._groups(subject)]
        return About(
            key,
            chat.name if chat is not None else person.name if person is not None else key.jid,
            person,
            chat,
            device.label if device is not None and len(store.devices) > 1 else Safe(""),
            None if members is None else len(members),
            sum(member.admin or member.founder for member in members or ()),
            subject.counted,
            subject.trouble,
            store.abouts.get(key, Safe("")),
            [group.name for group in groups if group is not None],
        )

    def _groups(self, subject: Subject) -> dict[Safe, None]:
        """Name the groups in which somebody wrote, and those of which it is known who is in them."""
        key = subject.key
        found = dict.fromkeys(subject.groups)
        if not key.jid.endswith("@g.us"):
            jids = {each.jid for each in self._store.keys(key)}
            known = self._store.members.items()
            found |= {
                group.jid: None
                for group, members in known
                if group.device == key.device and any(member.jid in jids for member in members)
            }
        return found

    def _show_about(self, about: About) -> None:
        if self._screen is not None:
            self._screen.show(about)

    def _show_members(self, changes: Changes | None = None) -> None:
        """Show who is in the group that is asked about, or say why that is not known."""
        if self._screen is None or self._asked is None:
            return
        key = self._asked.key
        members = self._store.members.get(key)
        if members is not None:
            self._screen.show_members(self._fellows(key, members))
        elif Cap.MEMBERS not in self._store.caps:
            self._screen.show_members((), NO_MEMBERS)
        else:
            for chat, command, words in changes.failed if changes is not None else ():
                if chat == key and isinstance(command, ListMembers):
                    self._screen.show_members((), words)

    def _fellows(self, key: ChatKey, members: Sequence[Member]) -> "list[Fellow]":
        """Name the members: oneself first, then who decides about the group, then by name."""
        from watui.screens.about import Fellow  # noqa: PLC0415

        fellows: list[tuple[tuple[bool, bool, bool, str], Fellow]] = []
        for member in members:
            person = self._store.person(key.device, member.jid)
            oneself = self._store.is_oneself(ChatKey(key.device, member.jid))
            number = f"+{person.number}" if person.number else ""
            role = "made the group" if member.founder else "admin" if member.admin else ""
            order = (not oneself, not member.founder, not member.admin, fold(person.name))
            if oneself and person.name != YOU:
                role = f"you, {role}" if role else "you"
            fellow = Fellow(member.jid, person.name, number if number != person.name else "", role)
            fellows.append((order, fellow))
        return [fellow for _, fellow in sorted(fellows)]

    # The archive.

    def _count(self, subject: Subject) -> None:
        subject.again = None
        task = asyncio.get_running_loop().create_task(self._answer(subject))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, subject: Subject) -> None:
        """Ask the archive, one question at a time, and tell what it says if that is still wanted."""
        from watui.archive.search import Stopped  # noqa: PLC0415

        async with self._turn:
            try:
                subject.counted, subject.groups = await aside(self._look(subject))
                subject.trouble = ""
            except Stopped:
                return
            except sqlite3.Error as error:
                _log.warning("a chat cannot be counted: %s", error)
                subject.trouble = NOT_COUNTED
        if self._is_wanted(subject):
            self._tell(subject)

    def _is_wanted(self, subject: Subject) -> bool:
        return subject is self._asked or subject is self._followed

    def _look(self, subject: Subject) -> "Callable[[], tuple[Counted, list[Safe]]]":
        """Make ready what the thread does; the keys are taken now, since they belong to this thread."""
        from watui.archive import about  # noqa: PLC0415

        key, keys = subject.key, self._store.keys(subject.key)

        def question(base: sqlite3.Connection) -> "tuple[Counted, list[Safe]]":
            counted = about.count(base, keys)
            if key.jid.endswith("@g.us"):
                return counted, []
            return counted, about.groups_with(base, key.device, [each.jid for each in keys])

        def look() -> "tuple[Counted, list[Safe]]":
            if self._searching is None:
                self._searching = self._network.searching()
            return self._searching.ask(question, lambda: self._is_wanted(subject))

        return look
