"""Short codes that a person can read aloud: eight characters that are not mistaken for others."""

import secrets
import unicodedata

# No 0/O, 1/I/L, S, U, X, Z: 27^8 is 2.8e11, so a code is not found by trying.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRTVWY"
CODE_LENGTH = 8


def new_code() -> str:
    """A fresh code."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def normalise_code(text: str) -> str | None:
    """The code in what somebody typed (small letters, spaces, hyphens, full width), or None."""
    plain = unicodedata.normalize("NFKC", text[:40]).upper()
    code = "".join(c for c in plain if c not in " -_·.,，。\t\n")
    if len(code) == CODE_LENGTH and all(c in CODE_ALPHABET for c in code):
        return code
    return None
