"""The sentences for what WhatsApp itself writes into a chat: who came, who left, what was changed.

Their words come as a subtype and its parts (`gp2` and others). Lists leave most of them out (contract 2.6);
they come as the last message of a chat. Somebody who is named by a number stands in the sentence as `@` and
that number, as mentions do, so that whoever knows the name can put it there.
"""

from collections.abc import Iterable

from watui.text import Safe, clean, one_line

NAMED = 12
"""People named in one sentence; the others are counted."""

_WHO = {
    "create": "{who} created the group{to}",
    "subject": "{who} changed the group's name{to}",
    "description": "{who} changed the group's description",
    "picture": "{who} changed the group's picture",
    "add": "{who} added {whom}",
    "remove": "{who} removed {whom}",
    "promote": "{who} made {whom} admin",
    "demote": "{who} took the rights of an admin from {whom}",
    "announce": "{who} changed who may write",
    "restrict": "{who} changed who may change the group's settings",
    "revoke_invite": "{who} reset the invitation link",
    "membership_approval_mode": "{who} changed who may join",
    "ephemeral": "{who} changed when messages disappear",
    "not_ephemeral": "{who} changed when messages disappear",
    "disappearing_mode": "{who} changed when messages disappear",
    "ephemeral_setting": "{who} changed when messages disappear",
    "modify": "{who} changed to another number",
    "change_number": "{who} changed to another number",
    "delete": "{who} deleted the group",
}
"""What somebody did, by the subtype."""

_NOBODY = {
    "create": "The group was created{to}",
    "subject": "The group's name was changed{to}",
    "description": "The group's description was changed",
    "picture": "The group's picture was changed",
    "announce": "Who may write was changed",
    "restrict": "Who may change the group's settings was changed",
    "revoke_invite": "The invitation link was reset",
    "membership_approval_mode": "Who may join was changed",
    "ephemeral": "When messages disappear was changed",
    "not_ephemeral": "When messages disappear was changed",
    "disappearing_mode": "When messages disappear was changed",
    "ephemeral_setting": "When messages disappear was changed",
    "delete": "The group was deleted",
    "encrypt": "Messages and calls are end-to-end encrypted",
    "encrypt_now": "Messages and calls are end-to-end encrypted",
    "identity": "The security code of this chat changed",
}
"""The same where it is not told who did it, and what nobody did."""

_THEMSELVES = {
    "add": "{whom} joined",
    "invite": "{whom} joined by the invitation link",
    "linked_group_join": "{whom} joined from the community",
    "remove": "{whom} left",
    "leave": "{whom} left",
    "membership_approval_request": "{whom} asked to join",
    "created_membership_requests": "{whom} asked to join",
}
"""What people did to themselves."""

_TO = {"create": ": {body}", "subject": " to {body}"}


def sentence(
    subtype: str, body: str, who: Safe | None, whom: Iterable[Safe], *, me: str | None, name: Safe | None
) -> tuple[Safe | None, tuple[Safe, ...]]:
    """Write what a notice says, and give the jids that it names by number; `None` if it is not known.

    `who` did it to `whom`, both jids; `me` is the device's own, `name` what `who` calls themselves.
    """
    touched = tuple(whom)
    alone = not touched or touched == (who,)
    if subtype in _THEMSELVES and (alone or subtype not in _WHO):
        template = _THEMSELVES[subtype]
        touched = touched or ((who,) if who else ())
    elif who is not None and subtype in _WHO:
        template = _WHO[subtype]
    elif subtype in _NOBODY:
        template = _NOBODY[subtype]
    elif subtype in _WHO:
        template = _WHO[subtype]
    else:
        return None, ()
    called = {who: name} if who and name else {}
    shown = one_line(body, limit=200)
    text = template.format(
        who=_called(who, me, called),
        whom=_together([_called(jid, me, called) for jid in touched[:NAMED]], len(touched)),
        to=_TO[subtype].format(body=shown) if shown and subtype in _TO else "",
    )
    named = [jid for jid in (who, *touched[:NAMED]) if jid and f"@{_user(jid)}" in text]
    return clean(text[:1].upper() + text[1:]), tuple(dict.fromkeys(named))


def _called(jid: Safe | None, me: str | None, names: dict[Safe, Safe]) -> str:
    if jid is None:
        return "somebody"
    if jid == me:
        return "you"
    return names.get(jid) or f"@{_user(jid)}"


def _user(jid: str) -> str:
    return jid.partition("@")[0]


def _together(names: list[str], count: int) -> str:
    if not names:
        return "somebody"
    if count > len(names):
        return f"{', '.join(names)} and {count - len(names)} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
