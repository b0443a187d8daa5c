"""What a message answers, as lists and events repeat it (contract 2.6, 3.3)."""

from watui.gateway.whatsapi.cards import card_name
from watui.gateway.whatsapi.kinds import FILES, kind_of, text_of
from watui.gateway.whatsapi.parts import WireData, WireQuote, WireQuotedData
from watui.models import Kind, Quote
from watui.text import Safe


def listed(quote: WireQuote) -> Quote:
    """Make a quote of what a list says."""
    body = quote.body or ""
    kind = kind_of(quote.type, body)
    return Quote(
        Safe(quote.id) if quote.id else None,
        Safe(quote.author) if quote.author else None,
        kind,
        _text(kind, body),
    )


def told(data: WireData, quoted: WireQuotedData, chat: Safe, me: str | None) -> Quote:
    """Make a quote of what WhatsApp itself says; `me` is the device's own jid where it is known.

    Only the key part of its id is given. The rest follows from who wrote it, unless the writer goes by
    a @lid, where it cannot be seen whether it is oneself.
    """
    sender = data.quoted_sender
    if kind_of(quoted.type, "x") in FILES:
        body = quoted.caption or quoted.filename or ""
    else:
        body = quoted.body or quoted.poll or ""
    kind = kind_of(quoted.type, body)
    found = None
    if data.quoted_key and sender and me and _server(sender) == _server(me):
        tail = f"_{sender}" if chat.endswith("@g.us") else ""
        found = Safe(f"{'true' if sender == me else 'false'}_{chat}_{data.quoted_key}{tail}")
    return Quote(found, Safe(sender) if sender else None, kind, _text(kind, body))


def _text(kind: Kind, body: str) -> Safe:
    if kind is Kind.CONTACT:
        return card_name(body) or Safe("")
    return text_of(kind, body)


def _server(jid: str) -> str:
    return jid.rpartition("@")[2]
