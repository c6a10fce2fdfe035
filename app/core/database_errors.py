"""What a failure of the database means, the same on both engines, for whoever has to answer."""

from typing import Any, TypeAlias

from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# Everything that a statement, a connection or the pool may raise.
DatabaseError: TypeAlias = SQLAlchemyError

# PostgreSQL: lock not available, statement cancelled, deadlock, serialisation.
BUSY_STATES = {"55P03", "57014", "40P01", "40001"}


def is_busy(error: Exception) -> bool:
    """Whether a lock or a connection was not had in time: worth another try."""
    if isinstance(error, PoolTimeout):
        return True
    original: Any = getattr(error, "orig", None)
    if isinstance(error, OperationalError) and "locked" in str(original):
        return True
    return getattr(original, "sqlstate", None) in BUSY_STATES


def is_out_of_range(error: Exception) -> bool:
    """Whether a value was given that no column could ever hold."""
    return isinstance(error, DataError)


def why_unusable(error: Exception) -> str | None:
    """The driver's words for a database that cannot be reached or opened; None: another failure."""
    return str(error.orig) if isinstance(error, OperationalError) else None
