"""Wishes in words: as a resident is asked, as a volunteer is asked, and for coordinators."""

from collections.abc import Iterable

from flask_babel import gettext as _

from app.core.i18n import N_
from app.core.wishes import OF_VOLUNTEERS, Wish

RESIDENTS = {
    Wish.WOMAN: N_("希望来的是女性"),
    Wish.COMPANION: N_("希望两个人一起来"),
    Wish.NO_DOGS: N_("家里有狗"),
}
VOLUNTEERS = {
    Wish.NO_DOGS: N_("家里有狗的不去"),
    Wish.COMPANION: N_("要和别人一起去，不一个人上门"),
}
NAMES = {
    Wish.WOMAN: N_("想要女志愿者"),
    Wish.COMPANION: N_("要两个人一起去"),
    Wish.NO_DOGS: N_("家里有没有狗"),
}


def resident_choices(asked: Iterable[str] = Wish) -> list[tuple[str, str]]:
    """The wishes that a category asks for, in a resident's words."""
    return [(str(one), _(RESIDENTS[one])) for one in Wish if one in asked]


def volunteer_choices() -> list[tuple[str, str]]:
    """The wishes of a volunteer."""
    return [(str(one), _(VOLUNTEERS[one])) for one in OF_VOLUNTEERS]


def category_choices() -> list[tuple[str, str]]:
    """The wishes that a category may ask for."""
    return [(str(one), _(words)) for one, words in NAMES.items()]


def wish_words(wishes: Iterable[str]) -> list[str]:
    """What a resident wished."""
    return [words for _code, words in resident_choices(wishes)]
