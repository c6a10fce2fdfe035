"""emergency plans

Online: yes. Older code leaves the new columns empty and always names a shift.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

LIVING = sa.text("ended_at IS NULL")
RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    op.create_table(
        "emergency_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("area_path", sa.String(length=120), nullable=False),
        sa.Column("name_zh", sa.String(length=80), nullable=False),
        sa.Column("name_hant", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("purpose_zh", sa.String(length=200), nullable=False),
        sa.Column("purpose_hant", sa.String(length=200), nullable=False),
        sa.Column("purpose_en", sa.String(length=200), nullable=False),
        sa.Column("trigger", sa.String(length=200), nullable=False),
        sa.Column("trigger_value", sa.Double(), nullable=True),
        sa.Column("trigger_unit", sa.String(length=10), nullable=False),
        sa.Column("trigger_days", sa.Integer(), nullable=True),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("places", sa.String(length=200), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_emergency_plan_area_id_area")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_emergency_plan_made_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_plan")),
    )
    op.create_index(op.f("ix_emergency_plan_area_id"), "emergency_plan", ["area_id"])
    op.create_index(op.f("ix_emergency_plan_area_path"), "emergency_plan", ["area_path"])
    op.create_table(
        "plan_skill",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["emergency_plan.id"], name=op.f("fk_plan_skill_plan_id_emergency_plan")
        ),
        sa.ForeignKeyConstraint(
            ["skill_id"], ["skill.id"], name=op.f("fk_plan_skill_skill_id_skill")
        ),
        sa.PrimaryKeyConstraint("plan_id", "skill_id", name=op.f("pk_plan_skill")),
    )
    op.create_table(
        "plan_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["emergency_plan.id"], name=op.f("fk_plan_offer_plan_id_emergency_plan")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_plan_offer_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_offer")),
    )
    op.create_index(op.f("ix_plan_offer_person_id"), "plan_offer", ["person_id"])
    op.create_index(
        "uq_plan_offer_live",
        "plan_offer",
        ["plan_id", "person_id"],
        unique=True,
        sqlite_where=LIVING,
        postgresql_where=LIVING,
    )
    _activations()
    with op.batch_alter_table("fixed_turn", schema=None) as batch_op:
        batch_op.add_column(sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("duty_ask", schema=None) as batch_op:
        batch_op.alter_column("shift_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("activation_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_duty_ask_activation_id_activation"),
            "activation",
            ["activation_id"],
            ["id"],
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_duty_ask_activation_id_person_id"), ["activation_id", "person_id"]
        )


def _activations() -> None:
    op.create_table(
        "activation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("area_id", sa.Integer(), nullable=False),
        sa.Column("area_path", sa.String(length=120), nullable=False),
        sa.Column("rota_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["emergency_plan.id"], name=op.f("fk_activation_plan_id_emergency_plan")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_activation_area_id_area")),
        sa.ForeignKeyConstraint(["rota_id"], ["rota.id"], name=op.f("fk_activation_rota_id_rota")),
        sa.ForeignKeyConstraint(
            ["started_by"], ["person.id"], name=op.f("fk_activation_started_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["person.id"], name=op.f("fk_activation_ended_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activation")),
        sa.UniqueConstraint("rota_id", name=op.f("uq_activation_rota_id")),
    )
    op.create_index("ix_activation_area", "activation", ["area_path", "started_at"])
    op.create_index(
        "uq_activation_running",
        "activation",
        ["plan_id", "area_id"],
        unique=True,
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )


def downgrade() -> None:
    op.execute("DELETE FROM duty_ask WHERE shift_id IS NULL")
    with op.batch_alter_table("duty_ask", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_duty_ask_activation_id_person_id"), type_="unique")
        batch_op.drop_constraint(
            batch_op.f("fk_duty_ask_activation_id_activation"), type_="foreignkey"
        )
        batch_op.drop_column("activation_id")
        batch_op.alter_column("shift_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("fixed_turn", schema=None) as batch_op:
        batch_op.drop_column("agreed_at")
    op.drop_table("activation")
    op.drop_table("plan_offer")
    op.drop_table("plan_skill")
    op.drop_table("emergency_plan")
