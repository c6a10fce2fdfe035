"""service points have posters and may close; places may go out of use and have other names

Online: no. Older code adds service points without a code, which is refused.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place_alias",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("search_key", sa.String(length=240), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_id"], ["place.id"], name=op.f("fk_place_alias_place_id_place")
        ),
        sa.PrimaryKeyConstraint("place_id", "search_key", name=op.f("pk_place_alias")),
    )
    op.add_column(
        "place", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column(
        "service_point", sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("service_point", sa.Column("public_code", sa.String(length=16)))
    _give_codes()
    with op.batch_alter_table("service_point", schema=None) as batch_op:
        batch_op.alter_column("public_code", existing_type=sa.String(length=16), nullable=False)
        batch_op.create_unique_constraint(op.f("uq_service_point_public_code"), ["public_code"])


def _give_codes() -> None:
    points = sa.table("service_point", sa.column("id"), sa.column("public_code"))
    connection = op.get_bind()
    for (point_id,) in connection.execute(sa.select(points.c.id)).all():
        connection.execute(
            sa.update(points)
            .where(points.c.id == point_id)
            .values(public_code=secrets.token_hex(5))
        )


def downgrade() -> None:
    with op.batch_alter_table("service_point", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_service_point_public_code"), type_="unique")
        batch_op.drop_column("public_code")
        batch_op.drop_column("active")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_column("active")
    op.drop_table("place_alias")
