"""The steps of a task: on the way, arrived, finished."""

import hmac
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.dispatch.models import Match
from app.dispatch.rules import HOLDING, EndReason, MatchState, move
from app.help_requests.models import HelpRequest, RequestNote
from app.help_requests.rules import State
from app.hours.models import ServiceRecord
from app.hours.rules import served_minutes
from app.matching.distance import metres_between
from app.people.models import Person
from app.people.rules import PersonState
from app.trail.chain import record
from app.usecases.messages.notify import notify_resident
from app.usecases.requests.end_matches import end_matches
from app.usecases.shared.request_state import load_request, move_request
from app.usecases.shared.wake_waiting import wake_waiting_requests

NOTE_MAX = 500


def own_task(session: Session, actor: Actor, match_id: int) -> tuple[Match, HelpRequest]:
    """A task of the actor, with its help request. Raises NotFound, or NotAllowed if suspended."""
    match = session.get(Match, match_id, populate_existing=True)
    if match is None or actor.person_id != match.person_id:
        raise NotFound(N_("没有找到这次派单"))
    person = session.get_one(Person, match.person_id, populate_existing=True)
    if person.state != PersonState.ACTIVE:
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    return match, load_request(session, match.request_id)


def record_task(
    context: Context,
    request: HelpRequest,
    match: Match,
    kind: str,
    details: dict[str, Any] | None = None,
) -> None:
    record(
        context,
        kind=kind,
        subject=("match", match.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"person": match.person_id, **(details or {})},
    )


def _go(session: Session, match: Match, action: str, **values: Any) -> bool:
    """Moves the match; False when it is there already, Stale when it cannot."""
    before = match.state
    target = move(before, action)
    still = update(Match).where(Match.id == match.id, Match.state == before)
    moved = changed(session, still.values(state=str(target), version=Match.version + 1, **values))
    session.refresh(match)
    if not moved:
        raise Stale(N_("这次派单的状态已经变了，请看最新情况"))
    return True


def set_out(context: Context, *, match_id: int) -> Match:
    """The volunteer is on the way; notifies the resident."""
    match, request = own_task(context.session, context.actor, match_id)
    if match.state == MatchState.ON_THE_WAY:
        return match
    _go(context.session, match, "set_out", on_the_way_at=context.now)
    record_task(context, request, match, "match.on_the_way")
    notify_resident(
        context.session,
        request,
        "volunteer_on_way",
        now=context.now,
        occurrence=f"match:{match.id}",
    )
    return match


def arrive_at_task(
    context: Context,
    *,
    match_id: int,
    code: str | None = None,
    lat: float | None = None,
    lon: float | None = None,
) -> Match:
    """Checks in. The resident's four digits confirm it; a position is optional and not stored.

    Raises Invalid for wrong digits.
    """
    match, request = own_task(context.session, context.actor, match_id)
    if match.state == MatchState.ARRIVED:
        return match
    digits = (code or "").strip()
    if digits and not hmac.compare_digest(digits.encode(), request.arrival_code.encode()):
        raise Invalid({"code": N_("四位数字不对，请再问一下居民")})
    off = None
    if None not in (lat, lon, request.lat, request.lon):
        off = round(metres_between(lat, lon, request.lat, request.lon))  # type: ignore[arg-type]
    _go(
        context.session,
        match,
        "arrive",
        arrived_at=context.now,
        arrival_confirmed=bool(digits),
        arrived_off_m=off,
    )
    details = {"confirmed": bool(digits), "off_m": off}
    record_task(context, request, match, "match.arrived", details)
    if request.state != State.IN_PROGRESS:
        move_request(context, request, "start")
    return match


def finish_task(context: Context, *, match_id: int, note: str | None = None) -> Match:
    """Checks out: adds service time to the ledger; after the last volunteer, asks for a rating."""
    match, request = own_task(context.session, context.actor, match_id)
    if match.state == MatchState.FINISHED:
        return match
    _go(context.session, match, "finish", finished_at=context.now)
    _to_ledger(context, request, match)
    words = (note or "").strip()[:NOTE_MAX]
    if words:
        context.session.add(
            RequestNote(
                request_id=request.id,
                kind="volunteer",
                text=words,
                person_id=context.actor.person_id,
                made_at=context.now,
            )
        )
    if not _others_at_work(context.session, match):
        end_matches(
            context,
            request,
            reason=EndReason.TAKEN,
            template="match_request_cancelled",
            include_active=False,
        )
        move_request(context, request, "finish")
        notify_resident(context.session, request, "request_finished_rate", now=context.now)
    wake_waiting_requests(context, match.person_id)
    return match


def _to_ledger(context: Context, request: HelpRequest, match: Match) -> None:
    # A clock that was set back counts as zero minutes.
    started = min(match.arrived_at or context.now, context.now)
    minutes = served_minutes(started, context.now)
    insert_once(
        context.session,
        ServiceRecord,
        person_id=match.person_id,
        match_id=match.id,
        area_path=request.area_path,
        started_at=started,
        ended_at=context.now,
        minutes=minutes,
        basis="checked" if match.arrival_confirmed else "reported",
        made_at=context.now,
        made_by=match.person_id,
    )
    record_task(context, request, match, "match.finished", {"minutes": minutes})


def _others_at_work(session: Session, match: Match) -> bool:
    return (
        session.scalar(
            select(Match.id)
            .where(
                Match.request_id == match.request_id,
                Match.round_no == match.round_no,
                Match.id != match.id,
                Match.state.in_(sorted(HOLDING - {MatchState.FINISHED})),
            )
            .limit(1)
        )
        is not None
    )
