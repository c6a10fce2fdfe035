"""shifts are found by their end

Online: yes. It only replaces an index; writers of shifts wait while it is built.
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_shift_when", table_name="shift")
    op.create_index("ix_shift_when", "shift", ["state", "ends_at", "starts_at"])


def downgrade() -> None:
    op.drop_index("ix_shift_when", table_name="shift")
    op.create_index("ix_shift_when", "shift", ["state", "starts_at", "ends_at"])
