"""Verifying a help request (审单): approve, reject with a reason, link a duplicate."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Invalid, Refused
from app.core.i18n import N_
from app.desk.end_matches import end_matches
from app.desk.request_state import check_version, load_request, step
from app.desk.tell import tell_resident
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LIVE, State

REASON_MAX = 300


def _mine(session: Session, actor: Actor, request_id: int, version: int | None) -> HelpRequest:
    request = load_request(session, request_id)
    actor.needs("coordinator", request.area_path)
    check_version(request, version)
    return request


def approve(
    session: Session, *, actor: Actor, request_id: int, version: int | None, now: datetime
) -> None:
    """Lets the request go on to dispatch. Raises Stale when it is no longer waiting for that."""
    request = _mine(session, actor, request_id, version)
    extra = {"attention": None if request.place_state == "known" else "needs_pin"}
    if request.auto_dispatch:
        extra["next_action_at"] = now  # type: ignore[assignment]
    step(session, request, "approve", actor=actor, now=now, extra=extra)
    tell_resident(session, request, "request_open", now=now)


def reject(
    session: Session,
    *,
    actor: Actor,
    request_id: int,
    version: int | None,
    reason: str,
    now: datetime,
) -> None:
    """Says no, with a reason that the resident sees. Raises Invalid without one."""
    request = _mine(session, actor, request_id, version)
    words = reason.strip()
    if not words:
        raise Invalid({"reason": N_("请写明原因，居民会看到")})
    if len(words) > REASON_MAX:
        raise Invalid({"reason": N_("请少写一些，最多 300 个字")})
    extra = {"reason": words, "attention": None}
    step(session, request, "reject", actor=actor, now=now, extra=extra, note=words)
    end_matches(session, request, actor=actor, reason="rejected", now=now)
    tell_resident(session, request, "request_rejected", now=now)


def link_duplicate(
    session: Session,
    *,
    actor: Actor,
    request_id: int,
    of_id: int,
    version: int | None,
    now: datetime,
) -> None:
    """Closes a request as the same as another; its resident's page shows that other's state."""
    request = _mine(session, actor, request_id, version)
    other = load_request(session, of_id)
    actor.needs("coordinator", other.area_path)
    if other.id == request.id or other.duplicate_of is not None:
        raise Refused(N_("请选另一张还在办理的需求单"))
    if State(other.state) not in LIVE:
        raise Refused(N_("那张需求单已经结束，不能关联"))
    step(
        session,
        request,
        "reject",
        actor=actor,
        now=now,
        extra={"duplicate_of": other.id, "attention": None},
        details={"duplicate_of": other.id},
    )
    end_matches(session, request, actor=actor, reason="rejected", now=now)
