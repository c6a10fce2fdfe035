"""The map of the house: areas with outlines, places of the gazetteer, service points."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.datum import Datum, to_wgs84
from app.areas.gazetteer import search_key
from app.areas.models import Area, Place, ServicePoint
from app.areas.outlines import BadOutline, bounds, polygons, read_outline
from app.areas.queries import LEVELS, area_of_point
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.i18n import N_
from app.core.statements import changed
from app.trail.chain import record

NAME_MAX = 80
CODE_MAX = 40
PLACE_KINDS = ("estate", "building", "landmark")
TIERS = ("1", "N", "V")
BAD_OUTLINES = {
    "not_json": N_("这个文件不是 GeoJSON"),
    "not_geojson": N_("这个文件不是 GeoJSON"),
    "not_polygon": N_("文件里要正好有一个面（Polygon 或 MultiPolygon）"),
    "too_large": N_("文件太大了，请把边界简化后再传"),
    "too_many_points": N_("边界的点太多了，请把边界简化后再传"),
    "outside_range": N_("边界的坐标不对：要先经度后纬度，单位是度"),
    "ring_not_closed": N_("边界没有闭合"),
}


@dataclass(frozen=True, slots=True)
class NewPoint:
    """A service point. Coordinates are WGS-84."""

    name: str
    tier: str
    lat: float
    lon: float
    phone: str = ""
    opening: str = ""
    self_service_24h: bool = False


def _note(
    session: Session,
    actor: Actor,
    kind: str,
    subject: tuple[str, int],
    area_path: str,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    record(
        session,
        actor=actor,
        kind=kind,
        subject=subject,
        area_path=area_path,
        now=now,
        details=details,
    )


def _area(session: Session, actor: Actor, area_id: int) -> Area:
    area = session.get(Area, area_id, populate_existing=True)
    if area is None:
        raise NotFound(N_("没有找到这个区域"))
    actor.needs("administrator", area.path)
    return area


def _name(text: str, field: str, errors: dict[str, str], most: int = NAME_MAX) -> str:
    words = " ".join(text.split())
    if not words or len(words) > most:
        errors[field] = N_("请写名称，不要太长")
    return words


def add_area(
    session: Session,
    *,
    actor: Actor,
    parent_id: int | None,
    level: str,
    scheme: str,
    code: str,
    name_zh: str,
    now: datetime,
    name_en: str = "",
    timezone: str | None = None,
) -> int:
    """A new node of the tree, below its parent's level. Without a parent: a new top."""
    parent = None if parent_id is None else _area(session, actor, parent_id)
    if parent is None:
        actor.needs("administrator", "/")
    errors: dict[str, str] = {}
    name = _name(name_zh, "name_zh", errors)
    if level not in LEVELS or (parent and LEVELS.index(level) <= LEVELS.index(parent.level)):
        errors["level"] = N_("级别要低于上级区域")
    if not 0 < len(code.strip()) <= CODE_MAX or not 0 < len(scheme.strip()) <= 20:
        errors["code"] = N_("请写区域代码")
    taken = select(Area.id).where(Area.scheme == scheme.strip(), Area.code == code.strip())
    if session.scalar(taken) is not None:
        errors["code"] = N_("这个代码已经有了")
    zone = timezone or (parent.timezone if parent else "Asia/Shanghai")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        errors["timezone"] = N_("没有这个时区")
    if errors:
        raise Invalid(errors)
    made = Area(
        scheme=scheme.strip(),
        code=code.strip(),
        level=level,
        name_zh=name,
        name_en=name_en.strip()[:120],
        parent_id=parent_id,
        # Its own id is a part of the path, and known only afterwards.
        path=f"new/{secrets.token_hex(8)}",
        timezone=zone,
        figures={},
    )
    session.add(made)
    session.flush()
    made.path = f"{parent.path if parent else '/'}{made.id}/"
    session.flush()
    _note(session, actor, "area.added", ("area", made.id), made.path, now, {"level": level})
    return made.id


def rename_area(
    session: Session,
    *,
    actor: Actor,
    area_id: int,
    name_zh: str,
    now: datetime,
    name_en: str | None = None,
) -> None:
    """Another name."""
    area = _area(session, actor, area_id)
    errors: dict[str, str] = {}
    name = _name(name_zh, "name_zh", errors)
    if errors:
        raise Invalid(errors)
    area.name_zh = name
    if name_en is not None:
        area.name_en = name_en.strip()[:120]
    session.flush()
    _note(session, actor, "area.renamed", ("area", area.id), area.path, now)


def set_outline(
    session: Session,
    *,
    actor: Actor,
    area_id: int,
    geojson: str,
    now: datetime,
    datum: Datum = Datum.WGS84,
    schematic: bool = False,
) -> None:
    """The outline out of an uploaded GeoJSON, turned into WGS-84. Raises Invalid at the file."""
    area = _area(session, actor, area_id)
    try:
        outline = _in_wgs84(read_outline(geojson), datum)
    except BadOutline as error:
        raise Invalid({"outline": BAD_OUTLINES[error.code]}) from error
    box = bounds(outline)
    area.outline, area.schematic = outline, schematic
    area.south, area.west, area.north, area.east = box.south, box.west, box.north, box.east
    session.flush()
    details = {"schematic": schematic, "datum": str(datum)}
    _note(session, actor, "area.outlined", ("area", area.id), area.path, now, details)


def _in_wgs84(outline: dict[str, Any], datum: Datum) -> dict[str, Any]:
    turned = [
        [[_turned(point, datum) for point in ring] for ring in polygon]
        for polygon in polygons(outline)
    ]
    single = outline["type"] == "Polygon"
    return {"type": outline["type"], "coordinates": turned[0] if single else turned}


def _turned(point: list[float], datum: Datum) -> list[float]:
    lat, lon = to_wgs84(point[1], point[0], datum)
    return [round(lon, 7), round(lat, 7)]


def retire_area(session: Session, *, actor: Actor, area_id: int, now: datetime) -> None:
    """No longer used for anything new; what belongs to it stays."""
    area = _area(session, actor, area_id)
    changed(session, update(Area).where(Area.id == area.id).values(active=False))
    session.refresh(area)
    _note(session, actor, "area.retired", ("area", area.id), area.path, now)


def add_service_point(
    session: Session, *, actor: Actor, area_id: int, point: NewPoint, now: datetime
) -> int:
    """A centre, station or kiosk."""
    area = _area(session, actor, area_id)
    errors: dict[str, str] = {}
    name = _name(point.name, "name", errors, 120)
    if point.tier not in TIERS:
        errors["tier"] = N_("请选 1、N 或 V")
    if not (-90 <= point.lat <= 90 and -180 <= point.lon <= 180):
        errors["place"] = N_("请在地图上点出位置")
    if errors:
        raise Invalid(errors)
    made = ServicePoint(
        area_id=area.id,
        area_path=area.path,
        name=name,
        tier=point.tier,
        lat=point.lat,
        lon=point.lon,
        phone=point.phone.strip()[:40],
        opening=point.opening.strip()[:80],
        self_service_24h=point.self_service_24h,
    )
    session.add(made)
    session.flush()
    _note(session, actor, "service_point.added", ("service_point", made.id), area.path, now)
    return made.id


def add_place(
    session: Session,
    *,
    actor: Actor,
    name: str,
    kind: str,
    lat: float,
    lon: float,
    now: datetime,
    parent_id: int | None = None,
) -> int:
    """An estate, building or landmark of the gazetteer, in the area where it lies."""
    errors: dict[str, str] = {}
    words = _name(name, "name", errors)
    area = area_of_point(session, lat, lon)
    parent = session.get(Place, parent_id) if parent_id is not None else None
    if kind not in PLACE_KINDS or (parent_id is not None and parent is None):
        errors["kind"] = N_("请选一种地点")
    if area is None:
        errors["place"] = N_("这个位置不在任何区域里")
    if errors or area is None:
        raise Invalid(errors)
    actor.needs("coordinator", area.path)
    made = Place(
        public_code=secrets.token_hex(5),
        area_id=area.id,
        area_path=area.path,
        kind=kind,
        name=words,
        aliases=[],
        search_key=search_key(words),
        # The estate's name is as much as anybody may see before acceptance.
        rough_name=parent.rough_name if parent else area.name_zh if kind == "building" else words,
        parent_id=parent_id,
        lat=lat,
        lon=lon,
    )
    session.add(made)
    session.flush()
    _note(session, actor, "place.added", ("place", made.id), area.path, now, {"kind": kind})
    return made.id
