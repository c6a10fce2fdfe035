"""A repeating visit asks the familiar volunteer first, then the named substitute."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.repeats.models import RepeatRule
from app.repeats.queries import requests_of, rule_of
from app.repeats.rules import answer_by
from app.usecases.dispatch.ask_volunteers import send_matches
from app.usecases.dispatch.limit_open_asks import people_at_limit
from app.usecases.dispatch.open_wave import FAMILIAR, MANUAL_PHASE, Plan, Sent, open_wave
from app.usecases.dispatch.rank_volunteers import rank_for

# Somebody who knows the resident may come from far away.
REACH_M = 20_000


def familiar_people(session: Session, rule: RepeatRule) -> list[int]:
    """Whom to ask, in this order: the one named or who served last, then the substitute."""
    first = rule.familiar_id or _served_last(session, rule)
    named = [first, rule.substitute_id]
    return list(dict.fromkeys(person_id for person_id in named if person_id is not None))


def _served_last(session: Session, rule: RepeatRule) -> int | None:
    return session.scalar(
        select(Match.person_id)
        .where(Match.request_id.in_(requests_of(session, rule)), Match.finished_at.is_not(None))
        .order_by(Match.finished_at.desc())
        .limit(1)
    )


def ask_familiar(context: Context, request: HelpRequest) -> Sent | None:
    """Asks the next familiar volunteer who may be asked now; None when none is left.

    Asks as many at a time as places are open. Nobody who is away, resting or at the limit is
    asked.
    """
    rule = rule_of(context.session, request.id)
    places = request.volunteers_needed - request.places_taken
    if rule is None or request.lat is None or places < 1:
        return None
    asked = context.session.scalars(
        select(Match.person_id).where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.sent_at.is_not(None),
            Match.reopened.is_(False),
        )
    )
    known = set(asked)
    left = [
        person_id for person_id in familiar_people(context.session, rule) if person_id not in known
    ]
    if not left:
        return None
    ranking = rank_for(
        context.session, request=request, now=context.now, radius_m=REACH_M, people=left
    )
    able = {one.person_id: one for one in ranking.ranked}
    full = people_at_limit(context.session, request, list(able), context.now)
    picked = [able[one] for one in left if one in able and one not in full][:places]
    if not picked:
        return None
    until = answer_by(request.wanted_from or context.now, context.now)
    plan = Plan(FAMILIAR, MANUAL_PHASE, REACH_M, until)
    extra = {"due_at": until, "next_action_at": until, "attention": None}
    wave = open_wave(context, request, plan, picked, ranking.left_out, extra)
    send_matches(context, request, wave, picked, answer_by=until)
    return Sent(FAMILIAR, len(picked), wave.id)
