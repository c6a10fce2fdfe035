"""Who offered the hours of a shift, and who is asked to take somebody else's at that time."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import RoleName
from app.core.statements import in_chunks
from app.people.models import Person, Role
from app.people.rules import PersonState
from app.rotation.models import DutyAsk
from app.rotation.plan.flex import Grid, offers_all_of
from app.rotation.plan.models import FlexOffer, Swap
from app.rotation.plan.windows import read_windows
from app.rotation.states import DutyAskState, SwapState
from app.usecases.duty.plan.rest_rules import own_days


def people_offering(
    session: Session, area_path: str, start: datetime, end: datetime
) -> tuple[int, ...]:
    """Ids of the active volunteers of an area who offer all of [start, end) for duty."""
    rows = session.execute(
        select(Person.id, FlexOffer.hours)
        .join(FlexOffer, FlexOffer.person_id == Person.id)
        .join(Role, Role.person_id == Person.id)
        .where(
            Person.state == PersonState.ACTIVE,
            Person.area_path.startswith(area_path),
            Role.role == RoleName.VOLUNTEER,
            Role.ended_at.is_(None),
        )
    ).all()
    days = own_days(session, [key for key, _ in rows])
    zone = zone_of(session, area_path)
    return tuple(
        key
        for key, hours in rows
        if offers_all_of(Grid(key, read_windows(hours), days.get(key, ())), start, end, zone)
    )


def people_taking(
    session: Session, people: Iterable[int], start: datetime, end: datetime
) -> set[int]:
    """Those of the people who are asked to take over a shift in any of [start, end)."""
    found: set[int] = set()
    for some in in_chunks(sorted(set(people))):
        rows = session.scalars(
            select(DutyAsk.person_id)
            .join(Swap, Swap.id == DutyAsk.swap_id)
            .where(
                DutyAsk.person_id.in_(some),
                DutyAsk.state == DutyAskState.SENT,
                Swap.state == SwapState.OPEN,
                Swap.starts_at < end,
                Swap.ends_at > start,
            )
        )
        found.update(rows)
    return found
