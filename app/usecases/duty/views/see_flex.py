"""A volunteer's own duty offer, and the companions they may wish for."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.rotation.plan.grid import boxes_of
from app.rotation.plan.models import FlexOffer
from app.rotation.plan.windows import read_windows
from app.rotation.plan.wishes import DayWish, read_wishes


@dataclass(frozen=True, slots=True)
class OwnHours:
    """One's own flex grid: hours of the week (0 to 167), limits, wishes, companions."""

    boxes: frozenset[int]
    may_call: bool
    week_hours: int | None
    month_hours: int | None
    nights_week: int | None
    with_person_id: int | None
    wishes: tuple[DayWish, ...]


def own_hours(session: Session, person_id: int) -> OwnHours:
    """The present offer; empty until the person offers anything."""
    found = session.get(FlexOffer, person_id)
    if found is None:
        return OwnHours(frozenset(), False, None, None, None, None, ())
    return OwnHours(
        boxes_of(read_windows(found.hours)),
        found.callable,
        found.week_hours,
        found.month_hours,
        found.nights_week,
        found.with_person_id,
        read_wishes(found.wishes or []),
    )
