"""links to calendars

Online: yes. It only adds a table.
"""

import sqlalchemy as sa
from alembic import op


revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

OWN = sa.text("ended_at IS NULL AND rota_id IS NULL")
ROTA = sa.text("ended_at IS NULL AND rota_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "calendar_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("rota_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_link_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["rota_id"], ["rota.id"], name=op.f("fk_calendar_link_rota_id_rota")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_link_token_hash")),
    )
    with op.batch_alter_table("calendar_link", schema=None) as batch_op:
        batch_op.create_index(
            "uq_calendar_link_own",
            ["person_id"],
            unique=True,
            sqlite_where=OWN,
            postgresql_where=OWN,
        )
        batch_op.create_index(
            "uq_calendar_link_rota",
            ["person_id", "rota_id"],
            unique=True,
            sqlite_where=ROTA,
            postgresql_where=ROTA,
        )


def downgrade() -> None:
    with op.batch_alter_table("calendar_link", schema=None) as batch_op:
        batch_op.drop_index("uq_calendar_link_rota")
        batch_op.drop_index("uq_calendar_link_own")

    op.drop_table("calendar_link")
