"""hours of a move, approval and answers in time

Online: yes. The new columns are empty for older code, which neither reads nor writes them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

NEW = {
    "swap": ("new_starts_at", "new_ends_at", "taken_at", "reminded_at"),
    "duty_ask": ("remind_at", "answer_by"),
}


def upgrade() -> None:
    for table, columns in NEW.items():
        for name in columns:
            op.add_column(table, sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in NEW["duty_ask"]:
        op.create_index(op.f(f"ix_duty_ask_{name}"), "duty_ask", [name])
    # Questions that nobody was going to end: they wait until their shift begins.
    op.execute(
        "UPDATE duty_ask SET answer_by = (SELECT starts_at FROM shift"
        " WHERE shift.id = duty_ask.shift_id)"
        " WHERE state = 'sent' AND swap_id IS NULL AND activation_id IS NULL"
    )


def downgrade() -> None:
    for name in NEW["duty_ask"]:
        op.drop_index(op.f(f"ix_duty_ask_{name}"), table_name="duty_ask")
    for table, columns in NEW.items():
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.drop_column(name)
