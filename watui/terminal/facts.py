"""What is known of the terminal: its name, how wide it takes each kind of hard text, and its bidi."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SAMPLES: Mapping[str, str] = {
    "vs16": "❤️",
    "keycap": "1️⃣",
    "zwj": "👨\u200d👩\u200d👧\u200d👦",
    "rainbow": "🏳️\u200d🌈",
    "skin": "👍🏽",
    "flag": "🇩🇪",
    "tagflag": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "letter": "🇩",
    "u13": "🥲",
    "u14": "🫠",
    "u15": "🫨",
    "u16": "🫩",
    "u17": "\U0001faea",
    "trigram": "☰",
    "vowel": "நி",
    "conjunct": "क्षि",
}
"""One text for each kind on which terminals differ, in the order in which the probe asks for them."""

MULTIPLEXERS = ("tmux", "screen", "zellij")
"""How the names of terminals inside terminals begin: the outer one, which draws, was never asked."""

# They draw sextants themselves, whatever the font.
_SEXTANTS = ("kitty", "foot", "wezterm", "ghostty")

# They reorder whole rows by themselves, and so move what stands at the right of foreign text.
_REORDER = ("vte", "konsole", "mlterm", "apple_terminal")


@dataclass(frozen=True, slots=True)
class Terminal:
    """What one terminal is; made without arguments it says that nothing is known."""

    name: str = ""
    """Its answer to XTVERSION, as `XTerm(379)`; empty if it gave none."""

    cells: Mapping[str, int] = field(default_factory=dict, hash=False)
    """Cells that it takes for each of `SAMPLES`; those without an answer are missing."""

    multiplexed: bool = False
    """Whether another terminal, which could not be asked, draws what this one makes of it."""

    reorders: bool = False
    """Whether right-to-left text is reordered by the terminal, and should not be by watui."""

    stops_reordering: bool = False
    """Whether it leaves that to the program when told to (`output.own_bidi`)."""


UNKNOWN = Terminal()


def described(name: str, cells: Mapping[str, int], environ: Mapping[str, str]) -> Terminal:
    """Put together what a terminal has answered and what the environment tells of it."""
    known = name.casefold()
    multiplexed = (
        known.startswith(MULTIPLEXERS)
        or bool(environ.get("TMUX") or environ.get("STY") or environ.get("ZELLIJ"))
        or environ.get("TERM", "").startswith(("tmux", "screen"))
    )
    if not known or known.startswith(MULTIPLEXERS):
        # The outer one reorders what a multiplexer draws, so what it has left in the environment counts.
        if environ.get("VTE_VERSION"):
            known = "vte"
        elif environ.get("KONSOLE_VERSION"):
            known = "konsole"
        elif not known or environ.get("TERM_PROGRAM") == "Apple_Terminal":
            known = environ.get("TERM_PROGRAM", "").casefold()
    return Terminal(
        name=name,
        cells=dict(cells),
        multiplexed=multiplexed,
        reorders=known.startswith(_REORDER),
        stops_reordering=known.startswith("vte") and not multiplexed,
    )


def draws_sextants(terminal: Terminal) -> bool:
    """Whether a terminal is known to draw U+1FB00 and what follows it as blocks without gaps."""
    return terminal.name.casefold().startswith(_SEXTANTS)
