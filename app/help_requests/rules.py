"""The life of a help request: its states, what may follow what, and what is due when.

Overdue and escalated are derived from deadlines and never states.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.core.i18n import N_
from app.core.life_cycle import LifeCycle, to


class State(StrEnum):
    """Where a help request stands."""

    SUBMITTED = "submitted"
    OPEN = "open"
    MATCHING = "matching"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    CLOSED = "closed"
    REOPENED = "reopened"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


STATE_NAMES = {
    State.SUBMITTED: N_("待审核"),
    State.OPEN: N_("待派单"),
    State.MATCHING: N_("派单中"),
    State.ASSIGNED: N_("已接单"),
    State.IN_PROGRESS: N_("服务中"),
    State.FINISHED: N_("待评价"),
    State.CLOSED: N_("已完成"),
    State.REOPENED: N_("重办"),
    State.REJECTED: N_("未通过"),
    State.CANCELLED: N_("已取消"),
}

# The source of an occurrence of repeating help.
REPEAT = "repeat"
URGENCY_NAMES = {"urgent": N_("紧急"), "ordinary": N_("普通"), "planned": N_("预约")}

# Somebody still has to do something about these.
LIVE = frozenset(
    {
        State.SUBMITTED,
        State.OPEN,
        State.MATCHING,
        State.ASSIGNED,
        State.IN_PROGRESS,
        State.FINISHED,
        State.REOPENED,
    }
)
# A volunteer may hold it and see the address.
REVEALING = frozenset({State.MATCHING, State.ASSIGNED, State.IN_PROGRESS})
CANCELLABLE = frozenset(
    {
        State.SUBMITTED,
        State.OPEN,
        State.MATCHING,
        State.ASSIGNED,
        State.IN_PROGRESS,
        State.REOPENED,
    }
)

# Volunteers are looked for while a place is open.
LOOKED_FOR = frozenset({State.OPEN, State.MATCHING, State.IN_PROGRESS})
# A place may be taken: also by a coordinator who looks after a reopened request, and while another
# is served already.
TAKEABLE = LOOKED_FOR | {State.REOPENED}

# `fill`, `start`, `finish_part`, `finish`, `need_more` and `lose_volunteer` follow from what
# happened to a place, see `app.help_requests.places`.
REQUEST_LIFE = LifeCycle(
    "help_request",
    State,
    {
        "approve": to(State.OPEN, State.SUBMITTED),
        "reject": to(State.REJECTED, State.SUBMITTED, State.OPEN, State.REOPENED),
        "unlink": to(State.SUBMITTED, State.REJECTED),
        "dispatch": (
            to(State.MATCHING, State.OPEN, State.REOPENED, State.MATCHING)
            | to(State.IN_PROGRESS, State.IN_PROGRESS)
        ),
        "fill": to(State.ASSIGNED, State.OPEN, State.MATCHING, State.REOPENED),
        "start": to(State.IN_PROGRESS, State.OPEN, State.REOPENED, State.MATCHING, State.ASSIGNED),
        "lose_volunteer": (
            to(State.MATCHING, State.MATCHING, State.ASSIGNED, State.IN_PROGRESS)
            | to(State.ASSIGNED, State.IN_PROGRESS)
            | to(State.IN_PROGRESS, State.IN_PROGRESS)
        ),
        "need_more": (
            to(State.MATCHING, State.MATCHING, State.ASSIGNED)
            | to(State.IN_PROGRESS, State.IN_PROGRESS)
        ),
        "finish_part": (
            to(State.MATCHING, State.IN_PROGRESS, State.MATCHING)
            | to(State.ASSIGNED, State.IN_PROGRESS)
            | to(State.IN_PROGRESS, State.IN_PROGRESS)
        ),
        "finish": to(State.FINISHED, State.IN_PROGRESS, State.ASSIGNED, State.MATCHING),
        "close": to(State.CLOSED, State.FINISHED),
        "reopen": to(State.REOPENED, State.FINISHED, State.CLOSED),
        "cancel": frozenset((state, State.CANCELLED) for state in CANCELLABLE),
    },
    N_("这张需求单的状态已经变了，请看最新情况"),
)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Minutes that each waiting state may last, from the category."""

    verify: int
    dispatch: int
    accept: int
    arrive: int
    finish: int
    feedback: int


# Which deadline runs in a state; a state that is absent has none.
WAITS_FOR = {
    State.SUBMITTED: "verify",
    State.OPEN: "dispatch",
    State.REOPENED: "dispatch",
    State.MATCHING: "accept",
    State.ASSIGNED: "arrive",
    State.IN_PROGRESS: "finish",
    State.FINISHED: "feedback",
}


def due_at(
    state: str, deadlines: Deadlines, *, since: datetime, wanted_from: datetime | None
) -> datetime | None:
    """When the present state is overdue, or None when it has no deadline.

    A volunteer who accepted early is not late before the time that the resident asked for.
    """
    kind = WAITS_FOR.get(State(state))
    if kind is None:
        return None
    start = since
    if kind in ("arrive", "finish") and wanted_from is not None:
        start = max(since, wanted_from)
    minutes: int = getattr(deadlines, kind)
    return start + timedelta(minutes=minutes)


def wants_volunteers(state: str, taken: int, needed: int) -> bool:
    """Whether a place is open for which volunteers are looked for, also while another is served."""
    return state in LOOKED_FOR and taken < needed


def is_overdue(due: datetime | None, now: datetime) -> bool:
    """Whether the deadline has passed. Half-open: at the deadline itself it has."""
    return due is not None and now >= due


MAX_STARS = 5
REOPENING_STARS = 2


def rating_action(stars: int) -> str:
    """Two stars or fewer reopen the case before a coordinator; more close it."""
    if not 1 <= stars <= MAX_STARS:
        raise ValueError("stars are 1 to 5")
    return "reopen" if stars <= REOPENING_STARS else "close"


URGENCY_RANK = {"urgent": 0, "ordinary": 1, "planned": 2}

# Five or more digits with any separators: a phone, an identity card, a bank card.
LONG_NUMBER = re.compile(r"\+?\d(?:[\s\-–—()（）.·]{0,2}\d){4,}")
# A door: 3栋502, 12 号楼 2 单元, 502室.
DOOR = re.compile(
    r"[A-Za-z]?\d{1,4}\s*(?:栋|棟|幢|号楼|號樓|座|单元|單元|室|房|号|號)(?:\s*\d{2,4})?"
    r"(?:\s*(?:室|房|号|號))?"
)


def without_contacts(need: str) -> str:
    """The need as shown before acceptance: long numbers and doors become dots.

    Names and other words stay: a program cannot tell them from the need itself.
    """
    return DOOR.sub("…", LONG_NUMBER.sub("…", need))
