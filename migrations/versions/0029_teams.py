"""teams: together or not at all, skills that one member is enough for, wishes

Online: yes. The new columns have defaults in the database or may be empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "category",
        sa.Column("together", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "category_skill",
        sa.Column("one_is_enough", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for table in ("category", "help_request", "offer"):
        wishes = sa.Column("wishes", sa.JSON(), nullable=False, server_default="[]")
        op.add_column(table, wishes)
    op.add_column(
        "offer", sa.Column("woman", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("help_request", sa.Column("team_notice", sa.String(10), nullable=True))


def downgrade() -> None:
    op.drop_column("help_request", "team_notice")
    op.drop_column("offer", "woman")
    for table in ("offer", "help_request", "category"):
        op.drop_column(table, "wishes")
    op.drop_column("category_skill", "one_is_enough")
    op.drop_column("category", "together")
