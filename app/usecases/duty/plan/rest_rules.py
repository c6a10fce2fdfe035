"""Limits of rest, and the dates on which people have other hours."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from app.core.statements import in_chunks
from app.offers.models import Offer
from app.offers.rules import DateHours, read_hours
from app.rotation.models import Rota
from app.rotation.plan.flex import OwnDay
from app.rotation.plan.models import FlexOffer
from app.rotation.rest import Limits, limits_from

# Limits count months, so look a month around a shift.
AROUND = timedelta(days=32)


def limits_of(session: Session, rota: Rota, people: Iterable[int]) -> dict[int, Limits]:
    """The rota's limits, and each person's own where they are stricter."""
    general = limits_from(rota.limits or {})
    found = dict.fromkeys(people, general)
    rows = session.scalars(select(FlexOffer).where(FlexOffer.person_id.in_(list(found))))
    for own in rows:
        found[own.person_id] = replace(
            general,
            week_h=_lower(general.week_h, own.week_hours),
            month_h=_lower(general.month_h, own.month_hours),
            nights_week=_lower(general.nights_week, own.nights_week),
        )
    return found


def _lower(general: int, own: int | None) -> int:
    return general if own is None else min(general, own)


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
        # An empty span is a day off; it does not cancel other hours given for the same date.
        more = ((one.start, one.end),) if one.end else ()
        by_day[one.day] = OwnDay(one.day, (*before.hours, *more))
    return tuple(by_day.values())
