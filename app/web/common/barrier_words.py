"""Words for why messages do not reach somebody, for coordinators."""

from app.notifications.reach import BARRIER_WORDS, NO_WAY, Barrier
from app.web.common.wording import say


def barrier_words(why: str) -> str:
    """Why somebody gets no texts."""
    return say(BARRIER_WORDS[Barrier(why)])


def no_way_words(why: str) -> str:
    """Why no message at all reaches somebody."""
    return say(NO_WAY, why=barrier_words(why))
