"""A word list read greedily: at each place the longest word counts, so 不好 is never a 好."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Scan:
    """The classes of the words found in a text, in order, and the characters between them."""

    found: tuple[StrEnum, ...]
    words: tuple[str, ...]
    rest: str

    def has(self, *classes: StrEnum) -> bool:
        """Whether a word of one of these classes stands in the text."""
        return any(one in classes for one in self.found)


class Lexicon:
    """Words of several classes; patterns stand beside words, and count before them."""

    def __init__(
        self,
        words: Mapping[StrEnum, str],
        patterns: Mapping[StrEnum, str] | None = None,
    ) -> None:
        """`words`: for each class words parted by |; `patterns`: a regular expression each."""
        self._classes = {
            word: each for each, listed in words.items() for word in listed.split("|") if word
        }
        by_length = sorted(self._classes, key=len, reverse=True)
        given = dict(patterns or {})
        parts = [f"(?P<p{index}>{pattern})" for index, pattern in enumerate(given.values())]
        parts += [_whole(word) for word in by_length]
        self._patterns = list(given)
        self._regex = re.compile("|".join(parts))

    def scan(self, text: str) -> Scan:
        """The words of a text, from left to right."""
        found: list[StrEnum] = []
        words: list[str] = []
        rest: list[str] = []
        end = 0
        for hit in self._regex.finditer(text):
            rest.append(text[end : hit.start()])
            end = hit.end()
            group = hit.lastgroup
            found.append(
                self._classes[hit.group()] if group is None else self._patterns[int(group[1:])]
            )
            words.append(hit.group())
        rest.append(text[end:])
        return Scan(tuple(found), tuple(words), "".join(rest))


def _whole(word: str) -> str:
    escaped = re.escape(word).replace(r"\ ", " ")
    if not word.isascii():
        return escaped
    return rf"(?<![a-z]){escaped}(?![a-z'])"
