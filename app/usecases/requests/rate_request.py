"""Rating (评单): the resident's stars close the request, or reopen it for a coordinator."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import ActorKind, RoleName
from app.core.attention import Attention
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import insert_once
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.queries import by_code
from app.help_requests.rules import MAX_STARS, State, rating_action
from app.trail.chain import record
from app.usecases.messages.notify import notify_resident
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.lock_request import lock_request
from app.usecases.shared.place_state import fit_places
from app.usecases.shared.request_state import move_request

COMMENT_MAX = 500
# How long after closing unrated a rating is still accepted.
LATE = timedelta(days=30)


def rate_request(context: Context, *, code: str, stars: int, comment: str | None) -> str:
    """Stores the rating of this round and returns `close` or `reopen`.

    Idempotent for the same stars. Raises Invalid for impossible stars, Stale when the request is
    not finished, was rated differently, or closed unrated too long ago.
    """
    found = by_code(context.session, code)
    if found is None:
        raise NotFound(N_("没有找到这个编号，请检查一下，或打电话给服务点"))
    if not 1 <= stars <= MAX_STARS:
        raise Invalid({"stars": N_("请选 1 到 5 颗星")})
    request = lock_request(context.session, found.id)
    action = rating_action(stars)
    if _said_before(context.session, request, stars):
        return action
    _check_ratable(request, context.now)
    words = (comment or "").strip()[:COMMENT_MAX] or None
    fresh = insert_once(
        context.session,
        Feedback,
        request_id=request.id,
        round_no=request.round_no,
        stars=stars,
        comment=words,
        door=context.actor.via,
        made_at=context.now,
    )
    if not fresh:
        raise Stale(N_("这张需求单已经评价过了，谢谢您"))
    if action == "reopen":
        _reopen(context, request, stars, words)
    elif request.state == State.FINISHED:
        move_request(context, request, "close", details={"stars": stars}, note=words)
    else:
        _record_late(context, request, stars, words)
    return action


def _said_before(session: Session, request: HelpRequest, stars: int) -> bool:
    """Whether the last rating of this request was the same: a second tap, a text sent twice."""
    last = session.execute(
        select(Feedback.stars, Feedback.round_no)
        .where(Feedback.request_id == request.id)
        .order_by(Feedback.round_no.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.stars != stars:
        return False
    if request.state == State.REOPENED:
        return bool(last.round_no == request.round_no - 1)
    return bool(request.state == State.CLOSED and last.round_no == request.round_no)


def _check_ratable(request: HelpRequest, now: datetime) -> None:
    """Finished; or closed because nobody rated in time, and not long ago."""
    late = request.state == State.CLOSED and now < request.state_since + LATE
    if request.erased_at is not None or not (request.state == State.FINISHED or late):
        raise Stale(N_("这张需求单现在不能评价"))


def _record_late(context: Context, request: HelpRequest, stars: int, words: str | None) -> None:
    """It was closed unrated; stores the rating without reopening."""
    record(
        context,
        kind="help_request.rated",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"stars": stars},
        note=words,
    )


def _reopen(context: Context, request: HelpRequest, stars: int, words: str | None) -> None:
    """Starts another round, which a coordinator checks before anybody is asked again."""
    extra = {
        "round_no": request.round_no + 1,
        "places_taken": 0,
        "attention": "low_rating",
        "auto_dispatch": False,
    }
    move_request(context, request, "reopen", extra=extra, details={"stars": stars}, note=words)
    fit_places(context, request, request.volunteers_needed)
    notify_resident(context.session, request, "request_reopened", now=context.now)
    notify_coordinators(
        context.session,
        request,
        reason=Attention.LOW_RATING,
        now=context.now,
        occurrence=f"low_rating:{request.round_no}",
    )


def close_unrated(context: Context, *, request_id: int) -> None:
    """Closes a finished request that nobody rated in time."""
    request = lock_request(context.session, request_id)
    if context.actor.kind != ActorKind.SYSTEM:
        context.actor.needs(RoleName.COORDINATOR, request.area_path)
    move_request(context, request, "close", details={"unrated": True})
