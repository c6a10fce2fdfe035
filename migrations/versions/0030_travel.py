"""how each volunteer travels

Online: yes. The new column has a default.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Conflicts of time were computed by bicycle for everybody.
    op.add_column(
        "offer",
        sa.Column("travel", sa.String(length=10), server_default="bicycle", nullable=False),
    )


def downgrade() -> None:
    op.execute("ALTER TABLE offer DROP COLUMN travel")
