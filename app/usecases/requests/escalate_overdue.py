"""Notifies coordinators of an overdue request, again and again, each time one area further up.

A pressing request is repeated every few minutes until somebody acts. Others are repeated at
growing intervals, then twice a day: late alarms are few, and no request is ever silent for good.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.context import Context
from app.core.statements import changed
from app.dispatch.models import Escalation
from app.dispatch.rules import EscalationState
from app.help_requests.models import HelpRequest
from app.help_requests.pressing import URGENT_EVERY, is_pressing, next_alarm_at
from app.people.models import Person
from app.trail.chain import record
from app.usecases.messages.notify import CALL, EVERY_WAY
from app.usecases.messages.notify_coordinators import alarm_people, coordinators_by_level
from app.usecases.shared.acknowledged import acknowledged_until


def escalate_overdue(
    context: Context, request: HelpRequest, reason: str, *, look_again: timedelta | None = None
) -> None:
    """Notifies coordinators if it is time, and sets the next check.

    `look_again`: check again after this even if the next alarm comes later.
    """
    pressing = is_pressing(request.urgency, request.wanted_from, context.now)
    due = _due(context, request, pressing=pressing)
    if due <= context.now:
        if pressing and _is_escalated(context.session, request):
            # The escalation notifies at least as often; the mark is for the board.
            count, due = max(1, request.escalation), context.now + URGENT_EVERY
        else:
            _alarm(context, request, reason, pressing=pressing)
            count = request.escalation + 1
            due = _next(context, request, count, context.now, pressing=pressing)
        values = {"escalation": count, "escalated_at": context.now}
        values |= {"attention": request.attention or reason, "version": HelpRequest.version + 1}
    else:
        values = {}
    soon = due if look_again is None else min(due, context.now + look_again)
    _set_next(context.session, request, soon, values)


def _due(context: Context, request: HelpRequest, *, pressing: bool) -> datetime:
    """When the next alarm is due; none comes while a coordinator looks after a pressing one."""
    due = context.now
    if request.escalation and request.escalated_at is not None:
        due = _next(context, request, request.escalation, request.escalated_at, pressing=pressing)
    heard = acknowledged_until(context.session, request.id, context.now) if pressing else None
    return due if heard is None else max(due, heard)


def _next(
    context: Context, request: HelpRequest, count: int, last: datetime, *, pressing: bool
) -> datetime:
    zone = zone_of(context.session, request.area_path)
    return next_alarm_at(count, last, pressing=pressing, zone=zone)


def _is_escalated(session: Session, request: HelpRequest) -> bool:
    """Whether an escalation runs for it."""
    running = select(Escalation.id).where(
        Escalation.request_id == request.id,
        Escalation.round_no == request.round_no,
        Escalation.state == EscalationState.RUNNING,
    )
    return session.scalar(running) is not None


def _alarm(context: Context, request: HelpRequest, reason: str, *, pressing: bool) -> None:
    count = request.escalation + 1
    told = alarm_people(
        context.session,
        request,
        _people(context.session, request, count, pressing=pressing),
        reason=reason,
        now=context.now,
        occurrence=f"{reason}:{int(request.state_since.timestamp())}:{count}",
        # The first time a text is enough.
        by=EVERY_WAY | {CALL} if pressing and count > 1 else EVERY_WAY,
    )
    record(
        context,
        kind="help_request.escalated",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"level": count, "reason": reason, "notified": told},
    )


def _people(session: Session, request: HelpRequest, count: int, *, pressing: bool) -> list[Person]:
    levels = coordinators_by_level(session, request.area_path)
    # A pressing request goes on ringing below; any other goes up, and from the top to all of them.
    first = 0 if pressing or count > len(levels) else count - 1
    found = (person for level in levels[first:count] for person in level)
    return list({person.id: person for person in found}.values())


def _set_next(session: Session, request: HelpRequest, at: datetime, values: dict[str, Any]) -> None:
    still = update(HelpRequest).where(
        HelpRequest.id == request.id, HelpRequest.state == request.state
    )
    changed(session, still.values(next_action_at=at, **values))
    session.refresh(request)
