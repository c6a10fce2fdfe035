"""Asks people on duty by name, in the running wave; nobody is asked twice."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.context import Context
from app.dispatch.models import Wave
from app.dispatch.queries import last_wave
from app.help_requests.models import HelpRequest
from app.help_requests.rules import REQUEST_LIFE, State
from app.matching.default_policy import phase_minutes
from app.matching.eligibility import UNREACHABLE
from app.matching.policy import DUTY
from app.matching.ranking import Ranked
from app.usecases.dispatch.ask_volunteers import send_matches
from app.usecases.dispatch.limit_open_asks import people_at_limit
from app.usecases.dispatch.open_wave import BY_NAME, MANUAL_PHASE, Plan, open_wave
from app.usecases.dispatch.rank_volunteers import rank_for

# People on duty come from farther away, also into the next area.
REACH_M = 20_000
# Being on duty overrides these exclusions and no others.
OUTWEIGHED = frozenset(
    {
        "too_far",
        "out_of_hours",
        "on_duty_then",
        "duty_soon",
        "weekly_limit",
        "resting",
    }
)


def ask_on_duty(
    context: Context, request: HelpRequest, people: Sequence[int], *, called: bool = False
) -> int:
    """Asks those of these people who may be asked and were not. The caller has locked the request.

    `called`: they are called too, so people who get no messages are asked. Returns how many were
    asked.
    """
    looked_for = request.state in REQUEST_LIFE.sources("dispatch")
    if not people or request.lat is None or not looked_for:
        return 0
    ranking = rank_for(
        context.session, request=request, now=context.now, radius_m=REACH_M, people=people
    )
    able = {one.person_id: one for one in ranking.ranked}
    outweighed = OUTWEIGHED | {UNREACHABLE} if called else OUTWEIGHED
    for left in ranking.left_out:
        if {why.code for why in left.reasons} <= outweighed:
            able[left.person_id] = Ranked(left.person_id, left.metres, True, 0.0, ())
    full = people_at_limit(context.session, request, list(able), context.now)
    picked = [able[one] for one in people if one in able and one not in full]
    if not picked:
        return 0
    category = context.session.get_one(Category, request.category_id)
    minutes = phase_minutes(category.accept_minutes, request.urgency)
    answer_by = context.now + timedelta(minutes=minutes)
    wave = _running(context.session, request) or _new(context, request, picked, answer_by)
    send_matches(context, request, wave, picked, answer_by=answer_by)
    return len(picked)


def _running(session: Session, request: HelpRequest) -> Wave | None:
    wave = last_wave(session, request.id, request.round_no)
    runs = wave is not None and wave.ended_at is None and wave.audience not in BY_NAME
    return wave if runs else None


def _new(
    context: Context, request: HelpRequest, picked: Sequence[Ranked], answer_by: datetime
) -> Wave:
    """Keeps the time of the request's next check, and what is known of an earlier search."""
    names = ["next_action_at", "attention"]
    if request.state == State.MATCHING:
        names += ["due_at", "escalation", "matching_since"]
    kept = {name: getattr(request, name) for name in names}
    plan = Plan(DUTY, MANUAL_PHASE, REACH_M, answer_by)
    return open_wave(context, request, plan, picked, (), kept)
