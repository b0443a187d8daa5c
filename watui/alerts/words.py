"""With which words alerts are told: bounded, on one line, and as clean as what they are made of."""

from collections.abc import Mapping, Sequence

from watui.alerts import Alert, Cause, Priority
from watui.alerts.devicewatch import News, Turn
from watui.events import GATEWAY
from watui.models import Chat, Device, DeviceState, Kind, Link, LinkState, Message, number_of
from watui.text import Safe, one_line

SAID = 120
"""Characters of a message, or of what is wrong, in an alert."""

SHORT = 30
"""Characters of a name beside other words."""

NAMED = 3
"""Names in an alert that stands for several chats or devices; of more, two are named and the rest counted."""

STEPS = {
    DeviceState.UNLINKED: Safe("scan its code with the phone"),
    DeviceState.DISCONNECTED: Safe("WhatsApp has disconnected it; link it again"),
    DeviceState.FAILED: Safe("the gateway could not start it; link it again"),
    DeviceState.GONE: Safe("the gateway no longer knows it; link it again"),
}
"""What there is to do for a device that needs the person."""

TRYING = Safe("for a minute now; watui goes on trying")


def named(names: Sequence[str]) -> Safe:
    """Name several chats or devices: `work, shop and 3 more`."""
    short = [one_line(name, limit=SHORT) for name in names[:NAMED]]
    if len(names) > NAMED:
        return Safe(f"{', '.join(short[:2])} and {len(names) - 2} more")
    return Safe(" and ".join(part for part in (", ".join(short[:-1]), *short[-1:]) if part))


def name_of(chat: Chat) -> Safe:
    """Name a chat, by its number if by nothing else."""
    return one_line(chat.name) or number_of(chat.key.jid)


def heading(chat: Chat, devices: Mapping[Safe, Device]) -> Safe:
    """Name a chat, and its device where there are several in sight."""
    device = devices.get(chat.key.device)
    if device is None or sum(not each.dress.hidden for each in devices.values()) < 2:
        return name_of(chat)
    return Safe(f"{name_of(chat)} · {one_line(device.label, limit=SHORT)}")


def counted(count: int) -> Safe:
    """Say how many messages came."""
    return Safe(f"{count} new message{'' if count == 1 else 's'}")


def said(chat: Chat, message: Message, names: Mapping[Safe, Safe]) -> Safe:
    """Say what somebody wrote, or what it is if it is no text; in a group, who wrote it."""
    words = one_line(message.text, limit=SAID)
    if not words:
        words = Safe("empty message" if message.kind is Kind.TEXT else message.kind.value)
    if not chat.group or message.sender is None:
        return words
    who = names.get(message.sender) or number_of(message.sender)
    return Safe(f"{one_line(who, limit=SHORT)}: {words}")


def told(news: News, devices: Mapping[Safe, Device], links: Mapping[Safe, Link]) -> Alert:
    """Make the alert for what became of devices; its ways are still to be chosen."""
    several = len(news.devices) > 1
    names = named([devices[each].label if each in devices else "the gateway" for each in news.devices])
    cause, priority, body = Cause.DEVICE, Priority.HIGH, ""
    match news.turn:
        case Turn.KEY:
            title, cause = "The key does not work", Cause.ERROR
            body = next((link.words for link in links.values() if link.state is LinkState.WRONG_KEY), "")
        case Turn.LINKING:
            title = f"{names} {'need' if several else 'needs'} linking"
            body = "link them again" if several else STEPS[devices[news.devices[0]].state]
        case Turn.LOST:
            title, priority = f"No connection to {names}", Priority.NORMAL
            words = {links[each].words for each in news.devices}
            body = (words.pop() if len(words) == 1 else "") or TRYING
        case Turn.BACK:
            title, priority = f"{names} {'are' if several else 'is'} connected again", Priority.LOW
    high = priority is Priority.HIGH
    one = news.devices[0] if len(news.devices) == 1 and news.devices[0] in devices else None
    return Alert(
        Safe(title),
        one_line(body, limit=SAID),
        device=one,
        cause=cause,
        priority=priority,
        count=0,
        chats=0,
        troubles=frozenset(news.devices or (GATEWAY,)) if high else frozenset(),
    )
