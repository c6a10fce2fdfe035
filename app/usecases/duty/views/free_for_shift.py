"""Who offered the hours of a shift, and who is asked for duty at that time already."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import RoleName
from app.core.statements import in_chunks
from app.people.models import Person, Role
from app.people.rules import PersonState
from app.rotation.models import DutyAsk, Shift
from app.rotation.plan.flex import Grid, offers_all_of
from app.rotation.plan.models import FlexOffer, Swap
from app.rotation.plan.windows import read_windows
from app.rotation.states import DutyAskState, ShiftState
from app.usecases.duty.plan.rest_rules import own_days


def people_offering(
    session: Session, area_path: str, start: datetime, end: datetime
) -> dict[int, str]:
    """Active volunteers of an area who offer all of [start, end) for duty: names by id."""
    rows = session.execute(
        select(Person.id, Person.name, FlexOffer.hours)
        .join(FlexOffer, FlexOffer.person_id == Person.id)
        .join(Role, Role.person_id == Person.id)
        .where(
            Person.state == PersonState.ACTIVE,
            Person.area_path.startswith(area_path),
            Role.role == RoleName.VOLUNTEER,
            Role.ended_at.is_(None),
        )
    ).all()
    days = own_days(session, [key for key, _, _ in rows])
    zone = zone_of(session, area_path)
    return {
        key: name
        for key, name, hours in rows
        if offers_all_of(Grid(key, read_windows(hours), days.get(key, ())), start, end, zone)
    }


def people_asked(
    session: Session, people: Iterable[int], start: datetime, end: datetime
) -> set[int]:
    """Those of the people whose answer about duty in any of [start, end) is awaited, in any rota.

    About a shift of their own, or about taking somebody else's.
    """
    found: set[int] = set()
    for some in in_chunks(sorted(set(people))):
        found |= set(
            session.scalars(
                select(Shift.person_id).where(
                    Shift.person_id.in_(some),
                    Shift.state == ShiftState.OFFERED,
                    Shift.starts_at < end,
                    Shift.ends_at > start,
                )
            )
        )
        found |= set(
            session.scalars(
                select(DutyAsk.person_id)
                .join(Swap, Swap.id == DutyAsk.swap_id)
                .where(
                    DutyAsk.person_id.in_(some),
                    or_(DutyAsk.state == DutyAskState.SENT, DutyAsk.state == DutyAskState.YES),
                    Swap.settled_at.is_(None),
                    Swap.starts_at < end,
                    Swap.ends_at > start,
                )
            )
        )
    return found
