"""Reads for map administration: what lies below an area, its places and service points."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import false, func, or_, select
from sqlalchemy.orm import Session

from app.areas.gazetteer import Kind, search_key
from app.areas.models import Area, Place, PlaceAlias, ServicePoint
from app.areas.queries import POINT_COLUMNS, FoundPoint, found_points


def children(session: Session, area_id: int) -> list[Any]:
    """The areas directly below one, retired ones included, without their outlines."""
    rows = session.execute(
        select(
            Area.id,
            Area.level,
            Area.code,
            Area.name_zh,
            Area.active,
            Area.schematic,
            Area.south.is_not(None).label("drawn"),
        )
        .where(Area.parent_id == area_id)
        .order_by(Area.code, Area.id)
    )
    return list(rows)


def ancestors(session: Session, path: str) -> list[Area]:
    """The areas above a path and its own, the top first."""
    ids = [int(part) for part in path.strip("/").split("/") if part]
    rows = {area.id: area for area in session.scalars(select(Area).where(Area.id.in_(ids)))}
    return [rows[one] for one in ids if one in rows]


def points_of_area(session: Session, area_path: str, *, limit: int = 200) -> list[FoundPoint]:
    """Every service point of an area and below, closed ones included."""
    return found_points(
        session,
        select(*POINT_COLUMNS)
        .where(ServicePoint.area_path.startswith(area_path, autoescape=True))
        .order_by(ServicePoint.active.desc(), ServicePoint.tier, ServicePoint.id)
        .limit(limit),
    )


def list_places(
    session: Session, paths: Sequence[str], *, text: str = "", limit: int = 50, offset: int = 0
) -> list[Any]:
    """Places of these areas with the name of their area, retired ones included, by name."""
    here = [Place.area_path.startswith(path, autoescape=True) for path in paths]
    chosen = select(Place, Area.name_zh).join(Area, Area.id == Place.area_id)
    chosen = chosen.where(or_(false(), *here))
    key = search_key(text)
    if key:
        called = select(PlaceAlias.place_id).where(
            PlaceAlias.search_key.contains(key, autoescape=True)
        )
        chosen = chosen.where(
            or_(Place.search_key.contains(key, autoescape=True), Place.id.in_(called))
        )
    order = (Place.area_path, Place.kind != Kind.ESTATE, Place.name, Place.id)
    return list(session.execute(chosen.order_by(*order).limit(limit).offset(offset)))


def buildings_of(session: Session, estate_id: int, *, limit: int = 200) -> Sequence[Place]:
    """The buildings of an estate that are in use, by length and name: 2栋 before 10栋."""
    return session.scalars(
        select(Place)
        .where(Place.parent_id == estate_id, Place.active)
        .order_by(func.length(Place.name), Place.name)
        .limit(limit)
    ).all()
