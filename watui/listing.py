"""In which orders chats stand, for every choice of them that somebody looks at, and how much is unread.

Whatever changes about a chat moves that one chat in each order; nothing here goes through all chats but to
begin an order, and to search.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from watui import matching
from watui.models import Chat, ChatKey
from watui.rows import EVERYTHING, Filter, Listing, Order, Rows, place_of
from watui.text import Safe

ARCHIVE = Listing(Filter.ARCHIVED)

KEPT_ORDERS = 8
"""Orders that are kept up besides the two from which all others are made; the first one chosen goes."""


class Listings:
    """The orders of the chats in a mapping that somebody else fills."""

    def __init__(self, chats: Mapping[ChatKey, Chat]) -> None:
        self._chats = chats
        self._orders: dict[Listing, Order] = {EVERYTHING: Order(), ARCHIVE: Order()}
        self._loud = Order()
        """The chats with unread messages, muted and archived ones left out."""
        self._counts: dict[ChatKey, int] = {}
        self._total = 0
        self._texts: dict[ChatKey, tuple[Safe, str, str]] = {}
        self._held: ChatKey | None = None
        self._hidden: frozenset[Safe] = frozenset()
        self._version = 0

    def arrange(self, keys: Iterable[tuple[ChatKey, str]]) -> bool:
        """Put chats where they belong now, each with its number; whether any order is another."""
        known = [(key, self._chats.get(key), self._text(key, number)) for key, number in keys]
        moved = False
        for listing, order in self._orders.items():
            moves = [
                (key, place_of(chat) if chat and self._takes(listing, order, chat) else None, text)
                for key, chat, text in known
            ]
            moved |= order.put_all(moves)
        loud = [(key, place_of(chat) if chat and self._is_loud(chat) else None, "") for key, chat, _ in known]
        self._loud.put_all(loud)
        for key, chat, _ in known:
            count = chat.unread if chat and self._is_loud(chat) else 0
            self._total += count - self._counts.pop(key, 0)
            if count:
                self._counts[key] = count
        self._version += moved
        return moved

    def hide(self, device: Safe, *, hidden: bool) -> bool:
        """Put a device out of sight, or bring it back; whether its chats are to be arranged anew."""
        before = self._hidden
        self._hidden = before | {device} if hidden else before - {device}
        self._version += self._hidden != before
        return self._hidden != before

    @property
    def unread(self) -> tuple[int, int]:
        """How many messages are unread in how many chats, those out of sight, muted and archived left out."""
        return self._total, len(self._counts)

    def unread_of(self, device: Safe) -> int:
        """How many messages of one device are unread in chats that are neither muted nor archived."""
        return sum(count for key, count in self._counts.items() if key.device == device)

    def hold(self, key: ChatKey | None) -> tuple[ChatKey, ...]:
        """Keep a chat among the unread ones while somebody reads it; gives those to arrange anew."""
        before, self._held = self._held, key
        return () if before is None or before == key else (before,)

    def rows(self, query: str, within: Rows | None, listing: Listing) -> Rows:
        """List chats in order, or those of them that a query finds, the best hits first.

        A query over everything finds archived chats too. `within` is an earlier answer for a beginning of
        the query; where it does not fit any more it is not used.
        """
        wide = listing._replace(hidden=self._hidden if listing.device is None else frozenset())
        order = self._order(wide)
        rows = Rows(self._chats, order, self._loud, listing, query)
        wanted = matching.terms(query)
        if not wanted:
            return rows
        keys: Sequence[ChatKey] = order.keys
        texts: Sequence[str] = order.texts
        if listing.filter is Filter.ALL:
            archive = self._order(wide._replace(filter=Filter.ARCHIVED))
            if archive.keys:
                keys, texts = [*keys, *archive.keys], [*texts, *archive.texts]
        same = within is not None and within.listing == listing and within.version == self._version
        found = matching.search(wanted, texts, within.found if within is not None and same else None)
        rows.narrow([*map(keys.__getitem__, found.places)], found, self._version)
        return rows

    def _order(self, listing: Listing) -> Order:
        """Give an order, made of a wider one if nobody looked at it before."""
        order = self._orders.get(listing)
        if order is None:
            wider = self._orders[ARCHIVE if listing.filter is Filter.ARCHIVED else EVERYTHING]
            chats, takes = self._chats, _rule(listing)
            order = wider.those(lambda key: takes(chats[key]))
            derived = [each for each in self._orders if each not in (EVERYTHING, ARCHIVE)]
            for oldest in derived[: max(0, len(derived) - KEPT_ORDERS + 1)]:
                del self._orders[oldest]
            self._orders[listing] = order
        return order

    def _takes(self, listing: Listing, order: Order, chat: Chat) -> bool:
        """Whether a chat is in a listing; the one that is held does not go from before the reader's eyes."""
        if _rule(listing)(chat):
            return True
        held = chat.key == self._held and listing.filter is Filter.UNREAD
        return held and not chat.archived and chat.key in order

    def _is_loud(self, chat: Chat) -> bool:
        out_of_sight = chat.muted or chat.archived or chat.key.device in self._hidden
        return chat.waiting and not out_of_sight

    def _text(self, key: ChatKey, number: str) -> str:
        """Give the text under which a chat is found, made anew only when its name is another."""
        chat = self._chats.get(key)
        if chat is None:
            self._texts.pop(key, None)
            return ""
        name, of, text = self._texts.get(key, (None, "", ""))
        if name != chat.name or of != number:
            text = matching.text_of(chat.name, number)
            self._texts[key] = (chat.name, number, text)
        return text


_RULES: dict[Filter, Callable[[Chat], bool]] = {
    Filter.ALL: lambda chat: not chat.archived,
    Filter.UNREAD: lambda chat: chat.waiting and not chat.archived,
    Filter.GROUPS: lambda chat: chat.group and not chat.archived,
    Filter.PRIVATE: lambda chat: not chat.group and not chat.archived,
    Filter.ARCHIVED: lambda chat: chat.archived,
}


def _rule(listing: Listing) -> Callable[[Chat], bool]:
    rule, device, hidden = _RULES[listing.filter], listing.device, listing.hidden
    if device is not None:
        return lambda chat: chat.key.device == device and rule(chat)
    return rule if not hidden else lambda chat: chat.key.device not in hidden and rule(chat)
