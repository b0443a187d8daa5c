"""From what the store knows to what a pane shows: pure, so that the app only carries values."""

from collections import Counter
from collections.abc import Iterable, Mapping

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode

from watui.events import GATEWAY
from watui.mentioning import Given
from watui.models import Ack, ChatKey, Device, DeviceState, LinkState, number_of
from watui.panes.chatlist import Marks
from watui.panes.status import Summary
from watui.store import SILENCE, Store
from watui.text import Safe


def title(store: Store, key: ChatKey | None) -> tuple[Safe, Safe, tuple[Safe, ...]]:
    """Say of the open chat its name, a few words about it, and who is typing (nameless in a chat of two)."""
    chat = store.chats.get(key) if key is not None else None
    if key is None:
        return Safe(""), Safe(""), ()
    if chat is None:  # to whom nobody has written yet
        return store.names_of(key.device).get(key.jid) or number_of(key.jid), Safe("new chat"), ()
    names = store.names_of(key.device)
    typing = tuple(
        names.get(sender, number_of(sender)) if chat.group else Safe("")
        for sender in store.typing.get(key, ())
    )
    device = store.devices.get(key.device)
    number = number_of(key.jid)
    about = [
        device.label if device is not None and len(store.devices) > 1 else "",
        "group" if chat.group else number if number != chat.name else "",
    ]
    return chat.name, Safe(" · ".join(filter(None, about))), typing


def summary(store: Store, warning: Safe, now: float, hushed: str = "") -> Summary:
    """Sum up for the status pane how every device stands; `now` is the monotonic clock in seconds.

    `hushed` tells until when the person is not to be disturbed.
    """
    unread, chats = store.unread()
    devices = [(device, store.links.get(device.id)) for device in in_order(store)]
    quiet = {
        device: int(now - heard) // 60 for device, heard in store.heard.items() if now - heard >= SILENCE
    }
    gateway = store.links.get(GATEWAY)
    return Summary(devices, gateway, letters(store), unread, chats, warning, store.trouble, quiet, hushed)


def marks(store: Store, drafts: Mapping[ChatKey, str]) -> Marks:
    """Give what rows show besides their chats."""
    labels = {device.id: device.label for device in store.devices.values()}
    colours = {
        device.id: device.dress.colour for device in store.devices.values() if device.dress.colour is not None
    }
    return Marks(letters(store), store.names, store.typing, drafts, labels, colours)


def mentionable(store: Store, key: ChatKey) -> list[Given]:
    """Give those who can be mentioned in a group, with the names by which they are known here."""
    names = store.names_of(key.device)
    return [
        (member.jid, names.get(member.jid, Safe("")), _number(member.jid))
        for member in store.members.get(key, ())
    ]


def _number(jid: Safe) -> Safe:
    return number_of(jid) if jid.endswith("@c.us") else Safe("")


def unsent(store: Store) -> dict[ChatKey, list[str]]:
    """Give the texts that no gateway has taken, in order: they failed, or were still waiting their turn."""
    kept: dict[ChatKey, list[str]] = {}
    for key, thread in store.threads.items():
        texts = [str(m.text) for m in thread.timeline if m.local and m.ack in (Ack.PENDING, Ack.FAILED)]
        if texts:
            kept[key] = texts
    return kept


def unlinked(store: Store) -> list[Device]:
    """Give the devices that wait for a phone."""
    return [device for device in in_order(store) if device.state is DeviceState.UNLINKED]


def only_linking_is_left(store: Store) -> bool:
    """Whether all devices are known and none of them can be used before a phone is linked."""
    listed = store.links.get(GATEWAY)
    if listed is None or listed.state is not LinkState.LIVE:
        return False  # more devices may be on their way
    return bool(unlinked(store)) and all(d.state is not DeviceState.READY for d in store.devices.values())


Keys = list[tuple[str, list[tuple[str, str]]]]
"""Groups of keys, each with what it does."""


def keys(app: App[None], groups: Mapping[str, Iterable[DOMNode]]) -> Keys:
    """List the keys of some nodes, under the names of their groups, from the bindings themselves."""
    return keys_of(app, {name: [type(node) for node in nodes] for name, nodes in groups.items()})


def keys_of(app: App[None], groups: Mapping[str, Iterable[type[DOMNode]]]) -> Keys:
    """List the keys of some kinds of nodes; where one key has two meanings, both are told together."""
    listed: Keys = []
    for name, kinds in groups.items():
        told: dict[str, str] = {}
        for kind in kinds:
            for binding in kind.BINDINGS:
                if isinstance(binding, Binding) and binding.id:
                    key = app.get_key_display(binding)
                    told[key] = f"{told[key]}; {binding.description}" if key in told else binding.description
        listed.append((name, [*told.items()]))
    return listed


def letters(store: Store) -> dict[Safe, Safe]:
    """Mark each of several devices by its label's first letter, or by a digit where two share one.

    Which one does not hang on the order in which they are listed.
    """
    devices = sorted(store.devices.values(), key=lambda device: (_is_nameless(device), device.id))
    if len(devices) < 2:
        return {}
    firsts = Counter(device.label[:1].lower() for device in devices if not _is_nameless(device))
    free = (mark for mark in "123456789abcdefghijklmnopqrstuvwxyz" if mark not in firsts)
    return {
        device.id: Safe(first)
        if firsts[first := device.label[:1].lower()] == 1 and not _is_nameless(device)
        else Safe(next(free, "·"))
        for device in devices
    }


def _is_nameless(device: Device) -> bool:
    return device.label == device.id[:12]


def in_order(store: Store) -> list[Device]:
    """Give the devices in the order that the person gave them, then by their names."""
    return sorted(store.devices.values(), key=_place)


def _place(device: Device) -> tuple[bool, int, str, str]:
    place = device.dress.place
    return (place is None, place or 0, device.label.casefold(), device.id)
