"""Wishes about a visit, of its resident and of a volunteer; asked for only where it matters."""

from collections.abc import Iterable
from enum import StrEnum


class Wish(StrEnum):
    """What may be wished.

    Woman: the resident wants a woman to come. Companion: nobody goes alone. No dogs: a resident has
    a dog; a volunteer goes to no home with one.
    """

    WOMAN = "woman"
    COMPANION = "companion"
    NO_DOGS = "no_dogs"


# What a volunteer may wish.
OF_VOLUNTEERS = (Wish.NO_DOGS, Wish.COMPANION)
# A companion makes at least two.
COMPANIONS = 2


# As bits: not known to be a woman, goes to no home with a dog, does not go alone.
NOT_A_WOMAN, NO_DOGS, NOT_ALONE = 1, 2, 4


def excluded_by(own: Iterable[str], *, woman: bool) -> int:
    """What excludes a volunteer with these wishes, as bits; see `excluding`."""
    wishes = {*own}
    bits = 0 if woman else NOT_A_WOMAN
    bits |= NO_DOGS if Wish.NO_DOGS in wishes else 0
    return bits | (NOT_ALONE if Wish.COMPANION in wishes else 0)


def excluding(wishes: Iterable[str], *, together: bool) -> int:
    """What a visit excludes, as bits. `together`: nobody goes there alone.

    Whoever has none of them in `excluded_by` is excluded by no wish of either side.
    """
    wished = {*wishes}
    bits = NOT_A_WOMAN if Wish.WOMAN in wished else 0
    bits |= NO_DOGS if Wish.NO_DOGS in wished else 0
    return bits | (0 if together else NOT_ALONE)


def known_wishes(codes: Iterable[str], among: Iterable[str] = Wish) -> list[str]:
    """Those of the codes that are among these wishes, each once, in the order of the enum."""
    wanted = {*codes} & {*among}
    return [str(one) for one in Wish if one in wanted]
