"""columns have the words of the code: an escalation's step, a category's policy, a substitute

Online: no. Older code does not find the columns.
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# Table, earlier name, name.
NAMES = (
    ("escalation", "rung", "step"),
    ("category", "ladder", "escalation_policy"),
    ("repeat_rule", "understudy_id", "substitute_id"),
)
EARLIER_KEY, KEY = (f"fk_repeat_rule_{one}_person" for one in ("understudy_id", "substitute_id"))


def upgrade() -> None:
    for table, before, after in NAMES:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {before} TO {after}")
    _rename_key(EARLIER_KEY, KEY)


def downgrade() -> None:
    for table, before, after in NAMES:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {after} TO {before}")
    _rename_key(KEY, EARLIER_KEY)


def _rename_key(before: str, after: str) -> None:
    """SQLite cannot rename a constraint, and nothing there asks for its name."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE repeat_rule RENAME CONSTRAINT {before} TO {after}")
