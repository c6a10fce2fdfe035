"""The life of a match: from proposed to finished, and what ends it early."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.core.i18n import N_
from app.core.life_cycle import LifeCycle, to

UNDO_WITHIN = timedelta(minutes=2)
# After giving a task back this often, only a coordinator assigns it: each yes shows the address.
MOST_GIVEN_BACK = 3
# A volunteer answers "1 42": two digits, unique for this volunteer at that time.
REPLY_NUMBERS = range(10, 100)


class MatchState(StrEnum):
    """Where a match stands."""

    PROPOSED = "proposed"
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
WAITING = frozenset({MatchState.PROPOSED, MatchState.SENT})


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
    CHANGED = "changed"
    NO_SHOW = "no_show"
    WINDOW_OVER = "window_over"
    # No message about the ask arrived.
    NOT_REACHED = "not_reached"


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
    EndReason.CHANGED: N_("需求单或志愿者的条件变了，不再相合"),
    EndReason.NO_SHOW: N_("接单后没有来"),
    EndReason.WINDOW_OVER: N_("约好的时间过了"),
    EndReason.NOT_REACHED: N_("通知没有送到，不算没回复"),
}
# Ends that the volunteer caused; every other end says nothing about them.
OWN_END_REASONS = frozenset(
    {EndReason.DEADLINE, EndReason.BUSY, EndReason.CANNOT_COME, EndReason.NO_SHOW}
)
# Reasons of ours, not of the volunteer, who is asked first when a place is open again.
OUR_END_REASONS = frozenset(
    {
        EndReason.TAKEN,
        EndReason.FEWER_NEEDED,
        EndReason.CHANGED,
        EndReason.WINDOW_OVER,
        # Of a duplicate that was none after all.
        EndReason.REJECTED,
    }
)
# No, or nothing, to what was asked; asked about something else, the same person may say yes.
NO_TO_THIS = frozenset({EndReason.BUSY, EndReason.DEADLINE})
# A yes that was not kept.
BROKEN_PROMISES = frozenset({EndReason.CANNOT_COME, EndReason.NO_SHOW})


MATCH_LIFE = LifeCycle(
    "match",
    MatchState,
    {
        "send": to(MatchState.SENT, MatchState.PROPOSED),
        # We had ended it, without an answer, or what is asked has changed since the answer.
        "ask_again": to(
            MatchState.SENT, MatchState.EXPIRED, MatchState.WITHDRAWN, MatchState.DECLINED
        ),
        "accept": to(
            MatchState.ACCEPTED,
            MatchState.PROPOSED,
            MatchState.SENT,
            MatchState.EXPIRED,
            MatchState.DECLINED,
            MatchState.WITHDRAWN,
        ),
        "decline": to(MatchState.DECLINED, MatchState.SENT),
        "expire": to(MatchState.EXPIRED, MatchState.SENT),
        "withdraw": frozenset((state, MatchState.WITHDRAWN) for state in WAITING | ACTIVE),
        # Back to what it was: an ask, a no, or nothing that waits for an answer.
        "undo": to(MatchState.SENT, MatchState.ACCEPTED),
        "undo_after_no": to(MatchState.DECLINED, MatchState.ACCEPTED),
        "undo_grab": to(MatchState.EXPIRED, MatchState.ACCEPTED),
        "give_up": frozenset((state, MatchState.WITHDRAWN) for state in ACTIVE),
        "set_out": to(MatchState.ON_THE_WAY, MatchState.ACCEPTED),
        "arrive": to(MatchState.ARRIVED, MatchState.ACCEPTED, MatchState.ON_THE_WAY),
        "finish": to(MatchState.FINISHED, MatchState.ARRIVED),
    },
    N_("这次派单的状态已经变了，请看最新情况"),
)


class EscalationState(StrEnum):
    """The state of an urgent request's escalation.

    Answered: enough said yes. Ended: no longer wanted. Either may run again.
    """

    RUNNING = "running"
    ANSWERED = "answered"
    ENDED = "ended"


ESCALATION_LIFE = LifeCycle(
    "escalation",
    EscalationState,
    {
        # A step is taken, or repeated.
        "turn": to(EscalationState.RUNNING, EscalationState.RUNNING),
        "answer": to(EscalationState.ANSWERED, EscalationState.RUNNING),
        "end": to(EscalationState.ENDED, EscalationState.RUNNING),
        # From the first step again; also when a place is open again, or it is pressing again.
        "restart": to(EscalationState.RUNNING, *EscalationState),
    },
)


def may_accept(state: str, end_reason: str | None) -> bool:
    """Whether the asked person may say yes: also late, after a no, or after giving it back.

    Not once the ask was withdrawn from this person.
    """
    if state == MatchState.WITHDRAWN:
        return end_reason in (EndReason.CANNOT_COME, *OUR_END_REASONS)
    return state in (MatchState.SENT, MatchState.EXPIRED, MatchState.DECLINED)


def gave_back_too_often(times: int) -> bool:
    """Whether a task given back this often is only for a coordinator to assign."""
    return times >= MOST_GIVEN_BACK


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
