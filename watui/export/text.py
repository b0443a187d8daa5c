"""Plain text, in which nobody else's line passes for one of watui's own."""

from watui.export.filed import Filed, Hole
from watui.export.saying import missing, moment, parts
from watui.models import Message


class Text:
    """Plain text: only watui's own lines begin at the margin, its remarks at two blanks, bodies at four."""

    ending = "txt"
    between = "\n"

    def heading(self, chat: Filed) -> str:
        """Name the chat and where it was."""
        return f"Chat: {chat.name}\nJID: {chat.chat.key.jid}\nDevice: {chat.device.label}\n\n"

    def message(self, chat: Filed, message: Message) -> str:
        """Write when and who, then what."""
        _, name = chat.author(message)
        before, body, after = parts(chat, message)
        lines = [f"{moment(message.time)}  {name}".rstrip(), *(f"  {line}" for line in before)]
        if body:
            lines += [f"    {line}" if line else "" for line in body.split("\n")]
        lines += [f"  {line}" for line in after]
        return "\n".join(lines) + "\n"

    def hole(self, chat: Filed, hole: Hole) -> str:
        """Say what is missing."""
        return f"--- {missing(hole)} ---\n"
