"""When the product's jobs run: at the tick of their interval at which something is due.

The real scheduler looks every few seconds and mostly finds nothing. Here a job runs at the first
tick of its interval at which it would find something, or at once when a commit wakes it. Jobs that
check everything each time (`SELDOM`) run less often than in the product.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from app.core.attention import Attention
from app.core.urgency import Urgency
from app.dispatch.models import Escalation, Match
from app.dispatch.rules import WAITING, EscalationState
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import LEAD
from app.help_requests.rules import LIVE, State
from app.jobs.job_list import JOBS, Job
from app.matching.batch_window import HOLD
from app.notifications.models import Conversation, InboundText, Notification, NotificationStep
from app.notifications.rules import CALLS, TEXTS, NotificationState
from app.repeats.models import RepeatRule
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.states import DutyAskState, ShiftOrigin, ShiftState, SwapState
from app.usecases.delivery.word_notification import ASKS
from app.usecases.dispatch.escalate_urgent import RUNS, SEARCHED
from app.usecases.dispatch.learn_promises import SETTLED_AFTER
from app.usecases.duty.shifts.advance_shifts import FORGOTTEN, MISSED_AFTER
from app.usecases.duty.shifts.miss_shift import GONE_AFTER
from app.usecases.messages.digest_alarms import ALARMS

# Seconds between runs of jobs that check everything; in the product every minute or ten.
SELDOM = {"reminders": 3600, "rotas": 43_200, "gaps": 3600, "clean_up": 86_400, "head": 86_400}
# Seconds between runs while something waits that is not yet old enough.
PATIENT = {"learn": 1800, "batch": 240}
# Pushes need devices; months and trials run programs of their own.
ELSEWHERE = frozenset({"push", "trials", "rosters", "plans"})
# The job goes on with what it has done for longer, to no effect.
RECENTLY = timedelta(minutes=2)
HELD = (NotificationState.CLAIMED, NotificationState.SUBMITTING)
# In danger it also depends on the places and the time, and the next step comes soon anyway.
UNBLOCKED = and_(
    Escalation.blocked,
    HelpRequest.state != State.SUBMITTED,
    HelpRequest.lat.is_not(None),
    func.coalesce(HelpRequest.attention, "") != Attention.DANGER,
)
TO_SEND = (NotificationState.PENDING, NotificationState.UNKNOWN)


def _outbox(line: tuple[str, ...]) -> Any:
    waits = Notification.state.in_(TO_SEND)
    return select(func.min(Notification.next_attempt_at)).where(
        waits, Notification.channel.in_(line)
    )


def _failed_lately() -> Any:
    """Asks and alarms that were not delivered."""
    return (
        select(func.min(NotificationStep.at))
        .join(Notification, Notification.id == NotificationStep.notification_id)
        .where(
            NotificationStep.state == NotificationState.FAILED,
            NotificationStep.at > bindparam("recently"),
            Notification.template.in_(sorted(ASKS | ALARMS)),
        )
    )


def _unseen() -> Any:
    """Running and coming shifts whose person has not checked in."""
    return and_(
        Shift.state == ShiftState.AGREED,
        Shift.origin != ShiftOrigin.FLEX,
        Shift.checked_in_at.is_(None),
        Shift.ends_at > bindparam("now"),
    )


def _whether_there() -> Any:
    """Questions at the beginning of a shift: is anybody there?"""
    return and_(
        DutyAsk.shift_id == Shift.id,
        DutyAsk.swap_id.is_(None),
        DutyAsk.state == DutyAskState.CHECK,
    )


def _begins() -> Any:
    asked = select(DutyAsk.id).where(_whether_there())
    unasked = and_(_unseen(), Shift.raised_at.is_(None))
    return select(func.min(Shift.starts_at)).where(unasked, ~asked.exists())


def _missing() -> Any:
    first = and_(_unseen(), Shift.raised_at.is_(None))
    return select(func.min(DutyAsk.sent_at)).join(Shift, _whether_there()).where(first)


def _gone() -> Any:
    return select(func.min(Shift.raised_at)).where(_unseen())


def _unanswered(at: Any) -> Any:
    asked = and_(DutyAsk.state == DutyAskState.SENT, DutyAsk.swap_id.is_(None))
    return select(func.min(at)).where(asked)


def _without_escalation(*conditions: Any) -> list[Any]:
    """Conditions of urgent requests that nobody escalates yet; their time decides the rest."""
    return [
        HelpRequest.urgency == Urgency.URGENT,
        HelpRequest.state.in_(sorted(SEARCHED)),
        HelpRequest.places_taken < HelpRequest.volunteers_needed,
        ~select(Escalation.id).where(RUNS).exists(),
        *conditions,
    ]


def _escalated(at: Any, *conditions: Any) -> Any:
    """The earliest `at` of running escalations and shifts agreed to in their areas."""
    return (
        select(func.min(at))
        .select_from(Escalation)
        .join(HelpRequest, RUNS)
        .join(Rota, and_(Rota.active, HelpRequest.area_path.startswith(Rota.area_path)))
        .join(Shift, and_(Shift.rota_id == Rota.id, Shift.state == ShiftState.AGREED))
        .where(Shift.ends_at > bindparam("now"), *conditions)
    )


# The earliest time at which each job finds something; several lines may belong to one job.
DUE: tuple[tuple[str, Any], ...] = (
    ("deliver", _outbox(TEXTS)),
    ("calls", _outbox(CALLS)),
    (
        "texts",
        select(func.min(InboundText.received_at)).where(InboundText.handled_at.is_(None)),
    ),
    (
        "deadlines",
        select(func.min(HelpRequest.next_action_at)).where(HelpRequest.state.in_(sorted(LIVE))),
    ),
    (
        "locate",
        select(func.min(HelpRequest.state_since)).where(
            HelpRequest.place_state == "to_geocode", HelpRequest.state.in_(sorted(LIVE))
        ),
    ),
    ("unreached", _failed_lately()),
    ("sweep", select(func.min(Notification.claimed_until)).where(Notification.state.in_(HELD))),
    (
        "batch",
        select(func.min(HelpRequest.state_since)).where(
            HelpRequest.state == State.OPEN,
            HelpRequest.auto_dispatch,
            HelpRequest.urgency != Urgency.URGENT,
            or_(HelpRequest.urgency == Urgency.PLANNED, HelpRequest.wanted_from.is_not(None)),
        ),
    ),
    ("repeats", select(func.min(RepeatRule.next_look_at))),
    (
        "learn",
        select(func.min(func.coalesce(Match.answered_at, Match.ended_at))).where(
            Match.sent_at.is_not(None),
            Match.learnt_at.is_(None),
            Match.state.not_in(sorted(WAITING)),
        ),
    ),
    (
        "escalations",
        select(func.min(Escalation.next_at)).where(Escalation.state == EscalationState.RUNNING),
    ),
    (
        "escalations",
        select(func.min(HelpRequest.state_since)).where(
            *_without_escalation(HelpRequest.wanted_from.is_(None))
        ),
    ),
    (
        "pressing",
        select(func.min(HelpRequest.wanted_from)).where(*_without_escalation()),
    ),
    (
        "escalations",
        select(func.min(HelpRequest.state_since)).join(Escalation, RUNS).where(UNBLOCKED),
    ),
    ("escalations", _escalated(Shift.starts_at, Shift.starts_at > Escalation.looked_at)),
    (
        "escalations",
        _escalated(
            Shift.agreed_at,
            Shift.agreed_at > Escalation.looked_at,
            Shift.starts_at <= bindparam("now"),
        ),
    ),
    ("texts", select(func.min(Conversation.draft_until))),
    ("duty", _begins()),
    ("missing", _missing()),
    ("gone", _gone()),
    ("duty", _unanswered(DutyAsk.remind_at)),
    ("duty", _unanswered(DutyAsk.answer_by)),
    (
        "duty",
        select(func.min(Shift.ends_at)).where(
            Shift.state == ShiftState.AGREED,
            Shift.origin != ShiftOrigin.FLEX,
            Shift.thanked_at.is_(None),
            Shift.ends_at > bindparam("lately"),
        ),
    ),
    (
        "duty",
        select(func.min(Swap.next_at)).where(Swap.state.in_((SwapState.OPEN, SwapState.TAKEN))),
    ),
)
# What becomes due some time after, or before, the moment that is found.
LATER = {
    "learn": SETTLED_AFTER,
    "batch": HOLD,
    "missing": MISSED_AFTER,
    "gone": GONE_AFTER,
    "pressing": -LEAD,
}
# The job that looks for it, where that has another name.
DONE_BY = {"missing": "duty", "gone": "duty", "pressing": "escalations"}
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
NAMES = [name for name, _ in DUE]
ALL_DUE = select(*(query.scalar_subquery() for _, query in DUE))


@dataclass
class Ticks:
    """When each job runs next. Times are those of the machine's clock (UTC)."""

    since: datetime
    jobs: tuple[Job, ...] = tuple(job for job in JOBS if job.name not in ELSEWHERE)
    _ran_at: dict[str, datetime] = field(default_factory=dict)
    # Jobs that may run again at once: somebody else has committed since they ran.
    _woken: set[str] = field(default_factory=set)

    def next_run(self, session: Session, now: datetime) -> tuple[datetime, Job]:
        """The next job and when it runs."""
        due = self._due(session, now)
        planned = [
            (self._at(job, due.get(job.name), now), number, job)
            for number, job in enumerate(self.jobs)
        ]
        at, _, job = min(planned, key=lambda one: one[:2])
        return at, job

    def _due(self, session: Session, now: datetime) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        values = {"now": now, "lately": now - FORGOTTEN, "recently": now - RECENTLY}
        for name, at in zip(NAMES, session.execute(ALL_DUE, values).one(), strict=True):
            if at is not None:
                moment, job = at + LATER.get(name, timedelta(0)), DONE_BY.get(name, name)
                found[job] = min(found.get(job, moment), moment)
        return found

    def _at(self, job: Job, due: datetime | None, now: datetime) -> datetime:
        ran_at = self._ran_at.get(job.name, self.since)
        if job.name in SELDOM:
            return max(now, ran_at + timedelta(seconds=SELDOM[job.name]))
        if due is None:
            return NEVER
        if due <= now and job.woken_by and job.name in self._woken:
            return now
        # Not before its interval is over: what it left may not be finished by running again.
        seconds = PATIENT.get(job.name, job.seconds)
        return _tick(max(due, now, ran_at + timedelta(seconds=seconds)), seconds)

    def ran(self, job: Job, now: datetime) -> None:
        """Notes a run, whose commits wake the others."""
        self.committed()
        self._woken.discard(job.name)
        self._ran_at[job.name] = now

    def committed(self) -> None:
        """Notes a commit: what it made due at once may run at once."""
        self._woken = {job.name for job in self.jobs}

    def set_back(self, now: datetime) -> None:
        """The machine's clock was set: no run lies in the future."""
        self._ran_at = {name: min(at, now) for name, at in self._ran_at.items()}


def _tick(at: datetime, seconds: float) -> datetime:
    """The first multiple of the interval at or after this time."""
    passed = (at - EPOCH).total_seconds()
    return EPOCH + timedelta(seconds=-(-passed // seconds) * seconds)
