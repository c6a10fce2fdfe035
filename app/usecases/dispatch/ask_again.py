"""When a place is open again, first asks people whose ask we had ended: they never said no."""

from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.context import Context
from app.dispatch.models import Match
from app.dispatch.rules import OUR_END_REASONS, EndReason
from app.help_requests.models import HelpRequest
from app.usecases.dispatch.ask_volunteers import send_matches
from app.usecases.dispatch.decide_asks import policy_for
from app.usecases.dispatch.limit_open_asks import people_at_limit
from app.usecases.dispatch.open_wave import AGAIN, MANUAL_PHASE, Plan, open_wave
from app.usecases.dispatch.rank_volunteers import rank_for

# People who were near enough before still are; their own radius still counts.
REACH_M = 20_000


def ask_again(context: Context, request: HelpRequest, category: Category) -> int:
    """Asks them, as many as the policy wants open at once; returns how many.

    Others are asked beside them as soon as their chance is not enough.
    """
    waiting = _ended_for_our_reasons(context.session, request)
    if not waiting:
        return 0
    ranking = rank_for(
        context.session,
        request=request,
        now=context.now,
        radius_m=REACH_M,
        people=waiting,
        again=True,
    )
    policy = policy_for(context.session, request, category, context.now)
    places = request.volunteers_needed - request.places_taken
    most = min(policy.most_open, policy.phases[0].open_asks * places)
    full = people_at_limit(
        context.session, request, [one.person_id for one in ranking.ranked], context.now
    )
    picked = [one for one in ranking.ranked if one.person_id not in full][:most]
    if not picked:
        return 0
    answer_by = context.now + timedelta(seconds=policy.phases[0].answer_s)
    plan = Plan(AGAIN, MANUAL_PHASE, REACH_M, answer_by)
    extra = {
        "due_at": answer_by,
        "next_action_at": context.now,
        "attention": None,
        "matching_since": request.matching_since or context.now,
    }
    wave = open_wave(context, request, plan, picked, (), extra)
    send_matches(context, request, wave, picked, answer_by=answer_by)
    return len(picked)


def _ended_for_our_reasons(session: Session, request: HelpRequest) -> list[int]:
    """People to ask again, except those a coordinator took off since a place became open."""
    since = request.matching_since or request.submitted_at
    rows = session.scalars(
        select(Match.person_id)
        .where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.sent_at.is_not(None),
            Match.accepted_at.is_(None),
            or_(
                Match.end_reason.in_(sorted(OUR_END_REASONS)),
                and_(Match.end_reason == EndReason.COORDINATOR, Match.ended_at < since),
            ),
        )
        .order_by(Match.id)
    )
    return list(rows)
