"""The keys that a database knows: by purpose, number and fingerprint, never the key itself."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, UniqueConstraint, inspect, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.base import Base
from app.core.key_check import KeyState, Registered, fingerprint
from app.core.key_files import PURPOSES, FoundKey

# A stored value has one byte for the number of its key.
MOST_NUMBERS = 255


class KeyFingerprint(Base):
    """`number` is never reused. `first_line` is for trail keys only."""

    __tablename__ = "key_fingerprint"
    __table_args__ = (UniqueConstraint("purpose", "fingerprint"),)

    purpose: Mapped[str] = mapped_column(String(10), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[str] = mapped_column(String(32))
    # A KeyState value.
    state: Mapped[str] = mapped_column(String(10))
    first_line: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


def has_register(session: Session) -> bool:
    """Whether the database is new enough to have the register."""
    return inspect(session.connection()).has_table(KeyFingerprint.__tablename__)


def registered_keys(session: Session) -> list[Registered]:
    """Every key that the database knows, in the order of purposes and numbers."""
    rows = session.execute(
        select(
            KeyFingerprint.purpose,
            KeyFingerprint.number,
            KeyFingerprint.fingerprint,
            KeyFingerprint.state,
            KeyFingerprint.first_line,
        )
    )
    keys = [
        Registered(purpose, number, digest, KeyState(state), first_line)
        for purpose, number, digest, state, first_line in rows
    ]
    return sorted(keys, key=lambda one: (PURPOSES.index(one.purpose), one.number))


def next_number(registered: Sequence[Registered], purpose: str) -> int:
    """A number that no key of this purpose ever had. Raises ValueError if all are used up."""
    number = max((one.number for one in registered if one.purpose == purpose), default=0) + 1
    if number > MOST_NUMBERS:
        raise ValueError(f"all {MOST_NUMBERS} numbers of {purpose} keys are used up")
    return number


def register_key(
    session: Session,
    found: FoundKey,
    *,
    number: int,
    now: datetime,
    state: KeyState = KeyState.ACTIVE,
    first_line: int = 0,
) -> Registered:
    """Records a key. Raises IntegrityError if another process recorded one meanwhile."""
    digest = fingerprint(found.purpose, found.key)
    row = KeyFingerprint(
        purpose=found.purpose,
        number=number,
        fingerprint=digest,
        state=state,
        first_line=first_line,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return Registered(found.purpose, number, digest, state, first_line)
