"""drafts of rosters

Online: yes. It only adds a table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rota_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"], ["person.id"], name=op.f("fk_roster_draft_made_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["rota_id"], ["rota.id"], name=op.f("fk_roster_draft_rota_id_rota")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_draft")),
    )
    op.create_index("ix_roster_draft_rota", "roster_draft", ["rota_id", "made_at"])
    op.create_index("ix_roster_draft_state", "roster_draft", ["state", "made_at"])


def downgrade() -> None:
    op.drop_index("ix_roster_draft_state", table_name="roster_draft")
    op.drop_index("ix_roster_draft_rota", table_name="roster_draft")
    op.drop_table("roster_draft")
