"""The contents of a database at any revision: rows by table, and names of everything else."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, inspect, text

OBJECTS = {
    "sqlite": ("SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'",),
    "postgresql": (
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid), conname FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace",
        "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    ),
}


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by name, each with its values in the order of the rows."""

    columns: dict[str, tuple[Any, ...]]
    size: int

    def rows(self, names: list[str]) -> Counter[str]:
        """How often each row occurs, by these columns."""
        if not names:
            return Counter({"": self.size})
        return Counter(map(repr, zip(*(self.columns[name] for name in names), strict=True)))


Contents = dict[str, Table]


def contents(engine: Engine) -> Contents:
    """Every row of every table."""
    found = {}
    with engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            if name != "alembic_version":
                result = connection.execute(text(f'SELECT * FROM "{name}"'))
                keys, rows = list(result.keys()), result.all()
                values = zip(*rows, strict=True) if rows else [()] * len(keys)
                found[name] = Table(dict(zip(keys, values, strict=True)), len(rows))
    return found


def schema(engine: Engine) -> set[str]:
    """Columns, constraints, indexes, triggers and functions."""
    with engine.connect() as connection:
        inspector = inspect(connection)
        found = {
            f"{table}.{column['name']}: {column['type']}, {column['nullable']}, {column['default']}"
            for table in inspector.get_table_names()
            for column in inspector.get_columns(table)
        }
        for statement in OBJECTS[engine.dialect.name]:
            found |= {str(tuple(row)) for row in connection.execute(text(statement))}
    return found


def differing(one: Contents, other: Contents) -> dict[str, tuple[Counter[str], Counter[str]]]:
    """Rows that only one of the two has, in tables and columns that both have."""
    found = {}
    for name in sorted(one.keys() & other.keys()):
        common = sorted(one[name].columns.keys() & other[name].columns.keys())
        here, there = one[name].rows(common), other[name].rows(common)
        if here != there:
            found[name] = (here - there, there - here)
    return found
