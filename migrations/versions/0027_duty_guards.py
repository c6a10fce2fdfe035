"""the database refuses moves of shifts, swaps and duty asks out of order

Online: yes. Older code makes no other moves but those of shifts that it calls declined.
"""

from alembic import op

from app.core.life_cycle_guard import drop_statements, guard_statements

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

# From each state the states that may follow.
GUARDS = {
    "shift": {"offered": "agreed cancelled", "agreed": "cancelled", "cancelled": ""},
    "swap": {
        "open": "taken settled withdrawn failed",
        "taken": "settled refused open withdrawn failed",
        "settled": "withdrawn",
        "withdrawn": "",
        "refused": "",
        "failed": "",
    },
    "duty_ask": {
        "sent": "yes no over check",
        "check": "yes no over",
        "yes": "no check",
        "no": "yes check",
        "over": "sent check",
    },
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table, moves in GUARDS.items():
        pairs = [(before, after) for before, line in moves.items() for after in line.split()]
        for statement in guard_statements(table, moves, pairs, dialect=dialect):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in GUARDS:
        for statement in drop_statements(table, dialect=dialect):
            op.execute(statement)
