"""What later events make of a message: further ticks, another text, a deletion, a reaction, a star.

Pure, and the same for what is on screen and what is in the archive.
"""

from dataclasses import replace

from watui.events import Acked, Edited, MediaKnown, Reacted, Revoked, Starred
from watui.models import Kind, Media, Message, Reaction

Revision = Acked | Edited | Revoked | Reacted | Starred | MediaKnown
"""The events that change messages which are known already."""


def revised(message: Message, event: Revision) -> Message:
    """Make the next version of a message; the same object where nothing about it changes."""
    match event:
        case Acked(ack=ack):
            further = message.own and (message.ack is None or message.ack < ack)
            return replace(message, ack=ack) if further else message
        case Edited(text=text):
            return replace(message, text=text, edited=True)
        case Revoked():
            return Message(
                message.id,
                message.chat,
                message.time,
                message.own,
                Kind.REVOKED,
                sender=message.sender,
                sender_name=message.sender_name,
            )
        case Reacted(reaction=reaction):
            kept = tuple(each for each in message.reactions if not _same_person(each, reaction))
            return replace(message, reactions=kept + ((reaction,) if reaction.emoji else ()))
        case MediaKnown(media=media):
            known = message.media
            # The name that came with a message outweighs that of the download, which may be spoilt.
            return _together(message, known, media) if known else message
        case Starred(starred=starred, here=True):
            return replace(message, starred_here=starred)
        case Starred(starred=starred):
            return replace(message, starred=starred)


def _together(message: Message, known: Media, media: Media) -> Message:
    name, waveform = known.name or media.name, media.waveform or known.waveform
    seconds = media.seconds if media.seconds is not None else known.seconds
    width, height = media.width or known.width, media.height or known.height
    both = replace(media, name=name, waveform=waveform, seconds=seconds, width=width, height=height)
    return replace(message, media=both)


def _same_person(one: Reaction, other: Reaction) -> bool:
    return (one.own and other.own) or (one.sender is not None and one.sender == other.sender)
