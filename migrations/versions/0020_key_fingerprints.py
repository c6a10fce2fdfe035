"""fingerprints of keys

Online: yes. Older code knows nothing of the new table, and the new column has a default.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_fingerprint",
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("purpose", "number", name=op.f("pk_key_fingerprint")),
        sa.UniqueConstraint(
            "purpose", "fingerprint", name=op.f("uq_key_fingerprint_purpose_fingerprint")
        ),
    )
    op.add_column(
        "trail_head",
        sa.Column("key_generation", sa.Integer(), server_default="0", nullable=False),
    )


def downgrade() -> None:
    # Not in a batch: SQLite would recreate the table and lose its triggers.
    op.execute("ALTER TABLE trail_head DROP COLUMN key_generation")
    op.drop_table("key_fingerprint")
