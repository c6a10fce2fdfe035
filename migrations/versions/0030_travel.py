"""how each volunteer travels, and how long ways really take in each area

Online: yes. The new column has a default, and older code does not know the new table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Conflicts of time were computed by bicycle for everybody.
    op.add_column(
        "offer",
        sa.Column("travel", sa.String(length=10), server_default="bicycle", nullable=False),
    )
    op.create_table(
        "area_way_count",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("ways", sa.Double(), nullable=False),
        sa.Column("logs", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_area_way_count_area_id_area")
        ),
        sa.PrimaryKeyConstraint("area_id", name=op.f("pk_area_way_count")),
    )


def downgrade() -> None:
    op.drop_table("area_way_count")
    op.execute("ALTER TABLE offer DROP COLUMN travel")
