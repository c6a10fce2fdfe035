"""Reads of areas: the tree, which area a point lies in, and places of the gazetteer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Subquery, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from app.areas.gazetteer import search_key
from app.areas.models import Area, Place, PlaceAlias, ServicePoint
from app.areas.outlines import centre, contains
from app.areas.zones import read_zones

LEVELS = ("district", "subdistrict", "community", "block", "grid")
SHORTEST_QUERY = 2
MOST_WORDS = 6
MOST_LANDMARKS = 3000
# A name of two characters occurs in too many addresses by chance.
SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place of the gazetteer with the name of its area."""

    id: int
    name: str
    kind: str
    rough_name: str
    area_id: int
    area_path: str
    area_name: str
    lat: float
    lon: float
    public_code: str


@dataclass(frozen=True, slots=True)
class FoundPoint:
    """A service point; `active` is False once it is closed for good."""

    id: int
    public_code: str
    area_id: int
    area_path: str
    name: str
    tier: str
    lat: float
    lon: float
    phone: str
    opening: str
    self_service_24h: bool
    active: bool


POINT_COLUMNS = tuple(getattr(ServicePoint, name) for name in FoundPoint.__dataclass_fields__)


def area_of_point(session: Session, lat: float, lon: float) -> Area | None:
    """The smallest area whose outline contains the point (WGS-84), or None."""
    boxed = session.scalars(
        select(Area)
        .where(
            Area.active,
            Area.south <= lat,
            Area.north >= lat,
            Area.west <= lon,
            Area.east >= lon,
            Area.outline.is_not(None),
        )
        .order_by(Area.id)
    ).all()
    inside = [area for area in boxed if area.outline and contains(area.outline, lat, lon)]
    return max(inside, key=lambda area: LEVELS.index(area.level), default=None)


def root_area(session: Session) -> Area | None:
    """The top of the tree: where a request goes when nobody knows where it belongs."""
    return session.scalar(select(Area).where(Area.parent_id.is_(None)).order_by(Area.id).limit(1))


def has_areas(session: Session) -> bool:
    """Whether there is any area; a database without one counts as empty."""
    return session.scalar(select(Area.id).limit(1)) is not None


def area_by_code(session: Session, code: str) -> Area | None:
    """The area with this code; if several code schemes have it, the one that was added first."""
    return session.scalar(select(Area).where(Area.code == code).order_by(Area.id).limit(1))


def area_by_path(session: Session, path: str) -> Area | None:
    """The area with this path."""
    return session.scalar(select(Area).where(Area.path == path))


def centre_of_area(session: Session, area_id: int) -> tuple[float, float]:
    """Latitude and longitude (WGS-84) of the middle of an area that has an outline."""
    return centre(session.scalars(select(Area.outline).where(Area.id == area_id)).one())


def zone_of(session: Session, area_path: str) -> ZoneInfo:
    """The zone of an area; of the topmost one if there is no such area."""
    name = session.scalar(select(Area.timezone).where(Area.path == area_path))
    return ZoneInfo(name) if name else read_zones(session).topmost


def _found(rows: Any) -> list[FoundPlace]:
    return [
        FoundPlace(
            p.id,
            p.name,
            p.kind,
            p.rough_name,
            p.area_id,
            p.area_path,
            area,
            p.lat,
            p.lon,
            p.public_code,
        )
        for p, area in rows
    ]


def place_by_id(session: Session, place_id: int) -> FoundPlace | None:
    """One place."""
    rows = _found(
        session.execute(
            select(Place, Area.name_zh)
            .join(Area, Area.id == Place.area_id)
            .where(Place.id == place_id)
        )
    )
    return rows[0] if rows else None


def found_points(session: Session, chosen: Select[Any]) -> list[FoundPoint]:
    """The service points of a statement that selects POINT_COLUMNS."""
    return [FoundPoint(*row) for row in session.execute(chosen)]


def point_by_id(session: Session, point_id: int) -> FoundPoint | None:
    """One service point."""
    rows = found_points(session, select(*POINT_COLUMNS).where(ServicePoint.id == point_id))
    return rows[0] if rows else None


def point_by_code(session: Session, code: str) -> FoundPoint | None:
    """The service point whose poster shows this code."""
    rows = found_points(session, select(*POINT_COLUMNS).where(ServicePoint.public_code == code))
    return rows[0] if rows else None


def place_by_code(session: Session, code: str) -> FoundPlace | None:
    """The place whose poster shows this code."""
    rows = _found(
        session.execute(
            select(Place, Area.name_zh)
            .join(Area, Area.id == Place.area_id)
            .where(Place.public_code == code)
        )
    )
    return rows[0] if rows else None


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def find_places(
    session: Session, text: str, area_path: str | None = None, *, limit: int = 8
) -> list[FoundPlace]:
    """Places whose name holds every word that was typed; beginnings and short names first."""
    key = search_key(text)
    if len(key) < SHORTEST_QUERY:
        return []
    words = [word for word in map(search_key, text.split()) if word][:MOST_WORDS]
    begins = Place.search_key.like(f"{_escaped(words[0])}%", escape="\\")
    by_name = [Place.search_key.like(f"%{_escaped(word)}%", escape="\\") for word in words]
    by_alias = [PlaceAlias.search_key.like(f"%{_escaped(word)}%", escape="\\") for word in words]
    called = exists().where(PlaceAlias.place_id == Place.id, *by_alias)
    chosen = (
        select(Place, Area.name_zh)
        .join(Area, Area.id == Place.area_id)
        .where(Place.active, or_(and_(*by_name), called))
        .order_by(begins.desc(), func.length(Place.name), Place.name, Place.id)
        .limit(limit)
    )
    if area_path:
        chosen = chosen.where(Place.area_path.startswith(area_path))
    return _found(session.execute(chosen))


def landmarks(session: Session) -> list[tuple[str, float, float]]:
    """Name, latitude and longitude of estates and landmarks."""
    rows = session.execute(
        select(Place.name, Place.lat, Place.lon)
        .where(Place.parent_id.is_(None), Place.active)
        .order_by(Place.id)
        .limit(MOST_LANDMARKS)
    )
    return [(name, lat, lon) for name, lat, lon in rows]


def place_keys() -> Subquery:
    """Every spelling by which a place that is in use is found: `place_id` and `key`."""
    names = select(Place.id.label("place_id"), Place.search_key.label("key")).where(Place.active)
    aliases = (
        select(PlaceAlias.place_id, PlaceAlias.search_key)
        .join(Place, Place.id == PlaceAlias.place_id)
        .where(Place.active)
    )
    return union_all(names, aliases).subquery()


def place_in(session: Session, text: str) -> FoundPlace | None:
    """The one place with the longest name that a text contains; None when two are as long."""
    keys = place_keys()
    length = func.length(keys.c.key)
    best = session.execute(
        select(keys.c.place_id, length)
        .where(literal(search_key(text)).contains(keys.c.key), length >= SHORTEST_NAME)
        .order_by(length.desc(), keys.c.place_id)
        .limit(2)
    ).all()
    if not best or (len(best) == 2 and best[0][1] == best[1][1] and best[0][0] != best[1][0]):
        return None
    return place_by_id(session, best[0][0])


def outlines(
    session: Session, *, levels: Sequence[str], paths: Sequence[str] = ("/",)
) -> dict[str, Any]:
    """The outlines of these levels as one GeoJSON FeatureCollection."""
    areas = session.scalars(
        select(Area)
        .where(
            Area.level.in_(levels),
            Area.outline.is_not(None),
            Area.active,
            or_(*(Area.path.startswith(path) for path in paths)),
        )
        .order_by(Area.id)
    )
    features = [
        {
            "type": "Feature",
            "geometry": area.outline,
            "properties": {
                "id": area.id,
                "name": area.name_zh,
                "level": area.level,
                "schematic": area.schematic,
            },
        }
        for area in areas
        if area.outline
    ]
    return {"type": "FeatureCollection", "features": features}


def service_points(
    session: Session, *, area_path: str | None = None, limit: int = 100
) -> list[FoundPoint]:
    """Service points that are open, centres before stations."""
    chosen = (
        select(*POINT_COLUMNS)
        .where(ServicePoint.active)
        .order_by(ServicePoint.tier, ServicePoint.id)
        .limit(limit)
    )
    if area_path:
        chosen = chosen.where(ServicePoint.area_path.startswith(area_path))
    return found_points(session, chosen)


def points_over(session: Session, area_path: str) -> list[FoundPoint]:
    """Open service points of this area and of those above it, the smallest area's first."""
    ids = [part for part in area_path.split("/") if part]
    paths = ["/" + "/".join(ids[:end]) + "/" for end in range(len(ids), 0, -1)]
    return found_points(
        session,
        select(*POINT_COLUMNS)
        .where(ServicePoint.area_path.in_(paths), ServicePoint.active)
        .order_by(func.length(ServicePoint.area_path).desc(), ServicePoint.tier, ServicePoint.id),
    )


def point_to_call(session: Session, area_path: str) -> FoundPoint | None:
    """The service point with a phone that is nearest in the tree, at or above this area."""
    return next((point for point in points_over(session, area_path) if point.phone), None)


def tree(session: Session, area_path: str = "/") -> list[Any]:
    """Every area below a path without its outline, parents before children."""
    rows = session.execute(
        select(
            Area.id,
            Area.level,
            Area.code,
            Area.name_zh,
            Area.name_en,
            Area.parent_id,
            Area.path,
            Area.schematic,
            Area.active,
            # The box is written with the outline; an empty JSON value is not NULL.
            Area.south.is_not(None).label("drawn"),
            Area.figures,
            Area.timezone,
        )
        .where(Area.path.startswith(area_path))
        .order_by(Area.path)
    ).all()
    return list(rows)


def area_names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Names by id."""
    rows = session.execute(select(Area.id, Area.name_zh).where(Area.id.in_(ids)))
    return {row.id: row.name_zh for row in rows}


def areas_within(session: Session, paths: Sequence[str], *, levels: Sequence[str]) -> list[Any]:
    """Id, name, level and path of the active areas of these levels, in the order of the tree."""
    if not paths:
        return []
    rows = session.execute(
        select(Area.id, Area.name_zh, Area.level, Area.path)
        .where(Area.active, Area.level.in_(levels), or_(*(Area.path.startswith(p) for p in paths)))
        .order_by(Area.path)
    )
    return list(rows)
