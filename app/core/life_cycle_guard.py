"""The database's guard of a life-cycle: triggers that refuse states and moves not in its table.

Migrations call this with the states and moves of their time, so its SQL must stay as it is.
"""

from collections.abc import Iterable

FUNCTION = "refuse_move"
CREATE_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'no such state or move of %: %', TG_TABLE_NAME, TG_ARGV[0];
END $$
"""


def guard_statements(
    table: str, states: Iterable[str], pairs: Iterable[tuple[str, str]], *, dialect: str
) -> list[str]:
    """Statements that put a guard on the column `state` of a table that has none."""
    known = ", ".join(f"'{one}'" for one in sorted(states))
    moves = ", ".join(f"'{before}>{after}'" for before, after in sorted(pairs)) or "''"
    wrong_state = f"NEW.state NOT IN ({known})"
    wrong_move = f"OLD.state <> NEW.state AND (OLD.state || '>' || NEW.state) NOT IN ({moves})"
    triggers = [
        (f"{table}_state", "BEFORE INSERT", wrong_state),
        (f"{table}_move", "BEFORE UPDATE OF state", wrong_move),
    ]
    if dialect == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, 'no such state or move of {table}'); END"
        return [
            f'CREATE TRIGGER {name} {when} ON "{table}" WHEN {wrong} {refuse}'
            for name, when, wrong in triggers
        ]
    return [CREATE_FUNCTION] + [
        f'CREATE TRIGGER {name} {when} ON "{table}" FOR EACH ROW WHEN ({wrong})'
        f" EXECUTE FUNCTION {FUNCTION}('{name}')"
        for name, when, wrong in triggers
    ]


def drop_statements(table: str, *, dialect: str) -> list[str]:
    """Statements that take a guard off."""
    on = "" if dialect == "sqlite" else f' ON "{table}"'
    return [f"DROP TRIGGER {table}_{what}{on}" for what in ("state", "move")]
