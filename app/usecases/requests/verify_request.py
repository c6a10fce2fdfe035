"""Verifying a help request (审单): approve, reject with a reason, link a duplicate."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.dispatch.rules import EndReason
from app.help_requests.models import HelpRequest
from app.help_requests.queries import linked_to
from app.help_requests.rules import LIVE, State
from app.usecases.messages.notify import notify_resident
from app.usecases.requests.end_matches import end_matches
from app.usecases.shared.lock_request import lock_request, lock_with_linked
from app.usecases.shared.place_state import fit_places, leave_open_places
from app.usecases.shared.request_state import CHANGED_MEANWHILE, check_version, move_request

REASON_MAX = 300


def _mine(session: Session, actor: Actor, request_id: int, version: int | None) -> HelpRequest:
    request = lock_with_linked(session, request_id)
    actor.needs(RoleName.COORDINATOR, request.area_path)
    check_version(request, version)
    return request


def approve_request(context: Context, *, request_id: int, version: int | None) -> None:
    """Passes the request on to dispatch. Raises Stale when it no longer waits for verification."""
    request = _mine(context.session, context.actor, request_id, version)
    extra: dict[str, Any] = {
        "attention": "needs_pin" if request.place_state == "needs_pin" else None,
        "next_action_at": context.now,
    }
    move_request(context, request, "approve", extra=extra)
    notify_resident(context.session, request, "request_open", now=context.now)


def reject_request(context: Context, *, request_id: int, version: int | None, reason: str) -> None:
    """Rejects with a reason that the resident sees. Raises Invalid without one."""
    request = _mine(context.session, context.actor, request_id, version)
    words = reason.strip()
    if not words:
        raise Invalid({"reason": N_("请写明原因，居民会看到")})
    if len(words) > REASON_MAX:
        raise Invalid({"reason": N_("请少写一些，最多 300 个字")})
    extra = {"reason": words, "attention": None, "places_taken": 0}
    move_request(context, request, "reject", extra=extra, note=words)
    _end(context, request)
    notify_resident(context.session, request, "request_rejected", now=context.now)
    free_linked(context, request)


def _end(context: Context, request: HelpRequest) -> None:
    end_matches(context, request, reason=EndReason.REJECTED)
    leave_open_places(context, request)


def link_duplicate(context: Context, *, request_id: int, of_id: int, version: int | None) -> None:
    """Closes a request as a duplicate of another; its resident's page shows the other's state.

    Raises Refused for another that is over, itself linked, or the same request.
    """
    for one in sorted({request_id, of_id}):
        lock_request(context.session, one)
    request = _mine(context.session, context.actor, request_id, version)
    other = lock_request(context.session, of_id)
    context.actor.needs(RoleName.COORDINATOR, other.area_path)
    if other.id == request.id or other.duplicate_of is not None:
        raise Refused(N_("请选另一张还在办理的需求单"))
    if State(other.state) not in LIVE:
        raise Refused(N_("那张需求单已经结束，不能关联"))
    move_request(
        context,
        request,
        "reject",
        extra={"duplicate_of": other.id, "attention": None, "places_taken": 0},
        details={"duplicate_of": other.id},
    )
    _end(context, request)
    for linked_id in linked_to(context.session, request.id):
        # Requests linked to this one now follow the other.
        move = update(HelpRequest).where(HelpRequest.id == linked_id)
        changed(
            context.session, move.values(duplicate_of=other.id, version=HelpRequest.version + 1)
        )


def unlink_duplicate(context: Context, *, request_id: int, version: int | None) -> None:
    """Removes a link: the request waits for verification again. Raises Stale if it has none."""
    request = _mine(context.session, context.actor, request_id, version)
    _unlink(context, request)


def free_linked(context: Context, first: HelpRequest) -> int:
    """The original ended without help: unlinks other people's requests that were linked to it.

    Returns how many. Those of the same phone ended with it.
    """
    freed = 0
    for linked_id in linked_to(context.session, first.id):
        linked = lock_request(context.session, linked_id)
        if linked.phone_lookup == first.phone_lookup:
            continue
        _unlink(context, linked)
        freed += 1
    return freed


def _unlink(context: Context, request: HelpRequest) -> None:
    """Back to the queue, where its own deadline escalates it if nobody acts."""
    if request.duplicate_of is None:
        raise Stale(CHANGED_MEANWHILE)
    extra: dict[str, Any] = {"duplicate_of": None, "attention": None}
    details = {"first": request.duplicate_of}
    move_request(context, request, "unlink", extra=extra, details=details)
    fit_places(context, request, request.volunteers_needed)
