"""Lines of text on whose width terminals disagree."""

from watui.terminal.facts import SAMPLES

ROWS = [
    "❤️ ⚠️ ✔️",
    "1️⃣ #️⃣ *️⃣",
    "👨\u200d👩\u200d👧\u200d👦",
    "🏳️\u200d🌈 🕵️\u200d♂️",
    "👍🏽 ☝🏽 ☝️🏽",
    "👩🏽\u200d🚀 👩\u200d❤️\u200d👨",
    "🥲🫠🫨🫩\U0001faea",
    "🇩🇪 🇩 🇩🇪🇫",
    SAMPLES["tagflag"],
    "क्षि நி हिन्दी",
    "☰ ䷀ ⌚\ufe0e ☺\ufe0e 😀\ufe0f",
    "\u0378 \ue0b0 ㉈ \U0001fadd",
    "🏽 \ufe0f \u200d🎉 a\u200d🎉 ක්\u200dෂ",
]
