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
    "escalation": {"running": "answered ended", "answered": "running", "ended": "running"},
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
    "activation": {"running": "over", "over": ""},
    "roster_draft": {
        "waiting": "running",
        "running": "done failed",
        "done": "published discarded",
        "failed": "",
        "published": "",
        "discarded": "",
    },
    "trial": {
        "waiting": "running",
        "running": "done nothing failed",
        "done": "",
        "nothing": "",
        "failed": "",
    },
    "repeat_rule": {"running": "paused ended", "paused": "running ended", "ended": ""},
    "repeat_day": {"placed": "skipped missed", "skipped": "", "missed": ""},
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    # What an escalation became in older releases when every step was taken; it runs again.
    op.execute("UPDATE escalation SET state = 'ended' WHERE state = 'spent'")
    for table, moves in GUARDS.items():
        pairs = [(before, after) for before, line in moves.items() for after in line.split()]
        for statement in guard_statements(table, moves, pairs, dialect=dialect):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in GUARDS:
        for statement in drop_statements(table, dialect=dialect):
            op.execute(statement)
