"""Listens to every statement on PostgreSQL: locks are waited for in one order everywhere.

The order is help request, person, rota (docs/architecture.md); matches and places change only under
the lock of their request. A transaction that waits for a row of an earlier kind while it holds one
of a later kind may end in a deadlock. One that skips locked rows does not wait.
"""

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, event

ORDER = {"help_request": 0, "person": 1, "rota": 2}
LOCKED = re.compile(r"\bFROM\s+\"?(\w+)\"?.*\bFOR (?:NO KEY )?UPDATE\b", re.S)
UPDATED = re.compile(r"^\s*UPDATE\s+\"?(\w+)\"?", re.S)
HELD = "held_locks"

violations: list[str] = []


@lru_cache(maxsize=4096)
def _table(statement: str) -> str | None:
    found = LOCKED.search(statement) or UPDATED.match(statement)
    return found.group(1) if found and found.group(1) in ORDER else None


def _note(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
    if connection.dialect.name != "postgresql" or (table := _table(statement)) is None:
        return
    held: list[str] = connection.info.setdefault(HELD, [])
    if table not in held:
        late = [one for one in held if ORDER[one] > ORDER[table]]
        if late and "SKIP LOCKED" not in statement:
            violations.append(f"{table} after {' '.join(late)}: {statement[:300]}")
        held.append(table)


def _forget(connection: Connection) -> None:
    connection.info.pop(HELD, None)


def listen_to_locks() -> None:
    """Begins to listen, for the whole run."""
    event.listen(Engine, "before_cursor_execute", _note)
    event.listen(Engine, "begin", _forget)
