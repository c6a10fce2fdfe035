"""policies of dispatch, and what was learnt from answers

Online: no. Older code goes on matching requests without noting since when.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TO_LEARN = sa.text("sent_at IS NOT NULL AND learnt_at IS NULL")


def upgrade() -> None:
    op.add_column(
        "help_request", sa.Column("matching_since", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute("UPDATE help_request SET matching_since = state_since WHERE state = 'matching'")
    # -1, no phase: earlier versions did not send asks by a policy.
    op.add_column(
        "wave", sa.Column("phase_no", sa.Integer(), nullable=False, server_default=sa.text("-1"))
    )
    op.add_column("match", sa.Column("chance", sa.Double(), nullable=True))
    op.add_column("match", sa.Column("learnt_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_match_to_learn",
        "match",
        ["sent_at"],
        sqlite_where=TO_LEARN,
        postgresql_where=TO_LEARN,
    )
    _create_counts("answer_count", "person")
    _create_counts("area_answer_count", "area")
    op.create_table(
        "dispatch_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_dispatch_policy_area_id_area")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_dispatch_policy_category_id_category")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.id"], name=op.f("fk_dispatch_policy_changed_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_policy")),
        sa.UniqueConstraint(
            "area_id",
            "category_id",
            "urgency",
            name=op.f("uq_dispatch_policy_area_id_category_id_urgency"),
        ),
    )


def _create_counts(name: str, owner: str) -> None:
    op.create_table(
        name,
        sa.Column(f"{owner}_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.String(length=10), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("band", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asks", sa.Double(), nullable=False),
        sa.Column("yeses", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            [f"{owner}_id"], [f"{owner}.id"], name=op.f(f"fk_{name}_{owner}_id_{owner}")
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f(f"fk_{name}_category_id_category")
        ),
        sa.PrimaryKeyConstraint(
            f"{owner}_id", "hour", "category_id", "band", name=op.f(f"pk_{name}")
        ),
    )


def downgrade() -> None:
    for table in ("dispatch_policy", "area_answer_count", "answer_count"):
        op.drop_table(table)
    op.drop_index("ix_match_to_learn", table_name="match")
    for table, column in (
        ("match", "learnt_at"),
        ("match", "chance"),
        ("wave", "phase_no"),
        ("help_request", "matching_since"),
    ):
        op.drop_column(table, column)
