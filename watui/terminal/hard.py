"""The characters on which terminals disagree, as parts of regular expressions, and a quick look for them."""

import re
from functools import lru_cache

_TRIGRAMS = "\u2630-\u2637\u268a-\u268f\u4dc0-\u4dff"
NEW = {
    "u13": (
        "\U0001f6d6\U0001f6d7\U0001f6fb\U0001f6fc\U0001f90c\U0001f972\U0001f977\U0001f978\U0001f9a3"
        "\U0001f9a4\U0001f9ab-\U0001f9ad\U0001f9cb\U0001fa74\U0001fa83-\U0001fa86\U0001fa96-\U0001faa8"
        "\U0001fab0-\U0001fab6\U0001fac0-\U0001fac2\U0001fad0-\U0001fad6"
    ),
    "u14": (
        "\U0001f6dd-\U0001f6df\U0001f7f0\U0001f979\U0001f9cc\U0001fa7b\U0001fa7c\U0001faa9-\U0001faac"
        "\U0001fab7-\U0001faba\U0001fac3-\U0001fac5\U0001fad7-\U0001fad9\U0001fae0-\U0001fae7"
        "\U0001faf0-\U0001faf6"
    ),
    "u15": (
        "\U0001f6dc\U0001fa75-\U0001fa77\U0001fa87\U0001fa88\U0001faad-\U0001faaf\U0001fabb-\U0001fabd"
        "\U0001fabf\U0001face\U0001facf\U0001fada\U0001fadb\U0001fae8\U0001faf7\U0001faf8"
    ),
    "u16": "\U0001fa89\U0001fa8f\U0001fabe\U0001fac6\U0001fadc\U0001fadf\U0001fae9",
    "u17": "\U0001f6d8\U0001fa8a\U0001fa8e\U0001fac8\U0001facd\U0001faea\U0001faef",
    # Not new, but wide only since Unicode 16.
    "trigram": _TRIGRAMS + "\U0001d300-\U0001d356\U0001d360-\U0001d376",
}
TONES = "\U0001f3fb-\U0001f3ff"
TAGS = "\U000e0020-\U000e007f"
# Emoji that a skin tone may follow (Emoji_Modifier_Base of Unicode 15); after others it stands by itself.
PEOPLE = re.compile(
    "[\u261d\u26f9\u270a-\u270d\U0001f385\U0001f3c2-\U0001f3c4\U0001f3c7\U0001f3ca-\U0001f3cc\U0001f442"
    "\U0001f443\U0001f446-\U0001f450\U0001f466-\U0001f478\U0001f47c\U0001f481-\U0001f483"
    "\U0001f485-\U0001f487\U0001f48f\U0001f491\U0001f4aa\U0001f574\U0001f575\U0001f57a\U0001f590"
    "\U0001f595\U0001f596\U0001f645-\U0001f647\U0001f64b-\U0001f64f\U0001f6a3\U0001f6b4-\U0001f6b6"
    "\U0001f6c0\U0001f6cc\U0001f90c\U0001f90f\U0001f918-\U0001f91f\U0001f926\U0001f930-\U0001f939"
    "\U0001f93c-\U0001f93e\U0001f977\U0001f9b5\U0001f9b6\U0001f9b8\U0001f9b9\U0001f9bb"
    "\U0001f9cd-\U0001f9cf\U0001f9d1-\U0001f9dd\U0001fac3-\U0001fac5\U0001faf0-\U0001faf8]"
)
PICTURES = (
    "\u00a9\u00ae\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5"
    "\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
)
NEWER = "".join(NEW.values())

# Characters on whose width terminals differ and which nothing simpler can stand for: vowel signs and joined
# consonants of Indic and other scripts, single letters of Hangul, rare scripts, private use, odd numbers.
DOUBTFUL = (
    "\u0600-\u0605\u06dd\u0900-\u0dff\u0f00-\u109f\u1100-\u11ff\u1700-\u17ff\u1900-\u1cff\u302e"
    "\u302f\u3248-\u324f\ua800-\uaaff\uabc0-\uabff\ud7b0-\ud7ff\ue000-\uf8ff"
)
DOUBTFUL_ABOVE = (
    "\U00010000-\U0001afff\U0001b170-\U0001cfff\U0001d000-\U0001d2ff\U0001d378-\U0001d3ff"
    "\U0001d800-\U0001efff\U000f0000-\U0010ffff"
)
# In two, because Python looks up characters of the first plane in a table and all others in a list.
_LOOK = re.compile(f"[\u200d\ufe0e\ufe0f\u20e3{_TRIGRAMS}{DOUBTFUL}]")
_ABOVE = re.compile("[\U00010000-\U0010ffff]")
_LOOK_ABOVE = re.compile(
    f"[\U0001f1e6-\U0001f1ff{TONES}{TAGS}{DOUBTFUL_ABOVE}{NEWER.replace(_TRIGRAMS, '')}]"
)
_ASCII = bytes(range(128))


def is_plain(text: str) -> bool:
    """Say whether every terminal takes the same cells for a text; sequences in it do not count."""
    if text.isascii():
        return True
    rare = text.encode("utf-8", "replace").translate(None, _ASCII).decode("utf-8")
    return (
        rare.isprintable()  # which what Unicode has not assigned is not
        and _LOOK.search(rare) is None
        and (_ABOVE.search(rare) is None or _LOOK_ABOVE.search(rare) is None)
    )


def age_of(character: str) -> str | None:
    """Name the sample (of `facts.SAMPLES`) that tells whether a terminal knows a character of late."""
    return _ages().get(character)


@lru_cache(1)
def _ages() -> dict[str, str]:
    """List the characters of every sample that stands for more than itself."""
    found: dict[str, str] = {}
    for kind, ranges in NEW.items():
        for match in re.finditer("(.)(?:-(.))?", ranges):
            last = match[2] or match[1]
            found |= {chr(code): kind for code in range(ord(match[1]), ord(last) + 1)}
    return found
