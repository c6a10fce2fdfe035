"""Many rows at once, and the ids that the database gave them."""

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session


def keyed(session: Session, table: Any, rows: list[dict[str, Any]]) -> list[int]:
    """Inserts rows and returns their ids in the same order."""
    if not rows:
        return []
    returning = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(session.scalars(returning, rows))
