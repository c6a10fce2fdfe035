"""Where an order belongs: by a place of the gazetteer, by a point, or not known yet."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.areas.models import Area
from app.areas.queries import area_by_path, area_of_point, place_by_id, root_area
from app.core.actor import Actor, RoleName
from app.core.errors import Invalid
from app.core.i18n import N_

KNOWN, TO_GEOCODE, NEEDS_PIN = "known", "to_geocode", "needs_pin"


@dataclass(frozen=True, slots=True)
class Where:
    """An area and, once known, a point in WGS-84. `rough` is the place shown before acceptance."""

    area: Area
    rough: str
    state: str
    lat: float | None = None
    lon: float | None = None
    place_id: int | None = None


def place_of(
    session: Session, *, place_id: int | None, lat: float | None, lon: float | None
) -> Where | None:
    """The place or point given; None for none, or for a point outside every area."""
    place = None if place_id is None else place_by_id(session, place_id)
    if place is not None:
        area = session.get_one(Area, place.area_id)
        return Where(area, place.rough_name, KNOWN, place.lat, place.lon, place.id)
    if lat is None or lon is None:
        return None
    found = area_of_point(session, lat, lon)
    return None if found is None else Where(found, found.name_zh, KNOWN, lat, lon)


def nowhere_yet(session: Session, actor: Actor, address: str | None) -> Where:
    """Files it under the area of the coordinator who typed it, else the root, until located."""
    paths = actor.paths(RoleName.COORDINATOR)
    area = area_by_path(session, paths[0]) if paths else root_area(session)
    if area is None:
        raise Invalid({"place": N_("还没有建立任何区域")})
    state = TO_GEOCODE if (address or "").strip() else NEEDS_PIN
    return Where(area, area.name_zh, state)
