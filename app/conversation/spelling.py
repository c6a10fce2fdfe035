"""Codes and key words inside a text, however they were typed."""

import re
from collections.abc import Sequence

from app.core.codes import CODE_LENGTH, normalise_code

CHUNK = re.compile(r"[A-Za-z0-9]+")
# Between two parts of one code ("ABCD 2345", "AB-CD-23-45").
GAP = re.compile(r"[\s\-_·.]{1,3}")
# A word of ours that could be the first half of a code.
NO_PART = "rate"


def begins(lower: str, words: Sequence[str]) -> int | None:
    """The position after the longest of the words that begins the text; None when none does.

    A word in Latin letters must end there: "rather" does not begin with "rate".
    """
    for word in sorted(words, key=len, reverse=True):
        if lower.startswith(word) and not (word.isascii() and lower[len(word) :][:1].isalpha()):
            return len(word)
    return None


def code_in(text: str) -> tuple[str | None, str]:
    """The code in a text and the text without it. One written in one piece is preferred."""
    chunks = list(CHUNK.finditer(text))
    for most in (1, CODE_LENGTH):
        for index in range(len(chunks)):
            end = _end_of_code(text, chunks[index : index + most])
            if end is not None:
                start = chunks[index].start()
                return normalise_code(text[start:end]), f"{text[:start]} {text[end:]}"
    return None, text


def _end_of_code(text: str, chunks: Sequence[re.Match[str]]) -> int | None:
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
    # In pieces and without any digit it is rather two words ("very near").
    wordy = not any(c.isdigit() for c in joined) or chunks[0].group().lower() == NO_PART
    if length != CODE_LENGTH or (pieces > 1 and wordy):
        return None
    return last if normalise_code(joined) else None
