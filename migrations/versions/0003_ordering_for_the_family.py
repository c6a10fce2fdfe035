"""ordering for the family: whom to visit

Online: yes. Older code leaves the new columns empty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite adds a column that may be empty without copying the table.
    for name in ("visited_name", "visited_phone"):
        op.add_column("help_request", sa.Column(name, sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("help_request") as table:
        table.drop_column("visited_phone")
        table.drop_column("visited_name")
