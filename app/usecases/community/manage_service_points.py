"""Service points (党群服务点): the centre, the centres and the stations of 1 + N + V."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.areas.models import ServicePoint
from app.areas.queries import FoundPoint, point_by_id
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.trail.chain import record
from app.usecases.community.draw_areas import checked_name, load_own_area

TIERS = ("1", "N", "V")
NAME_MAX = 120
PHONE_MAX = 40
OPENING_MAX = 80


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


def _checked(point: NewPoint) -> dict[str, object]:
    """The columns. Raises Invalid with every field that is wrong."""
    errors: dict[str, str] = {}
    name = checked_name(point.name, "name", errors, NAME_MAX)
    if point.tier not in TIERS:
        errors["tier"] = N_("请选 1、N 或 V")
    if not (-90 <= point.lat <= 90 and -180 <= point.lon <= 180):
        errors["place"] = N_("请在地图上点出位置")
    if len(point.phone.strip()) > PHONE_MAX or any(c.isalpha() for c in point.phone):
        errors["phone"] = N_("这个电话号码不对，请检查一下")
    if len(point.opening.strip()) > OPENING_MAX:
        errors["opening"] = N_("请少写一些")
    if errors:
        raise Invalid(errors)
    return {
        "name": name,
        "tier": point.tier,
        "lat": point.lat,
        "lon": point.lon,
        "phone": point.phone.strip(),
        "opening": point.opening.strip(),
        "self_service_24h": point.self_service_24h,
    }


def load_point(session: Session, actor: Actor, point_id: int) -> ServicePoint:
    """The service point, for an administrator of its area. Raises NotFound, NotAllowed."""
    point = session.get(ServicePoint, point_id, populate_existing=True)
    if point is None:
        raise NotFound(N_("没有找到这个服务点"))
    actor.needs(RoleName.ADMINISTRATOR, point.area_path)
    return point


def see_point(session: Session, actor: Actor, point_id: int) -> FoundPoint:
    """The service point to display. Raises NotFound, NotAllowed."""
    point = point_by_id(session, point_id)
    if point is None:
        raise NotFound(N_("没有找到这个服务点"))
    actor.needs(RoleName.ADMINISTRATOR, point.area_path)
    return point


def _note(context: Context, point: ServicePoint, kind: str) -> None:
    record(
        context,
        kind=kind,
        subject=("service_point", point.id),
        area_path=point.area_path,
        details={"tier": point.tier},
    )


def add_service_point(context: Context, *, area_id: int, point: NewPoint) -> int:
    """Adds a centre, station or kiosk."""
    area = load_own_area(context.session, context.actor, area_id)
    made = ServicePoint(area_id=area.id, area_path=area.path, **_checked(point))
    context.session.add(made)
    context.session.flush()
    _note(context, made, "service_point.added")
    return made.id


def change_service_point(context: Context, *, point_id: int, point: NewPoint) -> None:
    """Changes a service point's hours, number or place."""
    found = load_point(context.session, context.actor, point_id)
    for name, value in _checked(point).items():
        setattr(found, name, value)
    context.session.flush()
    _note(context, found, "service_point.changed")


def switch_service_point(context: Context, *, point_id: int, active: bool) -> None:
    """Closes a service point, or opens it again. It stays in the list of its area."""
    found = load_point(context.session, context.actor, point_id)
    still = update(ServicePoint).where(
        ServicePoint.id == found.id, ServicePoint.active.is_(not active)
    )
    if not changed(context.session, still.values(active=active)):
        raise Stale(N_("这个服务点已经被改过了，请看最新内容"))
    context.session.refresh(found)
    _note(context, found, "service_point.opened" if active else "service_point.closed")
