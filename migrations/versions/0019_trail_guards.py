"""the head of the trail is sealed, and no line is replaced

Online: no. Older code writes lines without sealing the head again.
"""

import sqlalchemy as sa
from alembic import op

from app.trail.chain import GENESIS, head_seal

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

HEAD = sa.table(
    "trail_head", sa.column("id"), sa.column("seq"), sa.column("hash"), sa.column("seal")
)
RAISE = "BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
# REPLACE deletes without firing delete triggers, unless a connection enables them.
SQLITE = {
    "event_never_replaced": (
        "BEFORE INSERT ON event WHEN NEW.seq <= (SELECT max(seq) FROM event) " + RAISE
    ),
    "trail_head_never_deleted": "BEFORE DELETE ON trail_head " + RAISE,
}
POSTGRES = {
    "event_note_never_emptied": ("event_note", "BEFORE TRUNCATE"),
    "trail_head_never_emptied": ("trail_head", "BEFORE DELETE OR TRUNCATE"),
}


def upgrade() -> None:
    with op.batch_alter_table("trail_head") as batch:
        batch.add_column(sa.Column("seal", sa.String(64), nullable=False, server_default=""))
    _seal()
    if op.get_bind().dialect.name == "sqlite":
        for name, what in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {what}")
        return
    for name, (table, when) in POSTGRES.items():
        op.execute(
            f"CREATE TRIGGER {name} {when} ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_trail_change()"
        )


def _seal() -> None:
    """Seals the head as it is; an empty trail gets a line that says so."""
    bind = op.get_bind()
    head = bind.execute(sa.select(HEAD.c.seq, HEAD.c.hash)).first()
    if head is not None:
        bind.execute(HEAD.update().values(seal=head_seal(head.seq, head.hash)))
    elif bind.scalar(sa.text("SELECT count(*) FROM event")) == 0:
        seal = head_seal(0, GENESIS)
        bind.execute(HEAD.insert().values(id=1, seq=0, hash=GENESIS, seal=seal))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for name, (table, _) in POSTGRES.items():
            op.execute(f"DROP TRIGGER {name} ON {table}")
    with op.batch_alter_table("trail_head") as batch:
        batch.drop_column("seal")
