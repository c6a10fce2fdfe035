"""a match keeps what was asked, how its volunteer went and whether they wait for others of a team

Also: the search index has the wishes that exclude somebody; what older code writes there excludes
nobody, who is then looked up without need.

Online: yes. The new columns may be empty or have defaults.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MATCH = ("question", "refused_question", "went_by", "waits", "arrival_from")
# Requests that begin only when all of their places are taken.
TOGETHER = """
    SELECT help_request.id FROM help_request
    JOIN category ON category.id = help_request.category_id
    WHERE (category.together OR CAST(help_request.wishes AS VARCHAR) LIKE '%companion%')
"""
WAITS = f"""
    UPDATE match SET waits = true
    WHERE match.state IN ('accepted', 'on_the_way') AND match.request_id IN (
        {TOGETHER}
        AND help_request.round_no = match.round_no
        AND help_request.state IN ('open', 'matching', 'in_progress', 'reopened')
        AND help_request.places_taken < help_request.volunteers_needed
    ) AND NOT EXISTS (
        SELECT 1 FROM request_place
        WHERE request_place.request_id = match.request_id
        AND request_place.round_no = match.round_no
        AND request_place.state IN ('arrived', 'finished')
    )
"""
# Nobody was awaited before the last of them had said yes.
ARRIVAL = f"""
    UPDATE match SET arrival_from = (
        SELECT max(other.accepted_at) FROM match AS other
        WHERE other.request_id = match.request_id AND other.round_no = match.round_no
        AND other.state IN ('accepted', 'on_the_way', 'arrived', 'finished')
        AND (match.arrived_at IS NULL OR other.accepted_at <= match.arrived_at)
    )
    WHERE match.state IN ('accepted', 'on_the_way', 'arrived', 'finished')
    AND match.promise_learnt_at IS NULL AND match.accepted_at IS NOT NULL
    AND match.request_id IN ({TOGETHER})
"""
# As `core.wishes.excluded_by`.
EXCLUDED = """
    UPDATE offer_cell SET excluded_by = (
        SELECT (CASE WHEN offer.woman THEN 0 ELSE 1 END)
        + (CASE WHEN CAST(offer.wishes AS VARCHAR) LIKE '%no_dogs%' THEN 2 ELSE 0 END)
        + (CASE WHEN CAST(offer.wishes AS VARCHAR) LIKE '%companion%' THEN 4 ELSE 0 END)
        FROM offer WHERE offer.person_id = offer_cell.person_id
    ) WHERE offer_cell.person_id IN (SELECT person_id FROM offer)
"""


def upgrade() -> None:
    for name in ("question", "refused_question"):
        op.add_column("match", sa.Column(name, sa.JSON(), nullable=True))
    op.add_column("match", sa.Column("went_by", sa.String(length=10), nullable=True))
    op.add_column(
        "match", sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("match", sa.Column("arrival_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "offer_cell", sa.Column("excluded_by", sa.Integer(), nullable=False, server_default="0")
    )
    for statement in (WAITS, ARRIVAL, EXCLUDED):
        op.execute(statement)


def downgrade() -> None:
    # Not in a batch: it would recreate the tables, which are large, without their guards.
    op.execute("ALTER TABLE offer_cell DROP COLUMN excluded_by")
    for name in MATCH:
        op.execute(f"ALTER TABLE match DROP COLUMN {name}")
