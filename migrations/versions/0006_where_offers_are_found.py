"""where offers are found: a narrow row for each active offer and category, sorted by cell

Online: no. Offers that older code changes are missing from the new table.
"""

import json
from itertools import islice

import sqlalchemy as sa
from alembic import op

from app.core.base import UtcDateTime
from app.matching.cells import cell_of
from app.matching.distance import earth_point
from app.offers.rules import BadHours, hours_touched, parse_hours

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OFFERS = sa.text(
    "SELECT c.category_id, o.person_id, o.lat, o.lon, o.radius_m, o.paused_until, o.hours"
    " FROM offer o JOIN offer_category c ON c.offer_id = o.id WHERE o.active"
).columns(paused_until=UtcDateTime)


def upgrade() -> None:
    table = op.create_table(
        "offer_cell",
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("cell_row", sa.Integer(), nullable=False),
        sa.Column("cell_column", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.Column("z", sa.Double(), nullable=False),
        sa.Column("radius_m", sa.Integer(), nullable=False),
        sa.Column("paused_until", sa.BigInteger(), nullable=False),
        sa.Column("week_a", sa.BigInteger(), nullable=False),
        sa.Column("week_b", sa.BigInteger(), nullable=False),
        sa.Column("week_c", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_offer_cell_category_id_category")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_offer_cell_person_id_person")
        ),
        sa.PrimaryKeyConstraint(
            "category_id", "cell_row", "cell_column", "person_id", name=op.f("pk_offer_cell")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("offer_cell", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_cell_person_id"), ["person_id"], unique=False)
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_where")
    found = iter(op.get_bind().execute(OFFERS).all())
    while some := list(islice(found, 1000)):
        op.bulk_insert(table, [_cell(row) for row in some])


def _cell(row):
    x, y, z = earth_point(row.lat, row.lon)
    cell_row, cell_column = cell_of(row.lat, row.lon)
    try:
        hours = json.loads(row.hours) if isinstance(row.hours, str) else row.hours
        week = hours_touched(parse_hours(hours))
    except BadHours:
        week = (0, 0, 0)
    return {
        "category_id": row.category_id,
        "person_id": row.person_id,
        "cell_row": cell_row,
        "cell_column": cell_column,
        "x": x,
        "y": y,
        "z": z,
        "radius_m": row.radius_m,
        "paused_until": int(row.paused_until.timestamp()) if row.paused_until else 0,
        **dict(zip(("week_a", "week_b", "week_c"), week, strict=True)),
    }


def downgrade() -> None:
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index("ix_offer_where", ["active", "lat", "lon"], unique=False)
    op.drop_table("offer_cell")
