"""Verifying a help request (审单): approve, reject with a reason, link a duplicate."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Invalid, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.dispatch.rules import EndReason
from app.help_requests.models import HelpRequest
from app.help_requests.queries import linked_to
from app.help_requests.rules import LIVE, State, due_at
from app.trail.chain import record
from app.usecases.messages.notify import notify_resident
from app.usecases.requests.end_matches import end_matches
from app.usecases.shared.request_state import (
    CHANGED_MEANWHILE,
    check_version,
    deadlines_of,
    load_request,
    move_request,
)

REASON_MAX = 300


def _mine(session: Session, actor: Actor, request_id: int, version: int | None) -> HelpRequest:
    request = load_request(session, request_id)
    actor.needs("coordinator", request.area_path)
    check_version(request, version)
    return request


def approve_request(context: Context, *, request_id: int, version: int | None) -> None:
    """Lets the request go on to dispatch. Raises Stale when it is no longer waiting for that."""
    request = _mine(context.session, context.actor, request_id, version)
    extra: dict[str, Any] = {
        "attention": "needs_pin" if request.place_state == "needs_pin" else None,
        "next_action_at": context.now,
    }
    move_request(context, request, "approve", extra=extra)
    notify_resident(context.session, request, "request_open", now=context.now)


def reject_request(context: Context, *, request_id: int, version: int | None, reason: str) -> None:
    """Says no, with a reason that the resident sees. Raises Invalid without one."""
    request = _mine(context.session, context.actor, request_id, version)
    words = reason.strip()
    if not words:
        raise Invalid({"reason": N_("请写明原因，居民会看到")})
    if len(words) > REASON_MAX:
        raise Invalid({"reason": N_("请少写一些，最多 300 个字")})
    extra = {"reason": words, "attention": None}
    move_request(context, request, "reject", extra=extra, note=words)
    end_matches(context, request, reason=EndReason.REJECTED)
    notify_resident(context.session, request, "request_rejected", now=context.now)
    free_linked(context, request)


def link_duplicate(context: Context, *, request_id: int, of_id: int, version: int | None) -> None:
    """Closes a request as the same as another; its resident's page shows that other's state.

    Raises Refused for one that is over, linked itself, or the very same.
    """
    request = _mine(context.session, context.actor, request_id, version)
    other = load_request(context.session, of_id)
    context.actor.needs("coordinator", other.area_path)
    if other.id == request.id or other.duplicate_of is not None:
        raise Refused(N_("请选另一张还在办理的需求单"))
    if State(other.state) not in LIVE:
        raise Refused(N_("那张需求单已经结束，不能关联"))
    move_request(
        context,
        request,
        "reject",
        extra={"duplicate_of": other.id, "attention": None},
        details={"duplicate_of": other.id},
    )
    end_matches(context, request, reason=EndReason.REJECTED)
    for linked_id in linked_to(context.session, request.id):
        # Whatever was linked to it now follows the other.
        move = update(HelpRequest).where(HelpRequest.id == linked_id)
        changed(
            context.session, move.values(duplicate_of=other.id, version=HelpRequest.version + 1)
        )


def unlink_duplicate(context: Context, *, request_id: int, version: int | None) -> None:
    """Takes a link back: the request waits to be verified again. Raises Stale if it has none."""
    request = _mine(context.session, context.actor, request_id, version)
    _unlink(context, request)


def free_linked(context: Context, first: HelpRequest) -> int:
    """The first request ended without help: those of other people that were linked to it live on.

    Returns how many. Those of the same phone ended with it.
    """
    freed = 0
    for linked_id in linked_to(context.session, first.id):
        linked = load_request(context.session, linked_id)
        if linked.phone_lookup == first.phone_lookup:
            continue
        _unlink(context, linked)
        freed += 1
    return freed


def _unlink(context: Context, request: HelpRequest) -> None:
    """Back to the queue, where its own deadline raises it if nobody looks."""
    category = context.session.get_one(Category, request.category_id)
    due = due_at(
        State.SUBMITTED, deadlines_of(category), since=context.now, wanted_from=request.wanted_from
    )
    rows = changed(
        context.session,
        update(HelpRequest)
        .where(
            HelpRequest.id == request.id,
            HelpRequest.version == request.version,
            HelpRequest.state == State.REJECTED,
            HelpRequest.duplicate_of.is_not(None),
        )
        .values(
            state=str(State.SUBMITTED),
            duplicate_of=None,
            state_since=context.now,
            due_at=due,
            next_action_at=due,
            escalation=0,
            attention=None,
            version=HelpRequest.version + 1,
        ),
    )
    if rows == 0:
        raise Stale(CHANGED_MEANWHILE)
    details = {"from": request.state, "to": str(State.SUBMITTED), "first": request.duplicate_of}
    context.session.refresh(request)
    record(
        context,
        kind="help_request.unlinked",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details=details,
    )
