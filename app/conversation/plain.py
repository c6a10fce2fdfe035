"""One plain form for all ways to write the same: widths, scripts, emoji digits, quotes, case."""

import re
import unicodedata
from dataclasses import dataclass

from app.conversation.characters import HAN, is_traditional, simplified

# Only this many characters are read; all are stored.
READ_CHARS = 1600
# Marks that turn a digit into an emoji (1️⃣), and those that choose how a character is drawn.
MARKS = frozenset("\ufe0e\ufe0f\u20e3")
QUOTES = str.maketrans(dict.fromkeys('“”"「」『』‘‚„«»《》<>()[]{}*_`', " ") | {"’": "'"})
KEYCAP_TEN = {"🔟": "10", "💯": "100"}
SPACES = re.compile(r" {2,}")
# Characters that only traditional writing or only simplified writing has tell which it is.
CANTONESE = re.compile("[嘅咗喺哋冇嚟啲嗰佢咁乜嘢唔]")


@dataclass(frozen=True, slots=True)
class Plain:
    """A text to read.

    `written` keeps the sender's script and case; `text` is simplified, in small letters and as
    long, so that positions are the same in both.
    """

    written: str
    text: str
    language: str | None


def plain_form(text: str) -> Plain:
    """The plain form of the first characters of a text."""
    wide = unicodedata.normalize("NFKC", text[:READ_CHARS])[:READ_CHARS]
    for emoji, digits in KEYCAP_TEN.items():
        wide = wide.replace(emoji, digits)
    seen = "".join(" " if c.isspace() else c for c in wide if _is_seen(c))
    written = SPACES.sub(" ", seen.translate(QUOTES)).strip()
    return Plain(written, small_and_simplified(written), _language(written))


def small_and_simplified(text: str) -> str:
    """The text in simplified characters and small letters, of the same length."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return simplified(small)


def _is_seen(character: str) -> bool:
    return character.isspace() or (
        unicodedata.category(character) not in ("Cf", "Cc", "Cs", "Co") and character not in MARKS
    )


def _language(written: str) -> str | None:
    """Which way it is written; None for digits, marks or characters that both ways share.

    A single word in Latin letters (SOS, OK, TD) is no English.
    """
    if any(map(is_traditional, written)) or CANTONESE.search(written):
        return "zh_Hant"
    if any(code in HAN[0] for code in map(ord, written)):
        return "zh_Hans"
    words = re.findall(r"[a-z]{2,}", written.lower())
    return "en" if len(words) > 1 else None
