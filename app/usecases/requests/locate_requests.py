"""Locates addresses outside the web request: a tick asks geocoders and stores their answers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.models import Area, GeocodeAnswer
from app.areas.queries import area_of_point, place_in
from app.core.actor import ActorKind, RoleName
from app.core.attention import Attention
from app.core.context import Context
from app.core.crypto import lookup_hash
from app.core.statements import changed, insert_once
from app.core.urgency import Urgency
from app.help_requests.models import HelpRequest
from app.help_requests.queries import URGENT_FIRST
from app.help_requests.rules import LIVE, LOOKED_FOR
from app.trail.chain import record
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.requests.place_request import raise_if_pressing
from app.usecases.shared.request_state import wake_if_looked_for

# Ask again after this when a geocoder found nothing or did not answer.
ASK_AGAIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Located:
    """Where an address is, WGS-84, and by which source. `place_id` if it is in the gazetteer."""

    lat: float
    lon: float
    source: str
    precision: str
    place_id: int | None = None
    rough: str = ""


def _key(address: str) -> str:
    return lookup_hash("address", "".join(address.split()).casefold())


def to_locate(session: Session, *, limit: int, urgent_only: bool = False) -> list[tuple[int, str]]:
    """Requests whose address has not been looked up yet, the urgent first."""
    wanted = select(HelpRequest.id, HelpRequest.address).where(
        HelpRequest.place_state == "to_geocode", HelpRequest.state.in_(sorted(LIVE))
    )
    if urgent_only:
        wanted = wanted.where(HelpRequest.urgency == Urgency.URGENT)
    rows = session.execute(wanted.order_by(URGENT_FIRST, HelpRequest.id).limit(limit))
    return [(request_id, address or "") for request_id, address in rows]


def known_place(session: Session, address: str) -> Located | None:
    """What the gazetteer or a stored answer says, without a network call."""
    place = place_in(session, address)
    if place is not None:
        return Located(place.lat, place.lon, "gazetteer", place.kind, place.id, place.rough_name)
    kept = _kept(session, address)
    if kept is None or kept.lat is None or kept.lon is None:
        return None
    return Located(kept.lat, kept.lon, kept.source, kept.precision)


def _kept(session: Session, address: str) -> GeocodeAnswer | None:
    return session.get(GeocodeAnswer, _key(address), populate_existing=True)


def was_asked(session: Session, address: str, *, now: datetime | None = None) -> bool:
    """Whether geocoders were asked before and found nothing; given `now`, only within a day."""
    kept = _kept(session, address)
    if kept is None or kept.lat is not None:
        return False
    return now is None or now < kept.asked_at + ASK_AGAIN


def store_answer(session: Session, *, address: str, answer: Located | None, now: datetime) -> None:
    """Stores the geocoders' answer, so that they are asked once for an address.

    A found location stays; "nothing found" is replaced by a later answer.
    """
    values: dict[str, Any] = {
        "outcome": "found" if answer else "unknown",
        "lat": answer.lat if answer else None,
        "lon": answer.lon if answer else None,
        "source": answer.source if answer else "",
        "precision": answer.precision if answer else "",
        "asked_at": now,
    }
    if insert_once(session, GeocodeAnswer, address_hash=_key(address), **values):
        return
    unknown = update(GeocodeAnswer).where(
        GeocodeAnswer.address_hash == _key(address), GeocodeAnswer.lat.is_(None)
    )
    changed(session, unknown.values(**values))


def record_location(context: Context, *, request_id: int, answer: Located | None) -> None:
    """Sets the request's location from the answer, or asks a coordinator for a pin."""
    request = context.session.scalar(
        select(HelpRequest)
        .where(HelpRequest.id == request_id, HelpRequest.place_state == "to_geocode")
        .execution_options(populate_existing=True)
    )
    if request is None:
        return
    if context.actor.kind != ActorKind.SYSTEM:
        context.actor.needs(RoleName.COORDINATOR, request.area_path)
    area = area_of_point(context.session, answer.lat, answer.lon) if answer else None
    values = _values(request, answer, area, context.now)
    still = update(HelpRequest).where(
        HelpRequest.id == request_id, HelpRequest.place_state == "to_geocode"
    )
    if not changed(context.session, still.values(**values, version=HelpRequest.version + 1)):
        return
    context.session.refresh(request)
    wake_if_looked_for(context.session, request, context.now)
    record(
        context,
        kind="help_request.located" if area else "help_request.not_located",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"source": answer.source if answer else None},
    )
    if area is None:
        notify_coordinators(
            context.session,
            request,
            reason=Attention.NEEDS_PIN,
            now=context.now,
            occurrence="needs_pin",
        )
    else:
        raise_if_pressing(context.session, request, occasion="located", now=context.now)


def _values(
    request: HelpRequest, answer: Located | None, area: Area | None, now: datetime
) -> dict[str, Any]:
    """The columns set from the answer."""
    if answer is None or area is None:
        return {"place_state": "needs_pin", "attention": request.attention or "needs_pin"}
    values: dict[str, Any] = {
        "place_state": "known",
        "lat": answer.lat,
        "lon": answer.lon,
        "area_id": area.id,
        "area_path": area.path,
        "rough_place": answer.rough or area.name_zh,
        "place_id": answer.place_id,
    }
    if request.attention == Attention.NEEDS_PIN:
        values["attention"] = None
    if request.state in LOOKED_FOR:
        values["next_action_at"] = now
    return values
