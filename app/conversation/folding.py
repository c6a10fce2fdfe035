"""One form for the letters of words of time. Every character stays in its place."""

# Traditional characters in words of time and beside them, and the simplified ones.
TRADITIONAL = (
    "後個這週禮點時鐘鍾兩號晝聽現馬盡農曆舊陰間內緊過幾飯聖節國慶勞動約隨換為與開從噚尋無應會"
    "裡裏來沒別麼閒閑遲頭訂單預勿還於變樓棟線門機層"
)
SIMPLIFIED = (
    "后个这周礼点时钟钟两号昼听现马尽农历旧阴间内紧过几饭圣节国庆劳动约随换为与开从寻寻无应会"
    "里里来没别么闲闲迟头订单预勿还于变楼栋线门机层"
)
WIDE_CAPITALS = range(0xFF21, 0xFF3B)
FOLDED = {ord(a): ord(b) for a, b in zip(TRADITIONAL, SIMPLIFIED, strict=True)}
# Full width to half width, capital to small letters.
FOLDED |= {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
FOLDED |= {code: code - 0xFEE0 + 32 for code in WIDE_CAPITALS}
FOLDED |= {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
FOLDED |= {ord("\u3000"): ord(" "), ord("\u00a0"): ord(" "), ord("’"): ord("'")}
FOLDED |= {ord(dash): ord("-") for dash in "~〜～–—―−‐‑"}


def fold(text: str) -> str:
    """The text in simplified characters, half width and small letters, as long as before."""
    return text.translate(FOLDED)
