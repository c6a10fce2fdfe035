"""Whom to ask now about a help request: reads the asks so far and the policy in force, ranks as far
as needed, and lets `matching.waves.next_step` decide."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.dispatch.models import Match, Wave
from app.dispatch.queries import policy_in_force
from app.dispatch.rules import HOLDING, OUR_END_REASONS, EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import urgency_now
from app.matching.acceptance import PRIOR_RATE
from app.matching.default_policy import default_policy
from app.matching.policy import COORDINATOR, Policy, policy_from
from app.matching.ranking import LeftOut, Ranked
from app.matching.time_left import policy_in_time
from app.matching.waves import Ask, Step, next_step
from app.usecases.dispatch.open_wave import MANUAL_PHASE
from app.usecases.dispatch.pool_volunteers import Pool


@dataclass(frozen=True, slots=True)
class Decision:
    """A step, its policy, whom to ask in which order, and who else was considered."""

    policy: Policy
    step: Step
    picked: tuple[Ranked, ...]
    left_out: tuple[LeftOut, ...]


def policy_for(session: Session, request: HelpRequest, category: Category, now: datetime) -> Policy:
    """The policy that the request's area chose for its category, else the default."""
    urgency = urgency_now(request.urgency, request.wanted_from, now)
    return policy_here(session, request.area_path, category, urgency)


def policy_here(session: Session, area_path: str, category: Category, urgency: str) -> Policy:
    """The policy in force in an area for a category: the chosen one, else the default."""
    chosen = policy_in_force(session, area_path, category.id, urgency)
    if chosen is not None:
        return policy_from(chosen)
    return default_policy(
        urgency,
        size=category.wave_size,
        radius_m=category.radius_m,
        minutes=category.accept_minutes,
    )


def decide_asks(
    session: Session,
    request: HelpRequest,
    category: Category,
    *,
    began_at: datetime,
    now: datetime,
) -> Decision:
    """What to do now. Ranks volunteers circle by circle, only as far as the policy needs."""
    policy = policy_in_time(
        policy_for(session, request, category, now),
        request.urgency,
        wanted_from=request.wanted_from,
        wanted_to=request.wanted_to,
        began_at=began_at,
    )
    asks = asks_of(session, request)
    pool = Pool(session, request, policy, now)
    first = policy.phase_at((now - began_at).total_seconds())
    while True:
        step = next_step(
            policy,
            asks,
            pool.askable(),
            began_at=began_at,
            now=now,
            places_open=request.volunteers_needed - request.places_taken,
            urgency=urgency_now(request.urgency, request.wanted_from, now),
            seed=request.id,
        )
        # At the end everybody counts: people who were spared are asked before the coordinator.
        end = step.audience == COORDINATOR
        if not pool.look_into(policy.phases if end else policy.phases[first : step.phase + 1]):
            return Decision(policy, step, pool.picked(step.ask), pool.left_out(step.spared))


def asks_of(session: Session, request: HelpRequest) -> list[Ask]:
    """Every ask of this round about what is asked now, with its outcome."""
    rows: Any = session.execute(
        select(
            Match.person_id,
            Match.sent_at,
            Match.deadline_at,
            Match.chance,
            Match.state,
            Match.end_reason,
            Match.answered_at,
            Wave.phase_no,
        )
        .outerjoin(Wave, Wave.id == Match.wave_id)
        .where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.sent_at.is_not(None),
            Match.state != MatchState.PROPOSED,
            Match.reopened.is_(False),
            # We had ended those, without an answer, so the person may be asked once more.
            or_(Match.end_reason.is_(None), Match.end_reason.not_in(sorted(OUR_END_REASONS))),
        )
        .order_by(Match.sent_at, Match.id)
    )
    return [
        Ask(
            person_id=row.person_id,
            at=row.sent_at,
            p=PRIOR_RATE if row.chance is None else row.chance,
            silent_at=row.deadline_at or row.sent_at,
            answer=_answer(row.state, row.end_reason),
            answered_at=row.answered_at,
            phase=MANUAL_PHASE if row.phase_no is None else row.phase_no,
        )
        for row in rows
    ]


def _answer(state: str, end_reason: str | None) -> str | None:
    if state in HOLDING:
        return "yes"
    silent = state == MatchState.SENT or (
        state == MatchState.EXPIRED and end_reason == EndReason.DEADLINE
    )
    return None if silent else "no"
