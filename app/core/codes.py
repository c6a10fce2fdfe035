"""Short codes that a person can read aloud: eight characters that are hard to confuse."""

import secrets
import unicodedata

# No 0/O, 1/I/L, S, U, X, Z. 27^8 is 2.8e11, too many to guess a code by trying.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRTVWY"
CODE_LENGTH = 8
# Longer than any way to write a code, including separators between its characters.
TYPED_CHARS = 40
BETWEEN = frozenset("_·.,，。")


def new_code() -> str:
    """A fresh code."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def normalise_code(text: str) -> str | None:
    """The code in typed text (small letters, spaces, dashes, full width), or None.

    Nothing is guessed: an O is not read as a Q, and text longer than a code is no code.
    """
    if len(text) > TYPED_CHARS:
        return None
    plain = unicodedata.normalize("NFKC", text).upper()
    code = "".join(c for c in plain if not _is_between(c))
    if len(code) == CODE_LENGTH and all(c in CODE_ALPHABET for c in code):
        return code
    return None


def _is_between(character: str) -> bool:
    """Whether it is white space, a dash of any length or an invisible mark."""
    return (
        character in BETWEEN
        or character.isspace()
        or unicodedata.category(character) in ("Pd", "Cf", "Cc")
    )
