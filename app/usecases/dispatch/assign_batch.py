"""Asks those whom the batch assigned, in a wave of their own with its own time to answer."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update

from app.catalogue.models import Category
from app.core.context import Context
from app.core.statements import changed
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.matching.batch_window import leave_until
from app.matching.time_left import is_over, policy_in_time
from app.usecases.dispatch.ask_volunteers import send_matches
from app.usecases.dispatch.await_pressing import wait_for_morning
from app.usecases.dispatch.decide_asks import policy_for
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.open_wave import BATCH, MANUAL_PHASE, Plan, Sent, open_wave
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.shared.lock_request import lock_request


def send_assigned(context: Context, *, request_id: int, person_ids: Sequence[int]) -> Sent | None:
    """Asks these people if they may still be asked; otherwise sends the next ordinary wave.

    A request for which the batch had nobody waits for the next batches first: everybody near has
    just been asked about something else. Returns None when the request no longer waits: another
    process was faster.
    """
    request = lock_request(context.session, request_id)
    if request.state != State.OPEN or not request.auto_dispatch or request.lat is None:
        return None
    if is_over(request.urgency, request.wanted_to, context.now):
        return None
    if wait_for_morning(context, request):
        return Sent(BATCH, 0)
    later = leave_until(request.state_since, request.wanted_from)
    if not person_ids and context.now < later:
        waits = update(HelpRequest).where(HelpRequest.id == request.id)
        changed(context.session, waits.values(next_action_at=later))
        return Sent(BATCH, 0)
    category = context.session.get_one(Category, request.category_id)
    reach = category.radius_m
    ranking = rank_for(
        context.session, request=request, now=context.now, radius_m=reach, people=person_ids
    )
    by_id = {one.person_id: one for one in ranking.ranked}
    picked = [by_id[person_id] for person_id in person_ids if person_id in by_id]
    places = request.volunteers_needed - request.places_taken
    if not picked:
        return send_wave(context, request_id=request_id)
    policy = policy_in_time(
        policy_for(context.session, request, category, context.now),
        request.urgency,
        wanted_from=request.wanted_from,
        wanted_to=request.wanted_to,
        began_at=context.now,
    )
    answer_s = policy.phases[0].answer_s
    answer_by = context.now + timedelta(seconds=answer_s)
    plan = Plan(BATCH, MANUAL_PHASE, reach, answer_by)
    extra = {"due_at": answer_by, "next_action_at": answer_by, "attention": None}
    wave = open_wave(context, request, plan, picked[:places], ranking.left_out, extra)
    send_matches(context, request, wave, picked[:places], answer_by=answer_by)
    return Sent(BATCH, len(picked[:places]), wave.id)
