"""What an answer over HTTP, or none, says: whether anything was written, how long to wait."""

from collections.abc import Mapping

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, ProxyError, SSLError
from urllib3.exceptions import MaxRetryError, NewConnectionError

BUSY_WAIT_S = 30


def nothing_written(error: NoConnection) -> bool:
    """Refused, unreachable, or no name or trust: before the request; else nobody knows."""
    if isinstance(error, ConnectTimeout | SSLError | ProxyError):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)


def told_wait(headers: Mapping[str, str]) -> int:
    """Seconds of Retry-After; a date or nonsense counts as half a minute."""
    told = headers.get("Retry-After", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else BUSY_WAIT_S
