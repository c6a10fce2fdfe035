"""Asking whom the batch assigned: a wave like any other, to those few, with time for themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.actor import Actor
from app.help_requests.rules import State
from app.usecases.dispatch.ask_volunteers import send_matches
from app.usecases.dispatch.decide_asks import policy_for
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.open_wave import BATCH, MANUAL_PHASE, Plan, Sent, open_wave
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.shared.lock_request import lock_request


def send_assigned(
    session: Session,
    *,
    actor: Actor,
    request_id: int,
    person_ids: Sequence[int],
    now: datetime,
) -> Sent | None:
    """Asks these people, as far as they may still be asked; else the ordinary next wave.

    Returns None when the request does not wait any more: another process was faster.
    """
    request = lock_request(session, request_id)
    if request.state != State.OPEN or not request.auto_dispatch or request.lat is None:
        return None
    category = session.get_one(Category, request.category_id)
    reach = category.radius_m
    ranking = rank_for(session, request=request, now=now, radius_m=reach, people=person_ids)
    by_id = {one.person_id: one for one in ranking.ranked}
    picked = [by_id[person_id] for person_id in person_ids if person_id in by_id]
    places = request.volunteers_needed - request.places_taken
    if not picked:
        return send_wave(session, actor=actor, request_id=request_id, now=now)
    answer_s = policy_for(session, request, category).phases[0].answer_s
    answer_by = now + timedelta(seconds=answer_s)
    plan = Plan(BATCH, MANUAL_PHASE, reach, answer_by)
    extra = {"due_at": answer_by, "next_action_at": answer_by, "attention": None}
    wave = open_wave(session, request, actor, plan, picked[:places], ranking.left_out, extra, now)
    send_matches(session, request, wave, picked[:places], actor=actor, answer_by=answer_by, now=now)
    return Sent(BATCH, len(picked[:places]), wave.id)
