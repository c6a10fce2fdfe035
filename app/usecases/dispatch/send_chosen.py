"""A wave to exactly those whom a coordinator chose."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import N_
from app.help_requests.models import HelpRequest
from app.matching.default_policy import phase_minutes
from app.matching.ranking import Ranked, Ranking
from app.usecases.dispatch.ask_volunteers import send_matches
from app.usecases.dispatch.open_wave import MANUAL, Plan, Sent, open_wave
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.dispatch.recent_asks import MANUAL_PHASE


def send_chosen(
    session: Session,
    request: HelpRequest,
    category: Category,
    actor: Actor,
    person_ids: list[int],
    now: datetime,
) -> Sent:
    """One wave to exactly these, in this order. Raises Invalid for somebody who cannot be asked."""
    if not person_ids:
        raise Invalid({"person_ids": N_("请至少选一位志愿者")})
    reach = max(category.radius_m * 4, 20_000)
    ranking = rank_for(session, request=request, now=now, radius_m=reach)
    chosen = [_choose(ranking, person_id) for person_id in dict.fromkeys(person_ids)]
    minutes = phase_minutes(category.accept_minutes, request.urgency)
    answer_by = now + timedelta(minutes=minutes)
    plan = Plan(MANUAL, MANUAL_PHASE, reach, answer_by)
    extra = {"due_at": answer_by, "next_action_at": answer_by, "attention": None}
    wave = open_wave(session, request, actor, plan, chosen, ranking.left_out, extra, now)
    send_matches(session, request, wave, chosen, actor=actor, answer_by=answer_by, now=now)
    return Sent(MANUAL, len(chosen), wave.id)


def _choose(ranking: Ranking, person_id: int) -> Ranked:
    """A coordinator may ask beyond hours, reach and limits; never again, never against a block."""
    for one in ranking.ranked:
        if one.person_id == person_id:
            return one
    for left in ranking.left_out:
        if left.person_id == person_id:
            codes = {reason.code for reason in left.reasons}
            if codes & {"asked_already", "blocked", "suspended"}:
                break
            return Ranked(person_id, left.metres, False, 0.0, ())
    raise Invalid({"person_ids": N_("有一位志愿者现在不能派单，请刷新看看原因")})
