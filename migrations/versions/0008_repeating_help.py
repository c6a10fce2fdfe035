"""repeating help

Online: yes. It only adds tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repeat_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_request_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("area_path", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("start_minute", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("familiar_id", sa.Integer(), nullable=True),
        sa.Column("understudy_id", sa.Integer(), nullable=True),
        sa.Column("next_day", sa.Date(), nullable=True),
        sa.Column("next_look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_references(
            "repeat_rule",
            from_request_id="help_request",
            category_id="category",
            familiar_id="person",
            understudy_id="person",
            made_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeat_rule")),
        sa.UniqueConstraint("from_request_id", name=op.f("uq_repeat_rule_from_request_id")),
    )
    with op.batch_alter_table("repeat_rule", schema=None) as batch_op:
        batch_op.create_index("ix_repeat_rule_due", ["state", "next_look_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_repeat_rule_area_path"), ["area_path"], unique=False)
    op.create_table(
        "repeat_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        *_references("repeat_day", rule_id="repeat_rule", request_id="help_request"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeat_day")),
        sa.UniqueConstraint("rule_id", "day", name=op.f("uq_repeat_day_rule_id_day")),
        sa.UniqueConstraint("request_id", name=op.f("uq_repeat_day_request_id")),
    )


def _references(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            [column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}_{target}")
        )
        for column, target in targets.items()
    ]


def downgrade() -> None:
    op.drop_table("repeat_day")
    op.drop_table("repeat_rule")
