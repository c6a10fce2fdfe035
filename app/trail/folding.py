"""Folds what repeats in a story, for reading only: the trail itself stays whole."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
# A yes and its undoing are several lines; no longer a sequence is looked for.
LONGEST = 8


@dataclass(frozen=True, slots=True)
class Fold(Generic[T]):
    """Lines that say the same: the first, the last, and how many."""

    first: T
    last: T
    count: int


def fold_repeats(lines: Sequence[T], says: Callable[[T], Hashable]) -> list[Fold[T]]:
    """Merges equal neighbours, then sequences of lines that come again at once: ABAB is A, B.

    `says` is what must be equal. Order is that of the first of each; no line is lost from a count.
    """
    found = [Fold(line, line, 1) for line in lines]
    for length in range(1, LONGEST + 1):
        found = _fold(found, length, says)
    return found


def _fold(lines: list[Fold[T]], length: int, says: Callable[[T], Hashable]) -> list[Fold[T]]:
    """Merges sequences of `length` lines with the same sequence right behind."""
    said = [says(one.first) for one in lines]
    found: list[Fold[T]] = []
    at = 0
    while at < len(lines):
        end = at + length
        while said[at : at + length] == said[end : end + length]:
            end += length
        times = (end - at) // length
        if times < 2:
            found.append(lines[at])
            at += 1
            continue
        found += [_merged(lines[at + place : end : length]) for place in range(length)]
        at = end
    return found


def _merged(lines: list[Fold[T]]) -> Fold[T]:
    return Fold(lines[0].first, lines[-1].last, sum(one.count for one in lines))
