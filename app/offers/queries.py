"""Reads of offers: who near by covers a category, the nearest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.offers.models import OfferCell
from app.offers.rules import WeekBits


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is looked for: a category from a point (metres from the earth's centre).

    With `week` only those whose hours touch it, who are not paused at `at` (seconds since 1970),
    and whose own radius reaches the point. `able` is one more condition on OfferCell.
    """

    category_id: int
    point: tuple[float, float, float]
    at: int = 0
    week: WeekBits | None = None
    able: ColumnElement[bool] | None = None


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
    """The nearest in a block of cells: square of the straight line in metres, and person id.

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
    if wanted.week is None:
        return [(far, key) for far, key in session.execute(_anybody(), values)]
    values |= {"at": wanted.at, **dict(zip(("a", "b", "c"), wanted.week, strict=True))}
    return [(far, key) for far, key in session.execute(_ready(wanted.able), values)]


def _square() -> ColumnElement[float]:
    east = OfferCell.x - bindparam("x")
    north = OfferCell.y - bindparam("y")
    up = OfferCell.z - bindparam("z")
    return east * east + north * north + up * up


@cache
def _anybody() -> Select[float, int]:
    """The statement is built once: to build it takes longer than to execute it."""
    square = _square()
    far: BindParameter[float] = bindparam("after_square")
    return (
        select(square, OfferCell.person_id)
        .where(
            OfferCell.category_id == bindparam("category"),
            OfferCell.cell_row.in_(bindparam("rows", expanding=True)),
            OfferCell.cell_column.between(bindparam("west"), bindparam("east")),
            square <= bindparam("square"),
            square >= far,
            or_(square > far, OfferCell.person_id > bindparam("after_id")),
        )
        .order_by(square, OfferCell.person_id)
        .limit(bindparam("most"))
    )


@cache
def _ready(able: ColumnElement[bool] | None) -> Select[float, int]:
    hours = and_(
        # The line through the ground is a little shorter than the way, so this leaves out nobody.
        _square() <= OfferCell.radius_m * OfferCell.radius_m,
        OfferCell.paused_until <= bindparam("at"),
        _touches(),
    )
    found = _anybody().where(hours)
    return found if able is None else found.where(able)


def _touches() -> ColumnElement[bool]:
    words = (OfferCell.week_a, OfferCell.week_b, OfferCell.week_c)
    asked: list[BindParameter[int]] = [bindparam(name) for name in ("a", "b", "c")]
    common = [word.bitwise_and(bits) for word, bits in zip(words, asked, strict=True)]
    return or_(*(one != 0 for one in common))
