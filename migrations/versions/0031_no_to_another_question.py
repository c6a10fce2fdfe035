"""a no to what was asked before a change does not count for what is asked after it

Also: what a match was before its yes, when an order was cancelled while somebody was at work, and
from when the phases of a search count after nobody looked at it for a while.

Online: yes. The new columns have defaults or may be empty; older code makes fewer moves.
"""

import sqlalchemy as sa
from alembic import op

from app.core.life_cycle_guard import drop_statements, guard_statements

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# From each state of a match the states that may follow, before this revision.
BEFORE = {
    "proposed": "sent accepted withdrawn",
    "sent": "accepted declined expired withdrawn",
    "accepted": "on_the_way arrived sent expired withdrawn",
    "on_the_way": "arrived withdrawn",
    "arrived": "finished withdrawn",
    "declined": "accepted",
    "expired": "accepted sent",
    "withdrawn": "accepted sent",
    "finished": "",
}
AFTER = BEFORE | {
    "accepted": "on_the_way arrived sent declined expired withdrawn",
    "declined": "accepted sent",
}
COLUMNS = {
    "match": ("reopened", "refused_at", "accepted_from"),
    "help_request": ("cancelled_at", "phases_from", "look_by"),
}


def upgrade() -> None:
    op.add_column(
        "match", sa.Column("reopened", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("match", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("match", sa.Column("accepted_from", sa.String(length=12), nullable=True))
    for name in COLUMNS["help_request"]:
        op.add_column("help_request", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    _guard(AFTER)


def _guard(moves: dict[str, str]) -> None:
    dialect = op.get_bind().dialect.name
    pairs = [(before, after) for before, line in moves.items() for after in line.split()]
    for statement in drop_statements("match", dialect=dialect):
        op.execute(statement)
    for statement in guard_statements("match", moves, pairs, dialect=dialect):
        op.execute(statement)


def downgrade() -> None:
    _guard(BEFORE)
    # Not in a batch: it would recreate the tables, which are large, without their guards.
    for table, names in COLUMNS.items():
        for name in names:
            op.execute(f'ALTER TABLE "{table}" DROP COLUMN {name}')
