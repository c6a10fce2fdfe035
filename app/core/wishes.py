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


def known_wishes(codes: Iterable[str], among: Iterable[str] = Wish) -> list[str]:
    """Those of the codes that are among these wishes, each once, in the order of the enum."""
    wanted = {*codes} & {*among}
    return [str(one) for one in Wish if one in wanted]
