"""One settled ask more in the counts of its volunteer and of its area."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.statements import changed, insert_once
from app.dispatch.models import AnswerCount, AreaAnswerCount
from app.matching.acceptance import Outcome, weight_at


def count_answer(session: Session, one: Outcome) -> None:
    """Adds an ask, and a yes if it was one, as they count at the epoch."""
    weight = weight_at(one.at)
    setting = {
        "hour": one.setting.hour,
        "category_id": one.setting.category_id,
        "band": one.setting.band,
    }
    yes = weight if one.yes else 0.0
    _add(session, AnswerCount, {"person_id": one.person_id, **setting}, weight, yes)
    _add(session, AreaAnswerCount, {"area_id": one.area_id, **setting}, weight, yes)


def _add(
    session: Session,
    table: type[AnswerCount] | type[AreaAnswerCount],
    key: dict[str, Any],
    asks: float,
    yeses: float,
) -> None:
    insert_once(session, table, **key, asks=0.0, yeses=0.0)
    where = [getattr(table, name) == value for name, value in key.items()]
    more = update(table).where(*where)
    changed(session, more.values(asks=table.asks + asks, yeses=table.yeses + yeses))
