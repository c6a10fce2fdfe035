"""Finding where an address is, off the request's path: asked by a tick, kept, or left to a pin."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.models import GeocodeAnswer
from app.areas.queries import area_of_point, find_places
from app.core.actor import Actor
from app.core.crypto import lookup_hash
from app.core.statements import changed, insert_once
from app.desk.tell import tell_coordinators
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LIVE, State
from app.trail.chain import record


@dataclass(frozen=True, slots=True)
class Located:
    """Where an address is, WGS-84, and who said so."""

    lat: float
    lon: float
    source: str
    precision: str


def _key(address: str) -> str:
    return lookup_hash("address", "".join(address.split()).casefold())


def to_locate(session: Session, *, limit: int) -> list[tuple[int, str]]:
    """Requests whose address nobody has looked up yet."""
    rows = session.execute(
        select(HelpRequest.id, HelpRequest.address)
        .where(
            HelpRequest.place_state == "to_geocode",
            HelpRequest.state.in_(sorted(LIVE)),
        )
        .order_by(HelpRequest.id)
        .limit(limit)
    )
    return [(request_id, address or "") for request_id, address in rows]


def known_place(session: Session, address: str) -> Located | None:
    """What the gazetteer or an earlier answer says, without asking anybody."""
    for words in (address, address.split(" ")[0]):
        places = find_places(session, words, limit=2)
        if len(places) == 1 or (places and places[0].name == words):
            return Located(places[0].lat, places[0].lon, "gazetteer", places[0].kind)
    kept = session.get(GeocodeAnswer, _key(address))
    if kept is None or kept.lat is None or kept.lon is None:
        return None
    return Located(kept.lat, kept.lon, kept.source, kept.precision)


def was_asked(session: Session, address: str) -> bool:
    """Whether geocoders were asked before and knew nothing."""
    kept = session.get(GeocodeAnswer, _key(address))
    return kept is not None and kept.lat is None


def keep_answer(session: Session, *, address: str, answer: Located | None, now: datetime) -> None:
    """Keeps what geocoders said, so that they are asked once for an address."""
    insert_once(
        session,
        GeocodeAnswer,
        address_hash=_key(address),
        outcome="found" if answer else "unknown",
        lat=answer.lat if answer else None,
        lon=answer.lon if answer else None,
        source=answer.source if answer else "",
        precision=answer.precision if answer else "",
        asked_at=now,
    )


def found(
    session: Session, *, actor: Actor, request_id: int, answer: Located | None, now: datetime
) -> None:
    """Puts the request where the answer says, or asks a coordinator for a pin."""
    request = session.scalar(
        select(HelpRequest)
        .where(HelpRequest.id == request_id, HelpRequest.place_state == "to_geocode")
        .execution_options(populate_existing=True)
    )
    if request is None:
        return
    area = area_of_point(session, answer.lat, answer.lon) if answer else None
    values: dict[str, Any]
    if answer is None or area is None:
        values = {"place_state": "needs_pin", "attention": request.attention or "needs_pin"}
    else:
        values = {
            "place_state": "known",
            "lat": answer.lat,
            "lon": answer.lon,
            "area_id": area.id,
            "area_path": area.path,
            "rough_place": area.name_zh,
        }
        if request.state == State.OPEN and request.auto_dispatch:
            values["next_action_at"] = now
    still = update(HelpRequest).where(
        HelpRequest.id == request_id, HelpRequest.place_state == "to_geocode"
    )
    if not changed(session, still.values(**values, version=HelpRequest.version + 1)):
        return
    session.refresh(request)
    record(
        session,
        actor=actor,
        kind="help_request.located" if area else "help_request.not_located",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        now=now,
        details={"source": answer.source if answer else None},
    )
    if area is None:
        tell_coordinators(session, request, reason="needs_pin", now=now, occurrence="needs_pin")
