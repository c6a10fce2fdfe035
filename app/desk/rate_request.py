"""Rating (评单): the resident's stars close the request, or bring it back before a coordinator."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import insert_once
from app.desk.request_state import load_request, step
from app.desk.tell import tell_coordinators, tell_resident
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.queries import by_code
from app.help_requests.rules import MAX_STARS, State, rating_action

COMMENT_MAX = 500


def rate(
    session: Session,
    *,
    actor: Actor,
    code: str,
    stars: int,
    comment: str | None,
    now: datetime,
) -> str:
    """Keeps the rating of this round and returns `close` or `reopen`.

    Raises Invalid for impossible stars, Stale when it was rated before or is not finished.
    """
    found = by_code(session, code)
    if found is None:
        raise NotFound(N_("没有找到这个编号，请检查一下，或打电话给服务点"))
    if not 1 <= stars <= MAX_STARS:
        raise Invalid({"stars": N_("请选 1 到 5 颗星")})
    request = load_request(session, found.id)
    if request.state != State.FINISHED:
        raise Stale(N_("这张需求单现在不能评价"))
    words = (comment or "").strip()[:COMMENT_MAX] or None
    fresh = insert_once(
        session,
        Feedback,
        request_id=request.id,
        round_no=request.round_no,
        stars=stars,
        comment=words,
        door=actor.door,
        made_at=now,
    )
    if not fresh:
        raise Stale(N_("这张需求单已经评价过了，谢谢您"))
    action = rating_action(stars)
    if action == "close":
        step(session, request, "close", actor=actor, now=now, details={"stars": stars}, note=words)
    else:
        _reopen(session, request, actor, stars, words, now)
    return action


def _reopen(
    session: Session,
    request: HelpRequest,
    actor: Actor,
    stars: int,
    words: str | None,
    now: datetime,
) -> None:
    """Another round, which a coordinator looks at before anybody is asked again."""
    extra = {
        "round_no": request.round_no + 1,
        "places_taken": 0,
        "attention": "low_rating",
        "auto_dispatch": False,
    }
    step(
        session,
        request,
        "reopen",
        actor=actor,
        now=now,
        extra=extra,
        details={"stars": stars},
        note=words,
    )
    tell_resident(session, request, "request_reopened", now=now)
    tell_coordinators(
        session,
        request,
        reason="low_rating",
        now=now,
        occurrence=f"low_rating:{request.round_no}",
    )


def close_unrated(session: Session, *, actor: Actor, request_id: int, now: datetime) -> None:
    """Closes a finished request that nobody rated in time."""
    request = load_request(session, request_id)
    step(session, request, "close", actor=actor, now=now, details={"unrated": True})
