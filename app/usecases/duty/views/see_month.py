"""A month of a rota: every shift with its person, and where nobody is on duty."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.wall_time import instant
from app.people.models import Organisation, Person
from app.people.namesakes import PersonName
from app.people.queries import names_of
from app.rotation.models import Rota, Shift
from app.rotation.plan.windows import occurrences, read_windows
from app.rotation.rules import Span, gaps
from app.rotation.states import ShiftOrigin, ShiftState

Period = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class MonthShift:
    """One shift; `organisation` is empty when its person belongs to none."""

    person_id: int
    name: PersonName
    organisation: str
    starts_at: datetime
    ends_at: datetime
    layer: int
    agreed: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The shifts that touch a month of the area's calendar, by their start.

    Of its wanted hours from now on that nobody agreed to cover, `waiting` are those for which
    somebody is asked, `gaps` the others.
    """

    rota_id: int
    rota: str
    zone: ZoneInfo
    first: date
    last: date
    shifts: tuple[MonthShift, ...]
    gaps: tuple[Period, ...]
    waiting: tuple[Period, ...]


def month_of(context: Context, *, rota_id: int, first: date) -> Month:
    """The month that begins on `first`. Raises NotFound, NotAllowed."""
    rota = rota_seen(context.session, context.actor, rota_id)
    zone = zone_of(context.session, rota.area_path)
    following = (first + timedelta(days=32)).replace(day=1)
    start, end = (instant(datetime.combine(day, time.min), zone) for day in (first, following))
    shifts = _shifts(context.session, rota.id, start, end)
    empty, waiting = _gaps(rota, shifts, max(start, context.now), end, zone)
    return Month(
        rota_id=rota.id,
        rota=rota.name,
        zone=zone,
        first=first,
        last=following - timedelta(days=1),
        shifts=shifts,
        gaps=empty,
        waiting=waiting,
    )


def rota_seen(session: Session, actor: Actor, rota_id: int) -> Rota:
    """The rota, for a coordinator of its area. Raises NotFound, NotAllowed."""
    rota = session.get(Rota, rota_id)
    if rota is None:
        raise NotFound(N_("没有找到这个轮值表"))
    actor.needs(RoleName.COORDINATOR, rota.area_path)
    return rota


def _shifts(
    session: Session, rota_id: int, start: datetime, end: datetime
) -> tuple[MonthShift, ...]:
    """Without flex hours, which are published only two days ahead."""
    rows = session.execute(
        select(Shift, Organisation.name)
        .join(Person, Person.id == Shift.person_id)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(
            Shift.rota_id == rota_id,
            Shift.state != ShiftState.CANCELLED,
            Shift.origin != ShiftOrigin.FLEX,
            Shift.starts_at < end,
            Shift.ends_at > start,
        )
        .order_by(Shift.starts_at, Shift.layer, Shift.id)
    ).all()
    names = names_of(session, [shift.person_id for shift, _ in rows])
    return tuple(
        MonthShift(
            person_id=shift.person_id,
            name=names[shift.person_id],
            organisation=organisation or "",
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
            layer=shift.layer,
            agreed=shift.state == ShiftState.AGREED,
        )
        for shift, organisation in rows
    )


def _gaps(
    rota: Rota, shifts: tuple[MonthShift, ...], start: datetime, end: datetime, zone: ZoneInfo
) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """Wanted hours for which nobody agreed or is asked, and those that wait for an answer."""
    spans = [Span(one.person_id, one.starts_at, one.ends_at) for one in shifts]
    agreed = [span for span, one in zip(spans, shifts, strict=True) if one.agreed]
    periods = _wanted(rota, start, end, zone)
    empty = [gap for since, to in periods for gap in gaps(spans, since, to)]
    known = [*agreed, *(Span(0, *gap) for gap in empty)]
    return tuple(empty), tuple(gap for since, to in periods for gap in gaps(known, since, to))


def _wanted(rota: Rota, start: datetime, end: datetime, zone: ZoneInfo) -> list[Period]:
    windows = read_windows(rota.pattern or [])
    if not windows:
        return [(start, end)] if start < end else []
    return [
        (max(one.starts_at, start), min(one.ends_at, end))
        for one in occurrences(windows, start, end, zone)
    ]
