"""conversations by text: half-said orders, phones that want no texts, how each text was read

Also: which kinds of help a text may name.

Online: yes. A new table, and columns that may be empty or have a default.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone_lookup", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("draft", sa.LargeBinary(), nullable=True),
        sa.Column("draft_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chatted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint("phone_lookup", name=op.f("uq_conversation_phone_lookup")),
    )
    op.create_index(op.f("ix_conversation_draft_until"), "conversation", ["draft_until"])
    op.add_column("inbound_text", sa.Column("reading", sa.LargeBinary(), nullable=True))
    op.add_column(
        "category",
        sa.Column("named_in_texts", sa.Boolean(), nullable=False, server_default=sa.true()),
    )


def downgrade() -> None:
    # Not in a batch: it would recreate the table without its guards.
    op.execute("ALTER TABLE category DROP COLUMN named_in_texts")
    op.execute("ALTER TABLE inbound_text DROP COLUMN reading")
    op.drop_table("conversation")
