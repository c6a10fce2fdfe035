"""Who offered the hours of a shift."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import RoleName
from app.people.models import Person, Role
from app.people.rules import PersonState
from app.rotation.plan.flex import Grid, offers_all_of
from app.rotation.plan.models import FlexOffer
from app.rotation.plan.windows import read_windows
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
