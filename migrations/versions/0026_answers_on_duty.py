"""answers given on duty, and answers day by day

Online: yes. Older code knows nothing of the new tables; what it learns meanwhile is not in them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_answer_count",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.String(length=10), nullable=False),
        sa.Column("asks", sa.Double(), nullable=False),
        sa.Column("yeses", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_duty_answer_count_area_id_area")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_duty_answer_count_person_id_person")
        ),
        sa.PrimaryKeyConstraint("area_id", "person_id", "hour", name=op.f("pk_duty_answer_count")),
    )
    op.create_index(op.f("ix_duty_answer_count_person_id"), "duty_answer_count", ["person_id"])
    op.create_table(
        "answer_period",
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.String(length=10), nullable=False),
        sa.Column("asks", sa.Integer(), nullable=False),
        sa.Column("yeses", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_answer_period_area_id_area")
        ),
        sa.PrimaryKeyConstraint("area_id", "day", "hour", name=op.f("pk_answer_period")),
    )


def downgrade() -> None:
    op.drop_table("answer_period")
    op.drop_table("duty_answer_count")
