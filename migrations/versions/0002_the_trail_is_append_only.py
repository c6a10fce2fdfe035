"""the trail is append-only

Online: yes. Older code only appends to the trail.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    "CREATE TRIGGER event_never_{name} BEFORE {verb} ON event"
    " BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE.format(name="changed", verb="UPDATE"))
        op.execute(SQLITE.format(name="deleted", verb="DELETE"))
        return
    op.execute(
        "CREATE FUNCTION refuse_trail_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER event_never_changed BEFORE UPDATE OR DELETE ON event"
        " FOR EACH ROW EXECUTE FUNCTION refuse_trail_change()"
    )
    op.execute(
        "CREATE TRIGGER event_never_emptied BEFORE TRUNCATE ON event"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_trail_change()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER event_never_changed")
        op.execute("DROP TRIGGER event_never_deleted")
        return
    op.execute("DROP TRIGGER event_never_emptied ON event")
    op.execute("DROP TRIGGER event_never_changed ON event")
    op.execute("DROP FUNCTION refuse_trail_change()")
