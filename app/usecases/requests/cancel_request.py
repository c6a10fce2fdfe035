"""Cancelling: by the resident who holds the code, or by a coordinator."""

from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind, RoleName
from app.core.context import Context
from app.core.errors import NotFound, Refused
from app.core.i18n import N_
from app.dispatch.rules import ACTIVE, WAITING, EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.places import PlaceState
from app.help_requests.queries import by_code
from app.help_requests.rules import REQUEST_LIFE, State
from app.trail.chain import record
from app.usecases.messages.notify import notify_resident
from app.usecases.requests.end_matches import end_matches
from app.usecases.requests.stop_repeat import stop_repeat
from app.usecases.requests.verify_request import REASON_MAX, free_linked
from app.usecases.shared.lock_request import lock_with_linked
from app.usecases.shared.place_state import follow_places, leave_open_places, places_of
from app.usecases.shared.request_state import check_version, move_request

# Whoever came has served, or may finish what was begun.
BEGUN = (PlaceState.ARRIVED, PlaceState.FINISHED)


def _wanted(
    session: Session, actor: Actor, request_id: int | None, code: str | None
) -> HelpRequest:
    """The request by its code for the resident who holds it, else for a coordinator of its area."""
    if code is not None:
        found = by_code(session, code)
        if found is None:
            raise NotFound(N_("没有找到这个编号，请检查一下，或打电话给服务点"))
        request = lock_with_linked(session, found.id)
        if actor.kind == ActorKind.RESIDENT:
            return request
    elif request_id is not None:
        request = lock_with_linked(session, request_id)
    else:
        raise NotFound(N_("没有找到这张需求单"))
    actor.needs(RoleName.COORDINATOR, request.area_path)
    return request


def cancel_request(
    context: Context,
    *,
    why: str,
    code: str | None = None,
    request_id: int | None = None,
    version: int | None = None,
    repeat_goes_on: bool | None = None,
    told: bool = True,
) -> HelpRequest:
    """Cancels from any state before finished; notifies volunteers who were asked or accepted.

    Without `told` its resident, who is being answered otherwise, gets no text.

    What one of several volunteers has finished stays so, and whoever is at work may finish: then
    only the rest is cancelled. Where its resident cancels an order that repeats, the rest stops too
    unless they say that it goes on. Raises Stale when it is too late, Refused when it was cancelled
    already and somebody is still at work.
    """
    request = _wanted(context.session, context.actor, request_id, code)
    check_version(request, version)
    words = why.strip()[:REASON_MAX] or None
    REQUEST_LIFE.check(request.state, "cancel", State.CANCELLED)
    if request.cancelled_at is not None:
        raise Refused(N_("已经取消了：不再找人，到了的志愿者做完就结束"))
    if any(one.state in BEGUN for one in places_of(context.session, request)):
        _end_rest(context, request, words)
    else:
        _cancel_all(context, request, words, told=told)
    if context.actor.kind == ActorKind.RESIDENT:
        stop_repeat(context, request, goes_on=repeat_goes_on)
    return request


def _cancel_all(context: Context, request: HelpRequest, words: str | None, *, told: bool) -> None:
    extra = {"reason": words, "attention": None, "places_taken": 0}
    move_request(context, request, "cancel", extra=extra, note=words)
    end_matches(context, request, reason=EndReason.CANCELLED)
    leave_open_places(context, request)
    if told:
        notify_resident(context.session, request, "request_cancelled", now=context.now)
    free_linked(context, request)


def _end_rest(context: Context, request: HelpRequest, words: str | None) -> None:
    """Somebody has helped or is at work: only the rest is cancelled, and the help can be rated.

    Who is at work can finish; the rating waits for that. Nobody is looked for meanwhile, and if
    they go without finishing the order ends, see `end_cancelled`.
    """
    coming = (WAITING | ACTIVE) - {MatchState.ARRIVED}
    end_matches(context, request, reason=EndReason.CANCELLED, states=coming)
    leave_open_places(context, request)
    places = places_of(context.session, request)
    left = {
        "attention": None,
        "team_notice": None,
        "volunteers_needed": sum(one.state in BEGUN for one in places),
    }
    if not any(one.state == PlaceState.ARRIVED for one in places):
        follow_places(context, request, "finish", extra=left, details={"rest": "cancelled"})
        notify_resident(context.session, request, "request_finished_rate", now=context.now)
        return
    follow_places(
        context, request, "finish_part", extra=left | {"cancelled_at": context.now, "reason": words}
    )
    record(
        context,
        kind="help_request.rest_cancelled",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
    )
    notify_resident(context.session, request, "request_rest_cancelled", now=context.now)
    free_linked(context, request)
