"""Whether a number gets texts: what providers said about it, and for how long that holds."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.core.i18n import N_
from app.notifications.outcomes import OutcomeKind


class Barrier(StrEnum):
    """Why no text reaches a number now."""

    # Its owner texted STOP to us.
    STOPPED = "stopped"
    # The provider reports that its owner wants no texts from us.
    OPTED_OUT = "opted_out"
    NO_TEXTS = "no_texts"
    GONE = "gone"
    NO_ROUTE = "no_route"
    UNREACHABLE = "unreachable"


BARRIERS = {
    OutcomeKind.OPTED_OUT: Barrier.OPTED_OUT,
    OutcomeKind.NO_TEXTS: Barrier.NO_TEXTS,
    OutcomeKind.GONE: Barrier.GONE,
    OutcomeKind.NO_ROUTE: Barrier.NO_ROUTE,
    OutcomeKind.UNREACHABLE: Barrier.UNREACHABLE,
}
# So many texts in a row that did not arrive are a reason not to ask.
IN_A_ROW = 3
# How long a barrier is believed. After that the next message is tried, and tells.
LASTS = {
    Barrier.OPTED_OUT: timedelta(days=180),
    Barrier.NO_TEXTS: timedelta(days=7),
    Barrier.GONE: timedelta(days=30),
    Barrier.NO_ROUTE: timedelta(days=7),
    Barrier.UNREACHABLE: timedelta(days=1),
}
# Why somebody gets no texts, to a coordinator.
BARRIER_WORDS = {
    Barrier.STOPPED: N_("本人不收短信"),
    Barrier.OPTED_OUT: N_("号码退订了短信"),
    Barrier.NO_TEXTS: N_("号码收不了短信"),
    Barrier.GONE: N_("号码已经停用"),
    Barrier.NO_ROUTE: N_("短信发不到这个号码"),
    Barrier.UNREACHABLE: N_("接连几条短信没有送到"),
}
# Why somebody is not asked: no text, and no device or email either.
NO_WAY = N_("联系不上：%(why)s，也没有别的通知方式")
# Ends when the owner texts that they want texts again.
BY_OWNER = frozenset({Barrier.STOPPED, Barrier.OPTED_OUT})


def barred_until(barrier: Barrier, in_a_row: int, now: datetime) -> datetime | None:
    """Until when no text is sent after `in_a_row` that did not arrive; None: the next one is."""
    if barrier == Barrier.UNREACHABLE and in_a_row < IN_A_ROW:
        return None
    return now + LASTS[barrier]
