"""One form for the letters of words of time. Every character stays in its place."""

from app.conversation.characters import simplified

WIDE_CAPITALS = range(0xFF21, 0xFF3B)
# Full width to half width, capital to small letters.
FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
FOLDED |= {code: code - 0xFEE0 + 32 for code in WIDE_CAPITALS}
FOLDED |= {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
FOLDED |= {ord("\u3000"): ord(" "), ord("\u00a0"): ord(" "), ord("’"): ord("'")}
FOLDED |= {ord(dash): ord("-") for dash in "~〜～–—―−‐‑"}


def fold(text: str) -> str:
    """The text in simplified characters, half width and small letters, as long as before."""
    return simplified(text.translate(FOLDED))
