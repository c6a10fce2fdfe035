"""What repeats in a story stands once, with how often; nothing is lost from the count."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.trail.folding import fold_repeats


def folded(lines: str) -> str:
    """For example A2B2 for ABAB; each letter is a line that says itself."""
    found = fold_repeats(lines, str)
    return "".join(one.first + (str(one.count) if one.count > 1 else "") for one in found)


def test_equal_neighbours_and_sequences_that_come_again() -> None:
    assert folded("") == "" and folded("ABC") == "ABC"
    assert folded("ABBBC") == "AB3C"
    # Said yes and took it back, three times; then yes.
    assert folded("SYUYUYUY") == "SY3U3Y"
    # One time the address was looked at twice.
    assert folded("YLLUYLU") == "Y2L3U2"
    # What comes again later is another thing.
    assert folded("ABCA") == "ABCA"


def test_from_the_first_to_the_last() -> None:
    lines = [(number, letter) for number, letter in enumerate("AABAB")]
    found = fold_repeats(lines, lambda line: line[1])
    assert [(one.first[0], one.last[0], one.count) for one in found] == [(0, 3, 3), (2, 4, 2)]


@given(st.text("ABC", max_size=30))
def test_nothing_is_lost(lines: str) -> None:
    found = fold_repeats(lines, str)
    counts: dict[str, int] = {}
    for one in found:
        counts[one.first] = counts.get(one.first, 0) + one.count
        assert one.first == one.last
    assert counts == {letter: lines.count(letter) for letter in set(lines)}
    assert all(a.first != b.first for a, b in pairwise(found))
