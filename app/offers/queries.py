"""Reads of offers: who near by covers a category, or any, the nearest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from app.core.statements import among
from app.core.travel import USUAL, Travel
from app.offers.models import Offer, OfferCell
from app.offers.rules import EVERY_HOUR, WeekBits


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search: a category from a point (metres from the earth's centre).

    With `week`: only people whose hours overlap it, who are not paused at `at` (seconds since
    1970), whose own radius reaches the point, and whom none of the wishes `excluding` excludes (see
    `core.wishes`). `able` is an additional condition on OfferCell, which may use `language` and
    the skills `shared`.
    """

    category_id: int
    point: tuple[float, float, float]
    at: int = 0
    week: WeekBits | None = None
    excluding: int = 0
    language: str | None = None
    shared: tuple[int, ...] = ()
    able: ColumnElement[bool] | None = None


def hours_of(session: Session, person_id: int) -> list[dict[str, Any]]:
    """A volunteer's hours as `rules.parse_hours` reads them; none without an offer."""
    return session.scalar(select(Offer.hours).where(Offer.person_id == person_id)) or []


def travel_of(session: Session, person_id: int) -> Travel:
    """How a volunteer travels; the usual means without an offer."""
    return Travel(session.scalar(select(Offer.travel).where(Offer.person_id == person_id)) or USUAL)


def in_block(
    session: Session,
    wanted: Wanted,
    *,
    rows: Sequence[int],
    west: int,
    east: int,
    square: float,
    after: tuple[float, int],
    limit: int,
) -> list[tuple[float, int]]:
    """The nearest in a block of cells: square of the chord in metres, and person id.

    At most `limit`, in order, those after `after` and no farther than `square`.
    """
    values: dict[str, Any] = {
        "category": wanted.category_id,
        "rows": rows,
        "west": west,
        "east": east,
        "square": square,
        "after_square": after[0],
        "after_id": after[1],
        "most": limit,
        **dict(zip(("x", "y", "z"), wanted.point, strict=True)),
    }
    statement = _anybody()
    if wanted.week is not None:
        statement = _ready(wanted.able)
        values |= _ready_values(wanted, wanted.week)
    # The connection, not the session: without the ORM a query takes half the time.
    found = session.connection().execute(statement, values).all()
    return [(far, key) for far, key in found]


def idle_in_patch(
    session: Session, wanted: Wanted, *, patch: int, square: float, most: int
) -> list[tuple[int, int]]:
    """Who is ready in a patch of cells, asked longest ago first: seconds since 1970 and person id.

    At most `most`, no farther than `square`. Walks an index in this order and stops early.
    """
    week = EVERY_HOUR if wanted.week is None else wanted.week
    values: dict[str, Any] = {
        "category": wanted.category_id,
        "patch": patch,
        "square": square,
        "most": most,
        **dict(zip(("x", "y", "z"), wanted.point, strict=True)),
        **_ready_values(wanted, week),
    }
    found = session.connection().execute(_idle(wanted.able), values).all()
    return [(busy_at, key) for busy_at, key in found]


def offering_anything(
    session: Session,
    categories: Sequence[int],
    point: tuple[float, float, float],
    *,
    rows: Sequence[int],
    west: int,
    east: int,
    square: float,
    after: tuple[float, int],
    limit: int,
) -> list[tuple[float, int]]:
    """As `in_block`, for people who offer any of these categories; nobody twice."""
    far = dict(zip(("x", "y", "z"), point, strict=True))
    values = {
        "square": square,
        "after_square": after[0],
        "after_id": after[1],
        "most": limit,
        **far,
    }
    around = (
        select(_square().label("square"), OfferCell.person_id, OfferCell.radius_m)
        .where(
            OfferCell.category_id.in_(categories),
            OfferCell.cell_row.in_(rows),
            OfferCell.cell_column.between(west, east),
        )
        .distinct()
    )
    found = session.execute(_nearest_first(around, own_radius=False), values).all()
    return [(metres, key) for metres, key in found]


def _square() -> ColumnElement[float]:
    east = OfferCell.x - bindparam("x")
    north = OfferCell.y - bindparam("y")
    up = OfferCell.z - bindparam("z")
    return east * east + north * north + up * up


def _in_cells(*more: ColumnElement[bool]) -> Select[float, int, int]:
    return select(_square().label("square"), OfferCell.person_id, OfferCell.radius_m).where(
        OfferCell.category_id == bindparam("category"),
        among(OfferCell.cell_row, "rows"),
        OfferCell.cell_column.between(bindparam("west"), bindparam("east")),
        *more,
    )


def _nearest_first(found: Select[float, int, int], *, own_radius: bool) -> Select[Any]:
    # OFFSET 0 stops both databases from repeating the sum of squares at every use.
    near = found.offset(0).subquery()
    far: BindParameter[float] = bindparam("after_square")
    after = or_(near.c.square > far, near.c.person_id > bindparam("after_id"))
    # The chord is a little shorter than the surface distance, so this leaves nobody out.
    reaches = (near.c.square <= near.c.radius_m * near.c.radius_m,) if own_radius else ()
    return (
        select(near.c.square, near.c.person_id)
        .where(near.c.square <= bindparam("square"), near.c.square >= far, after, *reaches)
        .order_by(near.c.square, near.c.person_id)
        .limit(bindparam("most"))
    )


@cache
def _anybody() -> Select[Any]:
    """Built once: building the statement takes longer than executing it."""
    return _nearest_first(_in_cells(), own_radius=False)


@cache
def _ready(able: ColumnElement[bool] | None) -> Select[Any]:
    ready = _in_cells(OfferCell.paused_until <= bindparam("at"), _touches(), _no_wish_against())
    return _nearest_first(ready if able is None else ready.where(able), own_radius=True)


@cache
def _idle(able: ColumnElement[bool] | None) -> Select[int, int]:
    square = _square()
    return (
        select(OfferCell.busy_at, OfferCell.person_id)
        .where(
            OfferCell.category_id == bindparam("category"),
            OfferCell.patch == bindparam("patch"),
            OfferCell.paused_until <= bindparam("at"),
            _touches(),
            _no_wish_against(),
            square <= bindparam("square"),
            square <= OfferCell.radius_m * OfferCell.radius_m,
            *(() if able is None else (able,)),
        )
        .order_by(OfferCell.busy_at, OfferCell.person_id)
        .limit(bindparam("most"))
    )


def _ready_values(wanted: Wanted, week: WeekBits) -> dict[str, Any]:
    values: dict[str, Any] = {"at": wanted.at, "excluding": wanted.excluding}
    if wanted.able is not None:
        values |= {"shared": wanted.shared}
    if wanted.language is not None:
        values |= {"language": f'%"{wanted.language}"%'}
    return values | dict(zip(("a", "b", "c"), week, strict=True))


def _no_wish_against() -> ColumnElement[bool]:
    return OfferCell.excluded_by.bitwise_and(bindparam("excluding")) == 0


def _touches() -> ColumnElement[bool]:
    words = (OfferCell.week_a, OfferCell.week_b, OfferCell.week_c)
    asked: list[BindParameter[int]] = [bindparam(name) for name in ("a", "b", "c")]
    common = [word.bitwise_and(bits) for word, bits in zip(words, asked, strict=True)]
    return or_(*(one != 0 for one in common))
