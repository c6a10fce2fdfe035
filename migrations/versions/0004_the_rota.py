"""the rota

Online: no. Older code relies on the unique constraint on shifts that is dropped.
"""

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fixed_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rota_id", sa.Integer(), nullable=False),
        sa.Column("layer", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_fixed_turn_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_fixed_turn_person_id_person")
        ),
        sa.ForeignKeyConstraint(["rota_id"], ["rota.id"], name=op.f("fk_fixed_turn_rota_id_rota")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fixed_turn")),
    )
    with op.batch_alter_table("fixed_turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fixed_turn_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_fixed_turn_when", ["rota_id", "ends_at"], unique=False)
        batch_op.create_index(
            "uq_fixed_turn",
            ["rota_id", "layer", "person_id", "starts_at"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "flex_offer",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("callable", sa.Boolean(), nullable=False),
        sa.Column("week_hours", sa.Integer(), nullable=True),
        sa.Column("month_hours", sa.Integer(), nullable=True),
        sa.Column("nights_week", sa.Integer(), nullable=True),
        sa.Column("with_person_id", sa.Integer(), nullable=True),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_flex_offer_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["with_person_id"], ["person.id"], name=op.f("fk_flex_offer_with_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_flex_offer")),
    )
    op.create_table(
        "rota_layer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rota_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("pattern", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_rota_layer_made_by_person")
        ),
        sa.ForeignKeyConstraint(["rota_id"], ["rota.id"], name=op.f("fk_rota_layer_rota_id_rota")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_layer")),
    )
    with op.batch_alter_table("rota_layer", schema=None) as batch_op:
        batch_op.create_index(
            "uq_rota_layer_number",
            ["rota_id", "number"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "rota_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rota_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("layer", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_rota_override_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_rota_override_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_rota_override_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["rota_id"], ["rota.id"], name=op.f("fk_rota_override_rota_id_rota")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_override")),
    )
    with op.batch_alter_table("rota_override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_override_by_id"), ["by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_rota_override_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_rota_override_when", ["rota_id", "ends_at"], unique=False)

    op.create_table(
        "hand_over_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rota_id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_hand_over_note_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["rota_id"], ["rota.id"], name=op.f("fk_hand_over_note_rota_id_rota")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_hand_over_note_shift_id_shift")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_over_note")),
    )
    with op.batch_alter_table("hand_over_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hand_over_note_rota_id"), ["rota_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hand_over_note_shift_id"), ["shift_id"], unique=False)

    op.create_table(
        "rota_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("layer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["rota_layer.id"], name=op.f("fk_rota_member_layer_id_rota_layer")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_rota_member_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_member")),
        sa.UniqueConstraint(
            "layer_id", "person_id", name=op.f("uq_rota_member_layer_id_person_id")
        ),
    )
    with op.batch_alter_table("rota_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "swap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rota_id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("layer", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("taker_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name=op.f("fk_swap_giver_id_person")),
        sa.ForeignKeyConstraint(["rota_id"], ["rota.id"], name=op.f("fk_swap_rota_id_rota")),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_swap_shift_id_shift")),
        sa.ForeignKeyConstraint(["taker_id"], ["person.id"], name=op.f("fk_swap_taker_id_person")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_swap_to_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.create_index("ix_swap_due", ["state", "next_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_giver_id"), ["giver_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_rota_id"), ["rota_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_swap_taker_id"), ["taker_id"], unique=False)
        batch_op.create_index(
            "uq_swap_open",
            ["shift_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'taken')"),
            postgresql_where=sa.text("state IN ('open', 'taken')"),
        )

    op.create_table(
        "duty_ask",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("swap_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reply_number", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_duty_ask_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_duty_ask_shift_id_shift")
        ),
        sa.ForeignKeyConstraint(["swap_id"], ["swap.id"], name=op.f("fk_duty_ask_swap_id_swap")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_ask")),
        sa.UniqueConstraint(
            "shift_id", "swap_id", "person_id", name=op.f("uq_duty_ask_shift_id_swap_id_person_id")
        ),
    )
    with op.batch_alter_table("duty_ask", schema=None) as batch_op:
        batch_op.create_index("ix_duty_ask_person", ["person_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_ask_swap_id"), ["swap_id"], unique=False)
        batch_op.create_index(
            "uq_duty_ask_agree",
            ["shift_id"],
            unique=True,
            sqlite_where=sa.text("swap_id IS NULL"),
            postgresql_where=sa.text("swap_id IS NULL"),
        )

    with op.batch_alter_table("rota", schema=None) as batch_op:
        batch_op.add_column(sa.Column("limits", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(
            sa.Column("approve_swaps", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("paused_from", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))

    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("origin", sa.String(length=8), nullable=False, server_default="hand")
        )
        batch_op.add_column(sa.Column("end_reason", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_shift_rota_id_person_id_starts_at"), type_="unique")
        batch_op.create_index("ix_shift_rota", ["rota_id", "ends_at"], unique=False)
        batch_op.create_index(
            "uq_shift_live",
            ["rota_id", "layer", "person_id", "starts_at"],
            unique=True,
            sqlite_where=sa.text("state IN ('offered', 'agreed')"),
            postgresql_where=sa.text("state IN ('offered', 'agreed')"),
        )


def downgrade() -> None:
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_shift_live",
            sqlite_where=sa.text("state IN ('offered', 'agreed')"),
            postgresql_where=sa.text("state IN ('offered', 'agreed')"),
        )
        batch_op.drop_index("ix_shift_rota")
        batch_op.create_unique_constraint(
            batch_op.f("uq_shift_rota_id_person_id_starts_at"),
            ["rota_id", "person_id", "starts_at"],
        )
        batch_op.drop_column("thanked_at")
        batch_op.drop_column("raised_at")
        batch_op.drop_column("checked_in_at")
        batch_op.drop_column("end_reason")
        batch_op.drop_column("origin")

    with op.batch_alter_table("rota", schema=None) as batch_op:
        batch_op.drop_column("version")
        batch_op.drop_column("paused_until")
        batch_op.drop_column("paused_from")
        batch_op.drop_column("approve_swaps")
        batch_op.drop_column("limits")

    with op.batch_alter_table("duty_ask", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_duty_ask_agree",
            sqlite_where=sa.text("swap_id IS NULL"),
            postgresql_where=sa.text("swap_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_duty_ask_swap_id"))
        batch_op.drop_index("ix_duty_ask_person")

    op.drop_table("duty_ask")
    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_swap_open",
            sqlite_where=sa.text("state IN ('open', 'taken')"),
            postgresql_where=sa.text("state IN ('open', 'taken')"),
        )
        batch_op.drop_index(batch_op.f("ix_swap_taker_id"))
        batch_op.drop_index(batch_op.f("ix_swap_rota_id"))
        batch_op.drop_index(batch_op.f("ix_swap_giver_id"))
        batch_op.drop_index("ix_swap_due")

    op.drop_table("swap")
    with op.batch_alter_table("rota_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rota_member_person_id"))

    op.drop_table("rota_member")
    with op.batch_alter_table("hand_over_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hand_over_note_shift_id"))
        batch_op.drop_index(batch_op.f("ix_hand_over_note_rota_id"))

    op.drop_table("hand_over_note")
    with op.batch_alter_table("rota_override", schema=None) as batch_op:
        batch_op.drop_index("ix_rota_override_when")
        batch_op.drop_index(batch_op.f("ix_rota_override_person_id"))
        batch_op.drop_index(batch_op.f("ix_rota_override_by_id"))

    op.drop_table("rota_override")
    with op.batch_alter_table("rota_layer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_rota_layer_number",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.drop_table("rota_layer")
    op.drop_table("flex_offer")
    with op.batch_alter_table("fixed_turn", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_fixed_turn",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_fixed_turn_when")
        batch_op.drop_index(batch_op.f("ix_fixed_turn_person_id"))

    op.drop_table("fixed_turn")
