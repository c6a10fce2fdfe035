"""The life of a match: from proposed to finished, and what ends it early."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.core.errors import Stale
from app.core.i18n import N_

UNDO_WITHIN = timedelta(minutes=2)
# A volunteer answers "1 42": two digits, unique for this volunteer at that time.
REPLY_NUMBERS = range(10, 100)


class MatchState(StrEnum):
    """Where a match stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    FINISHED = "finished"


# The volunteer holds a place of the help request.
HOLDING = frozenset(
    {MatchState.ACCEPTED, MatchState.ON_THE_WAY, MatchState.ARRIVED, MatchState.FINISHED}
)
# The volunteer has something to do.
ACTIVE = frozenset({MatchState.ACCEPTED, MatchState.ON_THE_WAY, MatchState.ARRIVED})
# A late yes, or one after a no, counts as long as nobody else took the place.
ACCEPTABLE = frozenset({MatchState.SENT, MatchState.EXPIRED, MatchState.DECLINED})
WAITING = frozenset({MatchState.PROPOSED, MatchState.APPROVED, MatchState.SENT})

MOVES: dict[str, tuple[frozenset[MatchState], MatchState]] = {
    "approve": (frozenset({MatchState.PROPOSED}), MatchState.APPROVED),
    "send": (frozenset({MatchState.PROPOSED, MatchState.APPROVED}), MatchState.SENT),
    "accept": (frozenset({MatchState.SENT}), MatchState.ACCEPTED),
    "decline": (frozenset({MatchState.SENT}), MatchState.DECLINED),
    "expire": (frozenset({MatchState.SENT}), MatchState.EXPIRED),
    "withdraw": (WAITING | ACTIVE, MatchState.WITHDRAWN),
    "undo": (frozenset({MatchState.ACCEPTED}), MatchState.SENT),
    "give_up": (ACTIVE, MatchState.WITHDRAWN),
    "set_out": (frozenset({MatchState.ACCEPTED}), MatchState.ON_THE_WAY),
    "arrive": (frozenset({MatchState.ACCEPTED, MatchState.ON_THE_WAY}), MatchState.ARRIVED),
    "finish": (frozenset({MatchState.ARRIVED}), MatchState.FINISHED),
}


class EndReason(StrEnum):
    """Why a match ended without service, or why a place of a help request is free again."""

    TAKEN = "taken"
    DEADLINE = "deadline"
    BUSY = "busy"
    CANNOT_COME = "cannot_come"
    UNDONE = "undone"
    CANCELLED = "cancelled"
    COORDINATOR = "coordinator"
    SUSPENDED = "suspended"
    REJECTED = "rejected"
    FEWER_NEEDED = "fewer_needed"
    WINDOW_OVER = "window_over"


END_REASONS = {
    EndReason.TAKEN: N_("已有人接单"),
    EndReason.DEADLINE: N_("没有在时限内回复"),
    EndReason.BUSY: N_("这次不方便"),
    EndReason.CANNOT_COME: N_("接单后不能来了"),
    EndReason.UNDONE: N_("撤销了接单"),
    EndReason.CANCELLED: N_("需求单已取消"),
    EndReason.COORDINATOR: N_("调度员撤回"),
    EndReason.SUSPENDED: N_("志愿者已停用"),
    EndReason.REJECTED: N_("需求单未通过"),
    EndReason.FEWER_NEEDED: N_("需要的人数减少了"),
    EndReason.WINDOW_OVER: N_("约好的时间过了"),
}
# Ends that the volunteer caused; every other end says nothing about them.
OWN_END_REASONS = frozenset({EndReason.DEADLINE, EndReason.BUSY, EndReason.CANNOT_COME})


class EscalationState(StrEnum):
    """The state of an urgent request's escalation.

    Answered: enough said yes. Ended: no longer wanted. Spent: every step was taken.
    """

    RUNNING = "running"
    ANSWERED = "answered"
    ENDED = "ended"
    SPENT = "spent"


def move(state: str, action: str) -> MatchState:
    """The state after `action`. Raises Stale when the state does not allow it."""
    allowed, target = MOVES[action]
    if MatchState(state) not in allowed:
        raise Stale(N_("这次派单的状态已经变了，请看最新情况"))
    return target


def sources(action: str) -> tuple[str, ...]:
    """The states from which `action` is possible, for a conditional UPDATE."""
    return tuple(sorted(MOVES[action][0]))


def may_undo(accepted_at: datetime, now: datetime) -> bool:
    """Whether an acceptance can still be undone: within two minutes."""
    return accepted_at <= now < accepted_at + UNDO_WITHIN


def free_reply_number(used: frozenset[int], last: int | None) -> int | None:
    """The volunteer's next number. Numbers rotate, so an old text rarely hits a new match."""
    count = len(REPLY_NUMBERS)
    start = 0 if last is None else (last - REPLY_NUMBERS.start + 1) % count
    for step in range(count):
        number = REPLY_NUMBERS[(start + step) % count]
        if number not in used:
            return number
    return None
