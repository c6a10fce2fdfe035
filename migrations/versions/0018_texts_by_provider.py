"""a text that came in is known by its provider and the id that it gave there

Two providers may give the same id. All earlier texts came through Twilio.

Online: no. Older code stores texts without the new column, which is refused.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inbound_text", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("provider", sa.String(length=20), nullable=False, server_default="twilio")
        )
        batch_op.drop_constraint(batch_op.f("uq_inbound_text_provider_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_inbound_text_provider_provider_id"), ["provider", "provider_id"]
        )
    with op.batch_alter_table("inbound_text", schema=None) as batch_op:
        batch_op.alter_column("provider", server_default=None)
    with op.batch_alter_table("delivery_receipt", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_delivery_receipt_provider_id_state"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_delivery_receipt_notification_id_provider_id_state"),
            ["notification_id", "provider_id", "state"],
        )


def downgrade() -> None:
    with op.batch_alter_table("delivery_receipt", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("uq_delivery_receipt_notification_id_provider_id_state"), type_="unique"
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_delivery_receipt_provider_id_state"), ["provider_id", "state"]
        )
    with op.batch_alter_table("inbound_text", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_inbound_text_provider_provider_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_inbound_text_provider_id"), ["provider_id"]
        )
        batch_op.drop_column("provider")
