"""Service points as pages show them: which are staffed now, and which number to call."""

from dataclasses import dataclass

from flask import g

from app.areas import queries as areas
from app.areas.opening import open_at
from app.areas.queries import FoundPoint
from app.core.db import db
from app.settings.queries import read_setting
from app.web.common.zones import zone_at


@dataclass(frozen=True, slots=True)
class Point:
    """A service point, and whether it is staffed now; None if its hours do not say."""

    point: FoundPoint
    open: bool | None


def point_shown(point: FoundPoint) -> Point:
    """A service point with its state at this moment."""
    local = g.now.astimezone(zone_at(point.area_path))
    return Point(point, open_at(point.opening, local.time()))


def point_for(area_path: str) -> Point | None:
    """The service point to call from an area: of the smallest area that has one with a phone."""
    over = areas.points_over(db.session(), area_path)
    reachable = [point for point in over if point.phone]
    return next((point_shown(point) for point in (*reachable, *over)), None)


def phone_for(area_path: str) -> tuple[str, str] | None:
    """The number to call from an area and whose it is: of a service point, else the setting."""
    found = point_for(area_path)
    if found is not None and found.point.phone:
        return found.point.phone, found.point.name
    phone = str(read_setting(db.session(), "service_phone"))
    return (phone, str(read_setting(db.session(), "service_hours"))) if phone else None
