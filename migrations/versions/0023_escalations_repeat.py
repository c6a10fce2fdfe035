"""escalations repeat until somebody acknowledges

Online: yes. Older code leaves the new columns at their defaults, which mean what it does.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "escalation", sa.Column("turns", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "escalation", sa.Column("level", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "escalation",
        sa.Column("blocked", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("escalation", sa.Column("step_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("escalation", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "help_request", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("help_request", "escalated_at")
    for name in ("looked_at", "step_at", "blocked", "level", "turns"):
        op.drop_column("escalation", name)
