"""Somebody is in danger at a help request, or a coordinator has found that nobody is."""

from datetime import timedelta
from typing import Any

from sqlalchemy import exists, select

from app.catalogue.models import Category
from app.conversation.danger import Danger
from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import Refused
from app.core.i18n import N_
from app.core.urgency import Urgency
from app.help_requests.models import HelpRequest, RequestNote
from app.trail.models import Event
from app.usecases.dispatch.escalate_urgent import restart_escalation
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.requests.amend_request import live_request, update_request
from app.usecases.requests.locate_order import NEEDS_PIN
from app.usecases.shared.lock_request import lock_request

NOTE_CHARS = 1000
REPORTED = "help_request.danger"
# The same cry within this time is only noted: those on duty and the coordinators have it already.
AGAIN = timedelta(minutes=10)


def report_danger(
    context: Context,
    *,
    request_id: int,
    danger: Danger,
    words: str,
    person_id: int | None = None,
) -> HelpRequest:
    """Makes a live request urgent, keeps the words, and alarms coordinators and those on duty.

    `person_id`: the volunteer who wrote it. No second order: the danger is part of this one.
    """
    request = lock_request(context.session, request_id)
    known = request.attention == Attention.DANGER
    silent = known and _reported_lately(context, request)
    context.session.add(
        RequestNote(
            request_id=request.id,
            kind="text",
            text=words[:NOTE_CHARS],
            person_id=person_id,
            made_at=context.now,
        )
    )
    update_request(
        context,
        request,
        kind=REPORTED,
        values={"urgency": Urgency.URGENT, "attention": Attention.DANGER},
        details={"kind": str(danger.kind), "numbers": list(danger.numbers)},
        note=words[:NOTE_CHARS],
    )
    if not silent:
        notify_coordinators(
            context.session,
            request,
            reason=Attention.DANGER,
            now=context.now,
            occurrence=f"danger:{request.version}",
        )
        restart_escalation(context, request)
    return request


def _reported_lately(context: Context, request: HelpRequest) -> bool:
    lately = exists().where(
        Event.request_id == request.id,
        Event.kind.in_((REPORTED, "help_request.placed")),
        Event.at > context.now - AGAIN,
    )
    return bool(context.session.scalar(select(lately)))


def deny_danger(context: Context, *, request_id: int, version: int | None) -> None:
    """A coordinator has found that nobody is in danger: it is as urgent as its category again.

    Raises Stale, or Refused when nobody had said so.
    """
    request = live_request(context.session, context.actor, request_id, version)
    if request.attention != Attention.DANGER:
        raise Refused(N_("这张单没有报告危险"))
    category = context.session.get_one(Category, request.category_id)
    values: dict[str, Any] = {
        "attention": NEEDS_PIN if request.place_state == NEEDS_PIN else None,
        "urgency": category.urgency,
    }
    update_request(context, request, kind="help_request.no_danger", values=values, details={})
