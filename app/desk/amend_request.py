"""Mending a help request: its place, its contents, its deadline, a note about it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.areas.datum import Datum, to_wgs84
from app.areas.queries import area_of_point
from app.catalogue.models import Category
from app.core.actor import Actor
from app.core.errors import Invalid, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.desk.request_state import CHANGED_MEANWHILE, check_version, load_request
from app.help_requests.models import HelpRequest, RequestNote
from app.help_requests.rules import LIVE, State, is_overdue
from app.trail.chain import record

NOTE_MAX = 1000
LONGEST_EXTENSION = timedelta(days=7)


def _mine(session: Session, actor: Actor, request_id: int, version: int | None) -> HelpRequest:
    request = load_request(session, request_id)
    actor.needs("coordinator", request.area_path)
    check_version(request, version)
    if State(request.state) not in LIVE:
        raise Refused(N_("这张需求单已经结束，不能再改"))
    return request


def _write(
    session: Session,
    request: HelpRequest,
    *,
    actor: Actor,
    kind: str,
    values: dict[str, Any],
    details: dict[str, Any],
    now: datetime,
    note: str | None = None,
) -> None:
    rows = changed(
        session,
        update(HelpRequest)
        .where(HelpRequest.id == request.id, HelpRequest.version == request.version)
        .values(**values, version=HelpRequest.version + 1),
    )
    if rows == 0:
        raise Stale(CHANGED_MEANWHILE)
    session.refresh(request)
    record(
        session,
        actor=actor,
        kind=kind,
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        now=now,
        details=details,
        note=note,
    )


def set_pin(
    session: Session,
    *,
    actor: Actor,
    request_id: int,
    version: int | None,
    lat: float,
    lon: float,
    datum: Datum,
    now: datetime,
) -> None:
    """Puts the place on the map. Raises Invalid outside of every area."""
    request = _mine(session, actor, request_id, version)
    at_lat, at_lon = to_wgs84(lat, lon, datum)
    area = area_of_point(session, at_lat, at_lon)
    if area is None:
        raise Invalid({"place": N_("这个位置不在我们的服务范围内")})
    actor.needs("coordinator", area.path)
    values: dict[str, Any] = {
        "lat": at_lat,
        "lon": at_lon,
        "place_state": "known",
        "area_id": area.id,
        "area_path": area.path,
        "rough_place": area.name_zh,
    }
    if request.attention == "needs_pin":
        values["attention"] = None
    if request.state in (State.OPEN, State.MATCHING) and request.auto_dispatch:
        values["next_action_at"] = now
    _write(
        session,
        request,
        actor=actor,
        kind="help_request.place_set",
        values=values,
        details={"area": area.id, "datum": str(datum)},
        now=now,
    )


def change(
    session: Session,
    *,
    actor: Actor,
    request_id: int,
    version: int | None,
    now: datetime,
    category_id: int | None = None,
    need: str | None = None,
    urgency: str | None = None,
    volunteers_needed: int | None = None,
) -> None:
    """Changes what was ordered. Raises Invalid with the fields that are wrong."""
    request = _mine(session, actor, request_id, version)
    values: dict[str, Any] = {}
    if need is not None and need.strip() != request.need:
        values["need"] = need.strip()
    if urgency is not None and urgency != request.urgency:
        values["urgency"] = urgency
    if volunteers_needed is not None and volunteers_needed != request.volunteers_needed:
        values["volunteers_needed"] = volunteers_needed
    errors = _errors(request, values)
    if category_id is not None and category_id != request.category_id:
        category = session.get(Category, category_id)
        if category is None:
            errors["category"] = N_("请选一种服务")
        else:
            values |= {"category_id": category_id, "auto_dispatch": category.mode == "auto"}
    if errors:
        raise Invalid(errors)
    if not values:
        return
    _write(
        session,
        request,
        actor=actor,
        kind="help_request.changed",
        values=values,
        details={"fields": sorted(values)},
        now=now,
    )


def _errors(request: HelpRequest, values: dict[str, Any]) -> dict[str, str]:
    errors = {}
    if not 1 <= len(values.get("need", request.need)) <= NOTE_MAX:
        errors["need"] = N_("请写一句要帮什么忙")
    if values.get("urgency", request.urgency) not in ("urgent", "ordinary", "planned"):
        errors["urgency"] = N_("请选一个紧急程度")
    needed = values.get("volunteers_needed", request.volunteers_needed)
    if not max(1, request.places_taken) <= needed <= 20:
        errors["volunteers_needed"] = N_("志愿者人数不能少于已接单的人数，最多 20")
    return errors


def extend_deadline(
    session: Session,
    *,
    actor: Actor,
    request_id: int,
    version: int | None,
    minutes: int,
    reason: str,
    now: datetime,
) -> None:
    """Gives more time, with a reason, and only before the deadline has passed."""
    request = _mine(session, actor, request_id, version)
    if request.due_at is None or is_overdue(request.due_at, now):
        raise Refused(N_("时限已过，不能再延长"))
    if not reason.strip():
        raise Invalid({"reason": N_("请写明为什么延长")})
    added = timedelta(minutes=minutes)
    if not timedelta(0) < added <= LONGEST_EXTENSION:
        raise Invalid({"minutes": N_("请写 1 分钟到 7 天")})
    due = request.due_at + added
    _write(
        session,
        request,
        actor=actor,
        kind="help_request.deadline_extended",
        values={"due_at": due},
        details={"minutes": minutes},
        now=now,
        note=reason.strip()[:NOTE_MAX],
    )


def write_note(
    session: Session, *, actor: Actor, request_id: int, text: str, now: datetime
) -> None:
    """Adds a coordinator's note; only coordinators read it."""
    request = load_request(session, request_id)
    actor.needs("coordinator", request.area_path)
    words = text.strip()
    if not 1 <= len(words) <= NOTE_MAX:
        raise Invalid({"note": N_("请写 1 到 1000 个字")})
    session.add(
        RequestNote(
            request_id=request.id,
            kind="note",
            text=words,
            person_id=actor.person_id,
            made_at=now,
        )
    )
    record(
        session,
        actor=actor,
        kind="help_request.noted",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        now=now,
        note=words,
    )
