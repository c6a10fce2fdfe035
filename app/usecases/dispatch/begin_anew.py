"""Restarts the search for volunteers when a request has become more urgent."""

from datetime import timedelta

from sqlalchemy import update

from app.catalogue.models import Category
from app.core.attention import Attention
from app.core.context import Context
from app.core.statements import changed
from app.core.wakes import Topic, wake
from app.dispatch.rules import MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import is_pressing, urgency_now
from app.help_requests.rules import State, due_at
from app.matching.default_policy import phase_minutes
from app.usecases.dispatch.escalate_urgent import restart_escalation
from app.usecases.messages.notify import notify_volunteer
from app.usecases.shared.request_matches import close_wave, matches_with_people
from app.usecases.shared.request_state import deadlines_of


def begin_anew(context: Context, request: HelpRequest) -> None:
    """Makes the request due now, at the first phase of its policy and of its escalation.

    Volunteers who were asked keep the ask, have less time to answer and are notified again if it is
    pressing. What is done already is left alone. The caller has written the request in this
    transaction.
    """
    if request.state == State.FINISHED:
        return
    category = context.session.get_one(Category, request.category_id)
    due = due_at(
        request.state,
        deadlines_of(category),
        since=context.now,
        wanted_from=request.wanted_from,
    )
    values: dict[str, object] = {
        "next_action_at": context.now,
        "look_by": context.now,
        "due_at": min((at for at in (due, request.due_at) if at is not None), default=None),
        "escalation": 0,
    }
    if request.state == State.MATCHING:
        values["matching_since"] = context.now
    if request.attention == Attention.NOBODY_NEAR:
        values["attention"] = None
    changed(
        context.session, update(HelpRequest).where(HelpRequest.id == request.id).values(**values)
    )
    context.session.refresh(request)
    close_wave(context, request)
    wake(context.session, Topic.REQUESTS)
    urgency = urgency_now(request.urgency, request.wanted_from, context.now)
    minutes = phase_minutes(category.accept_minutes, urgency)
    pressing = is_pressing(request.urgency, request.wanted_from, context.now)
    _shorten_asks(context, request, timedelta(minutes=minutes), tell=pressing)
    if pressing:
        restart_escalation(context, request)
        wake(context.session, Topic.ESCALATIONS)


def _shorten_asks(context: Context, request: HelpRequest, answer: timedelta, *, tell: bool) -> None:
    for match, person in matches_with_people(context.session, request, {MatchState.SENT}):
        match.deadline_at = min(match.deadline_at or context.now + answer, context.now + answer)
        if tell:
            notify_volunteer(
                context.session,
                match,
                person,
                "urgent_again",
                now=context.now,
                occurrence=f"anew:{int(context.now.timestamp())}",
                urgent=True,
            )
    context.session.flush()
