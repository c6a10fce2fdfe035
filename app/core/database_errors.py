"""What a database failure means, the same on both engines."""

from typing import Any, TypeAlias

from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# Everything that a statement, a connection or the pool may raise.
DatabaseError: TypeAlias = SQLAlchemyError

# PostgreSQL: lock not available, statement cancelled, deadlock, serialisation.
BUSY_STATES = {"55P03", "57014", "40P01", "40001"}


def is_busy(error: Exception) -> bool:
    """Whether a lock or a connection was not available in time: worth another try."""
    if isinstance(error, PoolTimeout):
        return True
    original: Any = getattr(error, "orig", None)
    if isinstance(error, OperationalError) and "locked" in str(original):
        return True
    return getattr(original, "sqlstate", None) in BUSY_STATES


def is_out_of_range(error: Exception) -> bool:
    """Whether a value was out of range for its column."""
    return isinstance(error, DataError)


def why_unusable(error: Exception) -> str | None:
    """The driver's message if the database cannot be reached or opened; None for other failures."""
    return str(error.orig) if isinstance(error, OperationalError) else None


def is_taken(error: Exception) -> bool:
    """Whether another transaction wrote the same key first."""
    return isinstance(error, IntegrityError)
