"""Choosing chats by what they and their devices are called."""

from collections.abc import Iterable, Sequence

from watui.export.filed import Filed
from watui.export.opening import START
from watui.export.reading import Shelf
from watui.export.wanted import ExportError, Wanted
from watui.matching import search, terms, text_of
from watui.models import Device
from watui.text import fold

LISTED = 5
"""How many names are given where one must be chosen."""


def chosen(shelf: Shelf, wanted: Wanted) -> list[Filed]:
    """List the chats that are wanted. Raises ExportError where it is not clear which."""
    devices = shelf.devices()
    if wanted.device is not None:
        devices = [_device(devices, wanted.device)]
    chats = [chat for device in devices for chat in shelf.chats(device)]
    return chats if wanted.chat is None else _chats(chats, wanted.chat)


def _device(devices: Sequence[Device], query: str) -> Device:
    found = [each for each in devices if each.id == query] or [
        each for each in devices if fold(query) == fold(each.label) or terms(query) == each.number
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise ExportError(
            f'several devices are called "{query}": {_listed(each.id for each in found)}; name one by its id'
        )
    if not devices:
        raise ExportError(f"the archive knows no device yet; {START}")
    listed = _listed(f"{each.label} ({each.id})" for each in devices)
    raise ExportError(f'no device is called "{query}"; there are: {listed}')


def _chats(chats: Sequence[Filed], query: str) -> list[Filed]:
    sought = terms(query)
    found = (
        [each for each in chats if each.chat.key.jid == query]
        or [each for each in chats if sought.isdecimal() and sought == _number(each)]
        or [each for each in chats if fold(query).split() == fold(each.name).split()]
    )
    people = {(each.device.id, _number(each) or each.chat.key.jid) for each in found}
    if len(people) == 1:
        return found  # several only where one person has two jids
    if found:
        listed = _listed(f"{each.chat.key.jid} on {each.device.label} ({each.device.id})" for each in found)
        raise ExportError(f'several chats are "{query}": {listed}; give the jid, and --device if need be')
    if not chats:
        raise ExportError(f"the archive holds no chats yet; {START}")
    near = search(sought, [text_of(each.name, _number(each)) for each in chats]).places
    hint = (
        f"nearly: {_listed(chats[place].name for place in near)}" if near else "without --chat all are taken"
    )
    raise ExportError(f'no chat is called "{query}"; {hint}')


def _number(chat: Filed) -> str:
    return "" if chat.chat.group else chat.names.number(chat.chat.key.jid)


def _listed(names: Iterable[str]) -> str:
    *some, rest = [*dict.fromkeys(names), ""]
    return ", ".join(some[:LISTED]) + (f" and {len(some) - LISTED} more" if len(some) > LISTED else rest)
