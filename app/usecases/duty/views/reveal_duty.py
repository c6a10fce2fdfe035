"""The on-duty sheet of an area: whom to call tonight. The trail records who saw it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.areas.queries import FoundPoint, points_over, service_points, zone_of
from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.wall_time import instant, wall_of
from app.people.models import Person
from app.people.rules import PersonState
from app.rotation.models import Rota, Shift
from app.rotation.rules import Span, gaps
from app.rotation.states import ShiftState
from app.trail.chain import record
from app.usecases.messages.notify_coordinators import coordinators_of

MORNING = time(8)
# A sheet printed late in the evening reaches only to the next morning.
SHORTEST = timedelta(hours=6)
MOST_OWN, MOST_AROUND, MOST_POINTS, MOST_COORDINATORS = 24, 10, 6, 6


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody on duty in [starts_at, ends_at), cut to the sheet's period; with their number."""

    area: str
    name: str
    phone: str
    layer: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DutySheet:
    """Whom to call for an area in [starts_at, ends_at). `gaps`: hours nobody agreed to cover."""

    area: str
    zone: ZoneInfo
    starts_at: datetime
    ends_at: datetime
    own: tuple[OnDuty, ...]
    gaps: tuple[tuple[datetime, datetime], ...]
    coordinators: tuple[tuple[str, str], ...]
    around: tuple[OnDuty, ...]
    points: tuple[FoundPoint, ...]


def reveal_duty(context: Context, *, area_id: int) -> DutySheet:
    """The sheet from now to the next morning. Raises NotFound, NotAllowed.

    It shows phone numbers, so each sheet is recorded in the trail.
    """
    area = context.session.get(Area, area_id)
    if area is None:
        raise NotFound(N_("没有找到这个区域"))
    context.actor.needs(RoleName.COORDINATOR, area.path)
    zone = zone_of(context.session, area.path)
    period = context.now, _morning(context.now, zone)
    over = Rota.area_path.in_(_up(area.path))
    own = _on_duty(context.session, period, over)
    near = Rota.area_path.startswith(_parent(area.path))
    sheet = DutySheet(
        area=area.name_zh,
        zone=zone,
        starts_at=period[0],
        ends_at=period[1],
        own=own[:MOST_OWN],
        gaps=gaps((Span(0, one.starts_at, one.ends_at) for one in own), *period),
        coordinators=_coordinators(context.session, area.path),
        around=_on_duty(context.session, period, near, ~over)[:MOST_AROUND],
        points=_points(context.session, area.path),
    )
    record(
        context,
        kind="duty.sheet_printed",
        subject=("area", area.id),
        area_path=area.path,
        details={"people": len(sheet.own) + len(sheet.around) + len(sheet.coordinators)},
    )
    return sheet


def _morning(now: datetime, zone: ZoneInfo) -> datetime:
    wall = wall_of(now + SHORTEST, zone)
    day = wall.date() if wall.time() <= MORNING else wall.date() + timedelta(days=1)
    return instant(datetime.combine(day, MORNING), zone)


def _up(path: str) -> list[str]:
    ids = [part for part in path.split("/") if part]
    return ["/" + "/".join(ids[:end]) + "/" for end in range(len(ids), 0, -1)]


def _parent(path: str) -> str:
    """The area above, whose children are the neighbours; for the topmost area, itself."""
    return [*_up(path), path][1] if len(_up(path)) > 1 else path


def _on_duty(
    session: Session, period: tuple[datetime, datetime], *which: ColumnElement[bool]
) -> tuple[OnDuty, ...]:
    """By hour, then by layer, the smaller area first."""
    start, end = period
    rows = session.execute(
        select(Shift, Rota.area_path, Area.name_zh, Person)
        .join(Rota, Rota.id == Shift.rota_id)
        .join(Area, Area.id == Rota.area_id)
        .join(Person, Person.id == Shift.person_id)
        .where(
            Shift.state == ShiftState.AGREED,
            Shift.starts_at < end,
            Shift.ends_at > start,
            Rota.active,
            Person.state == PersonState.ACTIVE,
            *which,
        )
    ).all()
    order = sorted(
        rows, key=lambda row: (max(row[0].starts_at, start), row[0].layer, -len(row[1]), row[0].id)
    )
    return tuple(
        OnDuty(
            area=area,
            name=person.name,
            phone=person.phone,
            layer=shift.layer,
            starts_at=max(shift.starts_at, start),
            ends_at=min(shift.ends_at, end),
        )
        for shift, _, area, person in order
    )


def _coordinators(session: Session, path: str) -> tuple[tuple[str, str], ...]:
    """Coordinators' name and number: of the smallest area that has any, then the next above."""
    both = (*coordinators_of(session, path), *coordinators_of(session, path, levels_up=1))
    once = {person.id: (person.name, person.phone) for person in both}
    return tuple(once.values())[:MOST_COORDINATORS]


def _points(session: Session, path: str) -> tuple[FoundPoint, ...]:
    """Service points in the area and above that can be called."""
    found = (*service_points(session, area_path=path), *points_over(session, path))
    once = {point.id: point for point in found if point.phone}
    return tuple(once.values())[:MOST_POINTS]
