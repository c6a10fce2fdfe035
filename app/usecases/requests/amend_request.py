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
from app.help_requests.models import HelpRequest, RequestNote
from app.help_requests.rules import LIVE, URGENCY_RANK, State, due_at, is_overdue, sources
from app.trail.chain import record
from app.usecases.messages.notify import tell_resident
from app.usecases.requests.end_matches import end_matches
from app.usecases.requests.place_request import (
    ADDRESS_MAX,
    MOST_VOLUNTEERS,
    NEED_MAX,
    errors_of_period,
    raise_if_pressing,
)
from app.usecases.shared.request_state import (
    CHANGED_MEANWHILE,
    check_version,
    deadlines_of,
    load_request,
    step,
    wake_if_looked_for,
)

NOTE_MAX = 1000
LONGEST_EXTENSION_MINUTES = 7 * 24 * 60
TOO_LATE_FOR_MORE = (State.IN_PROGRESS, State.FINISHED)


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
    wake_if_looked_for(session, request, now)
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
    """Puts the place on the map; in another area it is handed over to that one's coordinators.

    Raises Invalid outside of every area.
    """
    request = _mine(session, actor, request_id, version)
    at_lat, at_lon = to_wgs84(lat, lon, datum)
    area = area_of_point(session, at_lat, at_lon)
    if area is None:
        raise Invalid({"place": N_("这个位置不在我们的服务范围内")})
    values: dict[str, Any] = {"lat": at_lat, "lon": at_lon, "place_state": "known"}
    if area.id != request.area_id:
        values |= {"area_id": area.id, "area_path": area.path, "rough_place": area.name_zh}
    if request.attention == "needs_pin":
        values["attention"] = None
    if request.state in (State.OPEN, State.MATCHING):
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
    if not actor.has("coordinator", area.path):
        raise_if_pressing(session, request, occasion=f"moved:{request.version}", now=now)


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
    address: str | None = None,
    wanted_from: datetime | None = None,
    wanted_to: datetime | None = None,
) -> None:
    """Changes what was ordered; what is None stays. Raises Invalid with the fields that are wrong.

    With fewer volunteers, all of whom are found, the request is assigned; with more it is matched
    again.
    """
    request = _mine(session, actor, request_id, version)
    given = {
        "category_id": category_id,
        "need": None if need is None else need.strip(),
        "urgency": urgency,
        "volunteers_needed": volunteers_needed,
        "address": None if address is None else address.strip(),
        "wanted_from": wanted_from,
        "wanted_to": wanted_to,
    }
    values = {
        name: value
        for name, value in given.items()
        if value is not None and value != getattr(request, name)
    }
    errors = _errors(session, request, values, now)
    if errors:
        raise Invalid(errors)
    if not values:
        return
    fields = sorted(values)
    _follow(session, request, values)
    _write(
        session,
        request,
        actor=actor,
        kind="help_request.changed",
        values=values,
        details={"fields": fields},
        now=now,
    )
    if "volunteers_needed" in fields:
        _count_places(session, request, actor, now)


def _errors(
    session: Session, request: HelpRequest, values: dict[str, Any], now: datetime
) -> dict[str, str]:
    errors = {}
    if not 1 <= len(values.get("need", request.need)) <= NEED_MAX:
        errors["need"] = N_("请写一句要帮什么忙")
    if values.get("urgency", request.urgency) not in URGENCY_RANK:
        errors["urgency"] = N_("请选一个紧急程度")
    needed = values.get("volunteers_needed", request.volunteers_needed)
    if not max(1, request.places_taken) <= needed <= MOST_VOLUNTEERS:
        errors["volunteers_needed"] = N_("志愿者人数不能少于已接单的人数，最多 20")
    elif needed > request.volunteers_needed and request.state in TOO_LATE_FOR_MORE:
        errors["volunteers_needed"] = N_("服务已经开始，不能再加人")
    if len(values.get("address", "")) > ADDRESS_MAX:
        errors["address"] = N_("地址太长了，请少写一些")
    if "category_id" in values and session.get(Category, values["category_id"]) is None:
        errors["category"] = N_("请选一种服务")
    if "wanted_from" in values or "wanted_to" in values:
        start = values.get("wanted_from", request.wanted_from)
        errors |= errors_of_period(start, values.get("wanted_to", request.wanted_to), now)
    return errors


def _follow(session: Session, request: HelpRequest, values: dict[str, Any]) -> None:
    """What hangs on a changed column changes with it, unless somebody had set it by hand."""
    if "category_id" in values:
        old = session.get_one(Category, request.category_id)
        new = session.get_one(Category, values["category_id"])
        values["auto_dispatch"] = new.mode == "auto"
        if request.urgency == old.urgency:
            values.setdefault("urgency", new.urgency)
    if "address" in values and request.lat is None and values["address"]:
        values["place_state"] = "to_geocode"
    if "wanted_from" in values and request.state in (State.ASSIGNED, State.IN_PROGRESS):
        category = session.get_one(Category, values.get("category_id", request.category_id))
        due = due_at(
            request.state,
            deadlines_of(category),
            since=request.state_since,
            wanted_from=values["wanted_from"],
        )
        values |= {"due_at": due, "next_action_at": due}


def _count_places(session: Session, request: HelpRequest, actor: Actor, now: datetime) -> None:
    """Found or looked for, by the new number of volunteers."""
    full = request.places_taken == request.volunteers_needed
    if full and request.state in sources("fill"):
        step(session, request, "fill", actor=actor, now=now, extra={"attention": None})
        end_matches(
            session,
            request,
            actor=actor,
            reason="fewer_needed",
            now=now,
            template="match_taken",
            include_active=False,
        )
        tell_resident(session, request, "request_matched", now=now, occurrence=now.isoformat())
    elif not full and request.state == State.ASSIGNED:
        step(
            session,
            request,
            "lose_volunteer",
            actor=actor,
            now=now,
            extra={"next_action_at": now},
            details={"reason": "more_needed"},
        )
    elif not full and request.state in (State.OPEN, State.MATCHING):
        soon = update(HelpRequest).where(HelpRequest.id == request.id)
        changed(session, soon.values(next_action_at=now))
        session.refresh(request)
        wake_if_looked_for(session, request, now)


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
    if not 1 <= minutes <= LONGEST_EXTENSION_MINUTES:
        raise Invalid({"minutes": N_("请写 1 分钟到 7 天")})
    due = request.due_at + timedelta(minutes=minutes)
    values = {"due_at": due}
    if request.next_action_at == request.due_at:
        values["next_action_at"] = due
    _write(
        session,
        request,
        actor=actor,
        kind="help_request.deadline_extended",
        values=values,
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
