"""what providers say against texts to a number; a message that did not arrive may be tried again

Online: yes. Older code neither reads the new table nor makes the new move.
"""

import sqlalchemy as sa
from alembic import op

from app.core.life_cycle_guard import drop_statements, guard_statements

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

# From each state the states that may follow.
BEFORE = {
    "pending": "claimed cancelled accepted delivered failed",
    "claimed": "pending submitting accepted delivered failed",
    "submitting": "pending unknown accepted delivered failed",
    "unknown": "pending claimed accepted delivered failed",
    "accepted": "delivered failed",
    "delivered": "",
    "failed": "",
    "cancelled": "",
}
AFTER = {**BEFORE, "accepted": "pending delivered failed"}


def _guard(moves: dict[str, str]) -> None:
    dialect = op.get_bind().dialect.name
    pairs = [(before, after) for before, line in moves.items() for after in line.split()]
    for statement in (
        *drop_statements("notification", dialect=dialect),
        *guard_statements("notification", moves, pairs, dialect=dialect),
    ):
        op.execute(statement)


def upgrade() -> None:
    op.create_table(
        "phone_trouble",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("phone_lookup", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("barrier", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.Column("in_a_row", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_phone_trouble"),
        sa.UniqueConstraint(
            "phone_lookup", "provider", name="uq_phone_trouble_phone_lookup_provider"
        ),
    )
    op.create_index("ix_phone_trouble_until", "phone_trouble", ["until"])
    _guard(AFTER)


def downgrade() -> None:
    _guard(BEFORE)
    op.drop_table("phone_trouble")
