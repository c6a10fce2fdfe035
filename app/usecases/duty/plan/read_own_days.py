"""Single dates of people's offers, as the rota reads them: whoever cannot come is not planned."""

from collections.abc import Iterable

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from app.core.statements import in_chunks
from app.offers.models import Offer
from app.offers.rules import DateHours, read_hours
from app.rotation.plan.flex import OwnDay


def own_days(session: Session, people: Iterable[int]) -> dict[int, tuple[OwnDay, ...]]:
    """The dates on which each of these people has other hours than their week's, or none."""
    found = {}
    for some in in_chunks(sorted(set(people))):
        rows = session.execute(
            select(Offer.person_id, cast(Offer.hours, String)).where(Offer.person_id.in_(some))
        )
        for person_id, text in rows:
            hours = read_hours(text)
            if hours is not None and hours.dates:
                found[person_id] = _days(hours.dates)
    return found


def _days(dates: Iterable[DateHours]) -> tuple[OwnDay, ...]:
    by_day: dict[object, OwnDay] = {}
    for one in dates:
        before = by_day.get(one.day, OwnDay(one.day))
        # An empty span is a day off; it takes nothing from hours that are given as well.
        more = ((one.start, one.end),) if one.end else ()
        by_day[one.day] = OwnDay(one.day, (*before.hours, *more))
    return tuple(by_day.values())
