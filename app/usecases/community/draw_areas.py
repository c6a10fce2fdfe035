"""The tree of areas: their names, figures and outlines."""

import math
import secrets
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.datum import Datum, to_wgs84
from app.areas.models import Area
from app.areas.outlines import BadOutline, Bounds, bounds, polygons, read_outline
from app.areas.queries import LEVELS
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.trail.chain import record

NAME_MAX = 80
CODE_MAX = 40
MOST_FIGURES = 20
FIGURE_NAME_MAX = 20
BAD_OUTLINES = {
    "not_json": N_("这个文件不是 GeoJSON"),
    "not_geojson": N_("这个文件不是 GeoJSON"),
    "not_polygon": N_("文件里要正好有一个面（Polygon 或 MultiPolygon）"),
    "too_large": N_("文件太大了，请把边界简化后再传"),
    "too_many_points": N_("边界的点太多了，请把边界简化后再传"),
    "outside_range": N_("边界的坐标超出了地球的范围：要先经度后纬度，单位是度，不是米"),
    "swapped": N_("经度和纬度写反了：GeoJSON 要先经度后纬度，比如 [114.03, 22.62]"),
    "ring_not_closed": N_("边界没有闭合"),
}


def _note(
    context: Context,
    kind: str,
    subject: tuple[str, int],
    area_path: str,
    details: dict[str, Any] | None = None,
) -> None:
    record(context, kind=kind, subject=subject, area_path=area_path, details=details)


def load_own_area(session: Session, actor: Actor, area_id: int) -> Area:
    """The area, for its administrator. Raises NotFound, NotAllowed."""
    area = session.get(Area, area_id, populate_existing=True)
    if area is None:
        raise NotFound(N_("没有找到这个区域"))
    actor.needs(RoleName.ADMINISTRATOR, area.path)
    return area


def checked_name(text: str, field: str, errors: dict[str, str], most: int = NAME_MAX) -> str:
    """The name without surplus spaces; adds what is wrong with it to `errors`."""
    words = " ".join(text.split())
    if not words or len(words) > most:
        errors[field] = N_("请写名称，不要太长")
    return words


def add_area(
    context: Context,
    *,
    parent_id: int | None,
    level: str,
    scheme: str,
    code: str,
    name_zh: str,
    name_en: str = "",
    timezone: str | None = None,
) -> int:
    """Adds an area below its parent's level; without a parent, a new topmost one."""
    parent = None if parent_id is None else load_own_area(context.session, context.actor, parent_id)
    if parent is None:
        context.actor.needs(RoleName.ADMINISTRATOR, "/")
    errors: dict[str, str] = {}
    name = checked_name(name_zh, "name_zh", errors)
    if level not in LEVELS or (parent and LEVELS.index(level) <= LEVELS.index(parent.level)):
        errors["level"] = N_("级别要低于上级区域")
    if not 0 < len(code.strip()) <= CODE_MAX or not 0 < len(scheme.strip()) <= 20:
        errors["code"] = N_("请写区域代码")
    taken = select(Area.id).where(Area.scheme == scheme.strip(), Area.code == code.strip())
    if context.session.scalar(taken) is not None:
        errors["code"] = N_("这个代码已经有了")
    zone = timezone or (parent.timezone if parent else "Asia/Shanghai")
    _check_zone(zone, errors)
    if errors:
        raise Invalid(errors)
    made = Area(
        scheme=scheme.strip(),
        code=code.strip(),
        level=level,
        name_zh=name,
        name_en=name_en.strip()[:120],
        parent_id=parent_id,
        # The path contains the area's own id, which is known only after the insert.
        path=f"new/{secrets.token_hex(8)}",
        timezone=zone,
        figures={},
    )
    context.session.add(made)
    context.session.flush()
    made.path = f"{parent.path if parent else '/'}{made.id}/"
    context.session.flush()
    _note(context, "area.added", ("area", made.id), made.path, {"level": level})
    return made.id


def _check_zone(zone: str, errors: dict[str, str]) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        errors["timezone"] = N_("没有这个时区")


def _check_figures(figures: Mapping[str, float], errors: dict[str, str]) -> None:
    names_fit = all(0 < len(name) <= FIGURE_NAME_MAX for name in figures)
    if len(figures) > MOST_FIGURES or not names_fit:
        errors["figures"] = N_("最多 20 个数字，每个名称最多 20 个字")
    elif not all(math.isfinite(value) for value in figures.values()):
        errors["figures"] = N_("这里要填数字")


def change_area(
    context: Context,
    *,
    area_id: int,
    name_zh: str,
    name_en: str | None = None,
    timezone: str | None = None,
    figures: Mapping[str, float] | None = None,
) -> None:
    """Changes name, zone or other published figures; None leaves a value unchanged."""
    area = load_own_area(context.session, context.actor, area_id)
    errors: dict[str, str] = {}
    name = checked_name(name_zh, "name_zh", errors)
    if timezone is not None:
        _check_zone(timezone, errors)
    if figures is not None:
        _check_figures(figures, errors)
    if errors:
        raise Invalid(errors)
    area.name_zh = name
    if name_en is not None:
        area.name_en = name_en.strip()[:120]
    area.timezone = timezone or area.timezone
    if figures is not None:
        area.figures = dict(figures)
    context.session.flush()
    _note(context, "area.changed", ("area", area.id), area.path)


def set_outline(
    context: Context,
    *,
    area_id: int,
    geojson: str,
    datum: Datum = Datum.WGS84,
    schematic: bool = False,
) -> None:
    """Sets the outline from an uploaded GeoJSON, converted to WGS-84. Raises Invalid for `file`."""
    area = load_own_area(context.session, context.actor, area_id)
    try:
        outline = _in_wgs84(read_outline(geojson), datum)
    except BadOutline as error:
        raise Invalid({"outline": BAD_OUTLINES[error.code]}) from error
    box = bounds(outline)
    _check_near(context.session, area, box)
    area.outline, area.schematic = outline, schematic
    area.south, area.west, area.north, area.east = box.south, box.west, box.north, box.east
    context.session.flush()
    details = {"schematic": schematic, "datum": str(datum)}
    _note(context, "area.outlined", ("area", area.id), area.path, details)


def _check_near(session: Session, area: Area, box: Bounds) -> None:
    """Refuses an outline that does not touch the parent area: a wrong place or swapped axes."""
    above = session.get(Area, area.parent_id) if area.parent_id is not None else None
    if above is None or above.south is None:
        return
    if _touch(above, box.south, box.west, box.north, box.east):
        return
    if _touch(above, box.west, box.south, box.east, box.north):
        raise Invalid({"outline": BAD_OUTLINES["swapped"]})
    raise Invalid({"outline": N_("这个边界不在上级区域里，请检查是不是选错了文件")})


def _touch(area: Area, south: float, west: float, north: float, east: float) -> bool:
    if area.south is None or area.west is None or area.north is None or area.east is None:
        return False
    apart = north < area.south or south > area.north or east < area.west or west > area.east
    return not apart


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


def retire_area(context: Context, *, area_id: int) -> None:
    """Takes an area out of use for anything new; what belongs to it stays."""
    area = load_own_area(context.session, context.actor, area_id)
    if area.parent_id is None:
        raise Refused(N_("最上级的区域不能停用"))
    _switch(context.session, area, False)
    _note(context, "area.retired", ("area", area.id), area.path)


def restore_area(context: Context, *, area_id: int) -> None:
    """Takes an area into use again."""
    area = load_own_area(context.session, context.actor, area_id)
    _switch(context.session, area, True)
    _note(context, "area.restored", ("area", area.id), area.path)


def _switch(session: Session, area: Area, active: bool) -> None:
    still = update(Area).where(Area.id == area.id, Area.active != active)
    if not changed(session, still.values(active=active)):
        raise Stale(N_("这个区域已经被改过了，请看最新内容"))
    session.refresh(area)
