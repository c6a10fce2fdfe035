"""Which scheduler ticks: one row, claimed by a conditional UPDATE, by the database's own clock.

Two schedulers are harmless: if the holder is killed, another takes over when the lease expires.
The fence grows with every change of holder, so that a former holder can be told from the present.
"""

from sqlalchemy import String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.base import Base

SQLITE_NOW = "CAST((julianday('now') - 2440587.5) * 86400 AS REAL)"
POSTGRES_NOW = "EXTRACT(EPOCH FROM clock_timestamp())"


class Lease(Base):
    """`expires` is in seconds since 1970 by the clock of the database."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    fence: Mapped[int]
    expires: Mapped[float]


def take_lease(session: Session, *, name: str, holder: str, seconds: float) -> int | None:
    """Takes or renews the lease for `seconds`; returns its fence, or None when another holds it."""
    now = POSTGRES_NOW if session.get_bind().dialect.name == "postgresql" else SQLITE_NOW
    session.execute(
        text(
            "INSERT INTO lease (name, holder, fence, expires) VALUES (:name, '', 0, 0)"
            " ON CONFLICT (name) DO NOTHING"
        ),
        {"name": name},
    )
    row = session.execute(
        text(
            f"UPDATE lease SET holder = :holder, expires = {now} + :seconds,"
            " fence = fence + CASE WHEN holder = :holder THEN 0 ELSE 1 END"
            f" WHERE name = :name AND (holder = :holder OR expires < {now}"
            # No lease lasts that long: the clock was set back since it was taken.
            f" OR expires > {now} + 2 * :seconds) RETURNING fence"
        ),
        {"name": name, "holder": holder, "seconds": seconds},
    ).first()
    return None if row is None else int(row[0])


def give_back(session: Session, *, name: str, holder: str) -> None:
    """Releases the lease at once, so that the next holder need not wait."""
    session.execute(
        text("UPDATE lease SET expires = 0 WHERE name = :name AND holder = :holder"),
        {"name": name, "holder": holder},
    )


def is_held(session: Session, *, name: str) -> bool:
    """Whether the lease is held, or expired only a moment ago without being released."""
    now = POSTGRES_NOW if session.get_bind().dialect.name == "postgresql" else SQLITE_NOW
    found = session.scalar(
        text(f"SELECT 1 FROM lease WHERE name = :name AND expires > {now}"), {"name": name}
    )
    return found is not None


def read_fences(session: Session) -> dict[str, int]:
    """How often each lease changed hands."""
    return {row[0]: row[1] for row in session.execute(select(Lease.name, Lease.fence))}
