"""what somebody has in hand is found at once

Online: yes. It only adds an index; writers of matches wait while it is built.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

IN_HAND = sa.text("state IN ('accepted', 'arrived', 'on_the_way')")


def upgrade() -> None:
    op.create_index(
        "ix_match_in_hand",
        "match",
        ["person_id", "state"],
        sqlite_where=IN_HAND,
        postgresql_where=IN_HAND,
    )


def downgrade() -> None:
    op.drop_index("ix_match_in_hand", table_name="match")
