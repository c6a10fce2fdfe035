"""what became of each yes, what each took on lately, and who was asked longest ago

Online: yes. The new columns have defaults or may be empty; writers of matches wait for the indexes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TAKEN = sa.text("accepted_at IS NOT NULL")
PROMISED = sa.text(
    "promise_learnt_at IS NULL AND (accepted_at IS NOT NULL OR undone_at IS NOT NULL)"
)


def upgrade() -> None:
    op.add_column("match", sa.Column("undone", sa.Integer(), server_default="0", nullable=False))
    op.add_column("match", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "match", sa.Column("promise_learnt_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.create_index(
        "ix_match_promised",
        "match",
        ["state"],
        sqlite_where=PROMISED,
        postgresql_where=PROMISED,
    )
    op.drop_index("ix_match_person_asked", table_name="match")
    op.create_index(
        "ix_match_person_asked", "match", ["person_id", "sent_at", "accepted_at", "end_reason"]
    )
    op.create_index(
        "ix_match_person_took",
        "match",
        ["person_id", "accepted_at", "state", "end_reason"],
        sqlite_where=TAKEN,
        postgresql_where=TAKEN,
    )
    for table, owner in (("promise_count", "person"), ("area_promise_count", "area")):
        op.create_table(
            table,
            sa.Column(f"{owner}_id", sa.Integer(), nullable=False),
            sa.Column("promises", sa.Double(), nullable=False),
            sa.Column("kept", sa.Double(), nullable=False),
            sa.ForeignKeyConstraint(
                [f"{owner}_id"],
                [f"{owner}.id"],
                name=op.f(f"fk_{table}_{owner}_id_{owner}"),
            ),
            sa.PrimaryKeyConstraint(f"{owner}_id", name=op.f(f"pk_{table}")),
        )

    _find_the_idle()


def _find_the_idle() -> None:
    """Patches of eight by eight cells, and when each volunteer was last asked or took a task."""
    op.add_column(
        "offer_cell", sa.Column("patch", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column(
        "offer_cell", sa.Column("busy_at", sa.BigInteger(), server_default="0", nullable=False)
    )
    seconds = "CAST(strftime('%s', {0}) AS INTEGER)"
    if op.get_bind().dialect.name == "postgresql":
        seconds = "CAST(floor(EXTRACT(EPOCH FROM {0})) AS BIGINT)"
    last = (
        "COALESCE((SELECT MAX(" + seconds + ") FROM match"
        " WHERE match.person_id = offer_cell.person_id), 0)"
    )
    asked, took = last.format("sent_at"), last.format("accepted_at")
    op.execute(
        "UPDATE offer_cell SET"
        " patch = (cell_row + 36000) / 8 * 20000 + (cell_column + 72000) / 8,"
        f" busy_at = CASE WHEN {asked} > {took} THEN {asked} ELSE {took} END"
    )
    op.create_index(
        "ix_offer_cell_idle", "offer_cell", ["category_id", "patch", "busy_at", "person_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_offer_cell_idle", table_name="offer_cell")
    for column in ("busy_at", "patch"):
        op.execute(f"ALTER TABLE offer_cell DROP COLUMN {column}")
    op.drop_table("area_promise_count")
    op.drop_table("promise_count")
    op.drop_index("ix_match_promised", table_name="match")
    op.drop_index("ix_match_person_took", table_name="match")
    op.drop_index("ix_match_person_asked", table_name="match")
    op.create_index("ix_match_person_asked", "match", ["person_id", "sent_at"])
    # Not in a batch: it would recreate the table, which is large.
    for column in ("promise_learnt_at", "undone_at", "undone"):
        op.execute(f"ALTER TABLE match DROP COLUMN {column}")
