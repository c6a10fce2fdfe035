"""each place of a help request has a life of its own; the database refuses moves out of order

Online: no. Older code takes no places, and makes moves that are refused.
"""

import sqlalchemy as sa
from alembic import op

from app.core.life_cycle_guard import drop_statements, guard_statements

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

# From each state the states that may follow.
GUARDS = {
    "help_request": {
        "submitted": "open rejected cancelled",
        "open": "matching assigned in_progress rejected cancelled",
        "matching": "assigned in_progress finished cancelled",
        "assigned": "matching in_progress finished cancelled",
        "in_progress": "matching assigned finished cancelled",
        "finished": "closed reopened",
        "closed": "reopened",
        "reopened": "matching assigned in_progress rejected cancelled",
        "rejected": "submitted",
        "cancelled": "",
    },
    "request_place": {
        "open": "taken left",
        "taken": "open on_the_way arrived",
        "on_the_way": "open arrived",
        "arrived": "open finished",
        "finished": "",
        "left": "open",
    },
    "match": {
        "proposed": "sent accepted withdrawn",
        "sent": "accepted declined expired withdrawn",
        "accepted": "on_the_way arrived sent expired withdrawn",
        "on_the_way": "arrived withdrawn",
        "arrived": "finished withdrawn",
        "declined": "accepted",
        "expired": "accepted sent",
        "withdrawn": "accepted sent",
        "finished": "",
    },
}
# Every place of each request's last round, with the match that holds it.
FILL = """
WITH RECURSIVE numbers(number) AS (
    SELECT 1 UNION ALL SELECT number + 1 FROM numbers
    WHERE number < (SELECT coalesce(max(volunteers_needed), 1) FROM help_request)
),
held AS (
    SELECT m.id, m.request_id, m.round_no, m.state, m.accepted_at,
        coalesce(m.place_no, row_number() OVER (
            PARTITION BY m.request_id, m.round_no ORDER BY m.accepted_at, m.id
        )) AS number
    FROM match AS m WHERE m.state IN ('accepted', 'on_the_way', 'arrived', 'finished')
)
INSERT INTO request_place (request_id, round_no, number, state, match_id, state_since)
SELECT r.id, r.round_no, n.number,
    CASE
        WHEN h.state = 'accepted' THEN 'taken'
        WHEN h.state IS NOT NULL THEN h.state
        WHEN r.state IN ('finished', 'closed', 'cancelled', 'rejected') THEN 'left'
        ELSE 'open'
    END,
    h.id, coalesce(h.accepted_at, r.state_since)
FROM help_request AS r
JOIN numbers AS n ON n.number <= r.volunteers_needed
LEFT JOIN held AS h
    ON h.request_id = r.id AND h.round_no = r.round_no AND h.number = n.number
"""


def upgrade() -> None:
    op.add_column(
        "match", sa.Column("given_back", sa.Integer(), nullable=False, server_default="0")
    )
    op.create_table(
        "request_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("round_no", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("match_id", sa.Integer(), nullable=True),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["match_id"], ["match.id"], name=op.f("fk_request_place_match_id_match")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["help_request.id"],
            name=op.f("fk_request_place_request_id_help_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_place")),
        sa.UniqueConstraint(
            "request_id",
            "round_no",
            "number",
            name=op.f("uq_request_place_request_id_round_no_number"),
        ),
    )
    op.create_index("uq_request_place_match", "request_place", ["match_id"], unique=True)
    op.execute(FILL)
    dialect = op.get_bind().dialect.name
    for table, moves in GUARDS.items():
        pairs = [(before, after) for before, line in moves.items() for after in line.split()]
        for statement in guard_statements(table, moves, pairs, dialect=dialect):
            op.execute(sa.text(statement))


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in GUARDS:
        for statement in drop_statements(table, dialect=dialect):
            op.execute(statement)
    if dialect != "sqlite":
        op.execute("DROP FUNCTION refuse_move()")
    op.drop_table("request_place")
    with op.batch_alter_table("match") as batch:
        batch.drop_column("given_back")
