"""An urgent request that nobody accepts is escalated step by step, up to the coordinators.

It goes beside the waves, which ask too: whoever was asked is told again, over more; whoever was
not is asked. Each step is one transaction that ends with a conditional UPDATE, so a kill or a
second scheduler makes none of them happen twice or never.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.context import Context
from app.core.statements import changed, insert_once
from app.core.urgency import Urgency
from app.dispatch.escalation_policy import (
    read_escalation_policy,
)
from app.dispatch.models import Escalation
from app.dispatch.rules import EscalationState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.trail.chain import record
from app.usecases.dispatch.notify_escalation_step import notify_escalation_step
from app.usecases.shared.lock_request import lock_request


def due_escalations(session: Session, *, now: datetime, limit: int = 50) -> list[int]:
    """Ids of urgent requests without an escalation, and of those whose next step is due."""
    waits = (HelpRequest.state == State.MATCHING, HelpRequest.urgency == Urgency.URGENT)
    begun = exists().where(
        Escalation.request_id == HelpRequest.id, Escalation.round_no == HelpRequest.round_no
    )
    fresh = session.scalars(
        select(HelpRequest.id)
        .where(*waits, ~begun, HelpRequest.places_taken < HelpRequest.volunteers_needed)
        .order_by(HelpRequest.id)
        .limit(limit)
    ).all()
    due = session.scalars(
        select(Escalation.request_id)
        .where(Escalation.state == EscalationState.RUNNING, Escalation.next_at <= now)
        .order_by(Escalation.next_at)
        .limit(limit)
    ).all()
    return list(dict.fromkeys((*fresh, *due)))


def escalate_request(context: Context, *, request_id: int, channels: Collection[str]) -> None:
    """The next step of a request's escalation, if it is due, over `channels` that are there."""
    request = lock_request(context.session, request_id)
    found = _policy_of(context.session, request, context.now)
    if found is None or found.state != EscalationState.RUNNING or found.next_at > context.now:
        return
    ended = _ended(request, found)
    if ended is not None:
        _move(context, request, found, {"state": ended})
        return
    category = context.session.get_one(Category, request.category_id)
    escalation_policy = read_escalation_policy(category.escalation_policy)
    if found.step >= len(escalation_policy):
        _move(context, request, found, {"state": EscalationState.SPENT})
        return
    step, last = escalation_policy[found.step], found.step + 1 >= len(escalation_policy)
    told, skipped = notify_escalation_step(context, request, found, step, channels)
    after = found.began_at + timedelta(
        seconds=escalation_policy[found.step + (0 if last else 1)].after_s
    )
    values: dict[str, object] = {"rung": found.step + 1, "next_at": max(after, context.now)}
    details = {"who": step.who, "told": told, "skipped": skipped}
    _move(context, request, found, values, **details)


def _policy_of(session: Session, request: HelpRequest, now: datetime) -> Escalation | None:
    """The escalation of this round; begun when the request is urgent and looks for somebody."""
    if request.state == State.MATCHING and request.urgency == Urgency.URGENT:
        began_at = request.matching_since or request.state_since
        insert_once(
            session,
            Escalation,
            request_id=request.id,
            round_no=request.round_no,
            began_at=began_at,
            step=0,
            next_at=began_at,
            state=EscalationState.RUNNING,
        )
    return session.scalar(
        select(Escalation)
        .where(Escalation.request_id == request.id)
        .order_by(Escalation.round_no.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _ended(request: HelpRequest, found: Escalation) -> str | None:
    """Enough said yes, or nobody is looked for any more."""
    if request.places_taken >= request.volunteers_needed:
        return "answered"
    looked_for = request.state == State.MATCHING and request.round_no == found.round_no
    return None if looked_for and request.urgency == Urgency.URGENT else "ended"


def _move(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    values: dict[str, object],
    **details: object,
) -> None:
    """Belt: the request is held, and the step is still the one that was read."""
    still = update(Escalation).where(
        Escalation.id == found.id,
        Escalation.step == found.step,
        Escalation.state == EscalationState.RUNNING,
    )
    step = found.step
    if not changed(context.session, still.values(**values)):
        raise RuntimeError("an escalation moved while its request was locked")
    context.session.refresh(found)
    record(
        context,
        kind="escalation.rung"
        if found.state == EscalationState.RUNNING
        else f"escalation.{found.state}",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={
            "rung": step,
            "yes": request.places_taken,
            "needed": request.volunteers_needed,
            **details,
        },
    )
