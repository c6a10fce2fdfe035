"""the database refuses moves out of order of every other life-cycle

Online: yes. Older code makes no other moves.
"""

from alembic import op

from app.core.life_cycle_guard import drop_statements, guard_statements

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

# From each state the states that may follow.
GUARDS = {
    "notification": {
        "pending": "claimed cancelled accepted delivered failed",
        "claimed": "pending submitting accepted delivered failed",
        "submitting": "pending unknown accepted delivered failed",
        "unknown": "pending claimed accepted delivered failed",
        "accepted": "delivered failed",
        "delivered": "",
        "failed": "",
        "cancelled": "",
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
