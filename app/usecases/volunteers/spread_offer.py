"""Keeps the rows by which a search finds an offer in step with the offer itself."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, cast, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.core.statements import changed, in_chunks
from app.core.wishes import excluded_by
from app.dispatch.models import Match
from app.matching.cells import cell_of, patch_of
from app.matching.distance import earth_point
from app.offers.models import Offer, OfferCategory, OfferCell
from app.offers.rules import WeekBits, hours_touched, read_hours

# Available at no hour: unreadable hours must not get anybody asked.
NEVER: WeekBits = (0, 0, 0)
COLUMNS = (
    Offer.person_id,
    OfferCategory.category_id,
    Offer.lat,
    Offer.lon,
    Offer.radius_m,
    Offer.paused_until,
    cast(Offer.hours, String),
    cast(Offer.wishes, String),
    Offer.woman,
    select(func.max(Match.sent_at)).where(Match.person_id == Offer.person_id).scalar_subquery(),
    select(func.max(Match.accepted_at)).where(Match.person_id == Offer.person_id).scalar_subquery(),
)
SPREAD = (
    select(*COLUMNS)
    .join(OfferCategory, OfferCategory.offer_id == Offer.id)
    .where(Offer.active, Offer.person_id.in_(bindparam("people", expanding=True)))
)
PAUSE = (
    update(OfferCell)
    .where(OfferCell.person_id == bindparam("person"))
    .values(paused_until=bindparam("until"))
)


def spread_offer(session: Session, person_id: int) -> None:
    """Rewrites the rows after any change of an offer; none while it is inactive."""
    spread_offers(session, [person_id])


def spread_offers(session: Session, people: list[int]) -> None:
    """The same for many people at once."""
    for some in in_chunks(people):
        changed(session, delete(OfferCell).where(OfferCell.person_id.in_(some)))
        rows = _wanted(session, list(some))
        if rows:
            session.execute(insert(OfferCell), rows)


def spread_pause(session: Session, person_id: int, until: datetime | None) -> None:
    """The same when only a pause began or ended."""
    session.connection().execute(PAUSE, {"person": person_id, "until": _seconds(until)})


def stray_offers(session: Session, *, at_once: int = 500) -> Iterator[int]:
    """People whose rows differ from their offer; empty unless something went wrong."""
    ownerless = OfferCell.person_id.not_in(select(Offer.person_id))
    yield from session.scalars(select(OfferCell.person_id).where(ownerless).distinct()).all()
    last = 0
    while people := session.scalars(
        select(Offer.person_id)
        .where(Offer.person_id > last)
        .order_by(Offer.person_id)
        .limit(at_once)
    ).all():
        last = people[-1]
        yield from _differing(session, list(people))


def _differing(session: Session, people: list[int]) -> list[int]:
    columns = OfferCell.__table__.columns
    found = session.execute(select(*columns).where(OfferCell.person_id.in_(people))).mappings()
    there = {_key(row): _lasting(row) for row in found}
    wanted = {_key(row): _lasting(row) for row in _wanted(session, people)}
    keys = wanted.keys() | there.keys()
    return sorted({key[0] for key in keys if wanted.get(key) != there.get(key)})


def _key(row: Any) -> tuple[int, int]:
    return row["person_id"], row["category_id"]


def _lasting(row: Any) -> dict[str, Any]:
    """A row without the time of the last ask, which an undone yes leaves as it was."""
    return {name: value for name, value in dict(row).items() if name != "busy_at"}


def _wanted(session: Session, people: list[int]) -> list[dict[str, Any]]:
    return [_row(row) for row in session.execute(SPREAD, {"people": people})]


def _row(one: Any) -> dict[str, Any]:
    """One search row of an offer and category, from a row of SPREAD."""
    person_id, category_id, lat, lon, radius_m, paused_until, hours = one[:7]
    wishes, woman, asked_at, took_at = one[7:]
    busy = max((at for at in (asked_at, took_at) if at is not None), default=None)
    row, column = cell_of(lat, lon)
    read = read_hours(hours)
    week = NEVER if read is None else hours_touched(read)
    return {
        "category_id": category_id,
        "cell_row": row,
        "cell_column": column,
        "person_id": person_id,
        **dict(zip(("x", "y", "z"), earth_point(lat, lon), strict=True)),
        "radius_m": radius_m,
        "paused_until": _seconds(paused_until),
        "excluded_by": excluded_by(json.loads(wishes), woman=woman),
        "patch": patch_of(row, column),
        "busy_at": _seconds(busy),
        **dict(zip(("week_a", "week_b", "week_c"), week, strict=True)),
    }


def _seconds(until: datetime | None) -> int:
    return int(until.timestamp()) if until else 0
