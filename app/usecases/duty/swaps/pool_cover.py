"""Who may take over a shift; people who have done least come first."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import RoleName
from app.offers.models import Offer
from app.people.models import Person, Role
from app.people.rules import PersonState
from app.rotation.cover import least_first
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.flex import Grid, offers_all_of
from app.rotation.plan.models import FlexOffer, RotaLayer, RotaMember, Swap
from app.rotation.plan.windows import read_windows
from app.rotation.rules import Span
from app.rotation.states import DutyAskState, ShiftState
from app.usecases.duty.plan.commitments import duties_of
from app.usecases.duty.plan.conflicts import conflicts_of
from app.usecases.duty.plan.rest_rules import own_days
from app.usecases.duty.plan.swap_hours import hours_asked

LATELY = timedelta(days=60)


def who_may(session: Session, rota: Rota, swap: Swap, *, now: datetime) -> list[int]:
    """Who may be asked, best first: in this rota or offering these hours, not yet asked, rested.

    Only the named person if there is one. A constant number of queries.
    """
    known = [swap.to_id] if swap.to_id is not None else _known(session, rota, swap, now)
    people = _able(session, swap, known, now)
    start, end = hours_asked(swap, now)
    if start >= end:
        return []
    span = Span(0, start, end, swap.layer)
    against = conflicts_of(session, rota, people, span, except_id=swap.shift_id, asking=True)
    rested = [person_id for person_id in people if not against[person_id]]
    held = duties_of(session, rested, now - LATELY, swap.ends_at)
    return least_first(rested, held)


def _known(session: Session, rota: Rota, swap: Swap, now: datetime) -> list[int]:
    """People with turns in any layer, recent duty, or these hours of the week on offer."""
    members = session.scalars(
        select(RotaMember.person_id)
        .join(RotaLayer, RotaLayer.id == RotaMember.layer_id)
        .where(RotaLayer.rota_id == rota.id, RotaLayer.ended_at.is_(None))
    )
    lately = session.scalars(
        select(Shift.person_id).where(
            Shift.rota_id == rota.id, Shift.state == ShiftState.AGREED, Shift.ends_at > now - LATELY
        )
    )
    return sorted({*members, *lately, *_offering(session, rota, swap)})


def _offering(session: Session, rota: Rota, swap: Swap) -> Iterable[int]:
    zone = zone_of(session, rota.area_path)
    rows = session.execute(
        select(FlexOffer.person_id, FlexOffer.hours)
        .join(Person, Person.id == FlexOffer.person_id)
        .where(Person.area_path.startswith(rota.area_path))
    )
    offers: dict[int, Any] = dict(rows.all())
    days = own_days(session, offers)
    for person_id, hours in offers.items():
        grid = Grid(person_id, read_windows(hours), days.get(person_id, ()))
        if offers_all_of(grid, swap.starts_at, swap.ends_at, zone):
            yield person_id


def _able(session: Session, swap: Swap, known: list[int], now: datetime) -> list[int]:
    """Active volunteers who are not paused now and have not been asked.

    People who were asked until somebody else said yes may be asked again.
    """
    active = session.scalars(
        select(Person.id)
        .join(Role, Role.person_id == Person.id)
        .where(
            Person.id.in_(known),
            Person.state == PersonState.ACTIVE,
            Role.role == RoleName.VOLUNTEER,
            Role.ended_at.is_(None),
        )
    )
    paused = session.scalars(
        select(Offer.person_id).where(Offer.person_id.in_(known), Offer.paused_until > now)
    )
    asked = session.scalars(
        select(DutyAsk.person_id).where(
            DutyAsk.swap_id == swap.id, DutyAsk.state != DutyAskState.OVER
        )
    )
    # A move to other hours asks the same person.
    giver = set() if swap.new_starts_at is not None else {swap.giver_id}
    return sorted({*active} - {*paused, *asked} - giver)
