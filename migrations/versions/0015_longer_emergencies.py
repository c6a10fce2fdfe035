"""emergencies that are made longer

Online: no. Older code starts emergencies without the new column, which is refused.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

OF = "SELECT {} FROM activation WHERE activation.id = duty_ask.activation_id"


def upgrade() -> None:
    with op.batch_alter_table("activation", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("earlier_ends", sa.JSON(), nullable=False, server_default="[]")
        )
    with op.batch_alter_table("activation", schema=None) as batch_op:
        batch_op.alter_column("earlier_ends", existing_type=sa.JSON(), server_default=None)
    with op.batch_alter_table("duty_ask", schema=None) as batch_op:
        batch_op.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_duty_ask_activation_id_person_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_duty_ask_activation_id_person_id_since"),
            ["activation_id", "person_id", "since"],
        )
    op.execute(
        f"UPDATE duty_ask SET since = ({OF.format('since')}), until = ({OF.format('until')}) "
        "WHERE activation_id IS NOT NULL"
    )


def downgrade() -> None:
    op.execute(
        f"DELETE FROM duty_ask WHERE activation_id IS NOT NULL AND since > ({OF.format('since')})"
    )
    with op.batch_alter_table("duty_ask", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_duty_ask_activation_id_person_id_since"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_duty_ask_activation_id_person_id"), ["activation_id", "person_id"]
        )
        batch_op.drop_column("until")
        batch_op.drop_column("since")
    with op.batch_alter_table("activation", schema=None) as batch_op:
        batch_op.drop_column("earlier_ends")
