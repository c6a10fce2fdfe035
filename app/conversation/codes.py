"""Codes of orders inside a text, however they were typed."""

import re
from collections.abc import Collection, Sequence

from app.core.codes import CODE_LENGTH, normalise_code

CHUNK = re.compile(r"[A-Za-z0-9]+")
# Between two parts of one code ("ABCD 2345", "AB-CD-23-45").
GAP = re.compile(r"[\s\-_·.]{1,3}")
MOST_CODES = 5
# More pieces than a code has characters cannot be one.
MOST_CHUNKS = 60


def codes_in(text: str, known: Collection[str]) -> tuple[tuple[str, ...], str]:
    """The codes in a text as written, and the text with spaces in their place.

    A code that is not `known` counts only when nothing else looks like it: letters and digits
    mixed, or capitals. Eight digits may be a telephone number, eight letters a word.
    """
    found: list[str] = []
    while len(found) < MOST_CODES:
        span = _first_code(text, known)
        if span is None:
            break
        start, end = span
        code = normalise_code(text[start:end])
        if code is not None and code not in found:
            found.append(code)
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return tuple(found), text


def _first_code(text: str, known: Collection[str]) -> tuple[int, int] | None:
    chunks = list(CHUNK.finditer(text))[:MOST_CHUNKS]
    for most in (1, CODE_LENGTH):
        for index, first in enumerate(chunks):
            end = _end_of_code(text, chunks[index : index + most], known)
            if end is not None:
                return first.start(), end
    return None


def _end_of_code(text: str, chunks: Sequence[re.Match[str]], known: Collection[str]) -> int | None:
    """Where a code ends that begins with the first chunk, if it is one."""
    start = last = chunks[0].start()
    length = pieces = 0
    for chunk in chunks:
        if pieces and not GAP.fullmatch(text, last, chunk.start()):
            return None
        length, pieces, last = length + len(chunk.group()), pieces + 1, chunk.end()
        if length >= CODE_LENGTH:
            break
    joined = text[start:last]
    code = normalise_code(joined) if length == CODE_LENGTH else None
    if code is None:
        return None
    mixed = any(c.isdigit() for c in joined) and any(c.isalpha() for c in joined)
    sure = mixed if pieces == 1 else mixed and joined.isupper()
    capitals = pieces == 1 and joined.isupper() and joined.isalpha()
    return last if code in known or sure or capitals else None
