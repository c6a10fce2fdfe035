"""Simplified characters for traditional ones, one by one: every character stays in its place."""

from functools import cache

from opencc import OpenCC

# The CJK blocks whose characters may be traditional.
HAN = (range(0x3400, 0xA000), range(0xF900, 0xFB00))
# Others that mean the same in our words: 餐枱, 衞生, 睡著, 噚日.
OTHERS = {"枱": "台", "衞": "卫", "著": "着", "噚": "寻"}


def simplified(text: str) -> str:
    """The text in simplified characters, of the same length."""
    return text.translate(_read_as())


def is_traditional(letter: str) -> bool:
    """Whether only traditional writing has this character."""
    return ord(letter) in _traditional()


@cache
def _read_as() -> dict[int, str]:
    return _traditional() | {ord(old): new for old, new in OTHERS.items()}


@cache
def _traditional() -> dict[int, str]:
    """Simplified characters by traditional ones, one by one: phrases could change the length."""
    every = [chr(code) for block in HAN for code in block]
    changed = OpenCC("t2s").convert("\n".join(every)).split("\n")
    pairs = zip(every, changed, strict=True)
    return {ord(old): new for old, new in pairs if old != new and len(new) == 1}
