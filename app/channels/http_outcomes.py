"""What an answer over HTTP, or none, says: whether anything was written, how long to wait."""

from collections.abc import Mapping

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, ProxyError, SSLError
from urllib3.exceptions import MaxRetryError, NewConnectionError

from app.notifications.outcomes import OutcomeKind as Kind

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


def judge_status(http_status: int) -> Kind:
    """What an answer that is not a yes means when only its status is known.

    A gateway that gave up waiting (504) does not know whether the message went out. A wrong
    password is not the message's fault: it waits until the settings are mended.
    """
    if http_status == 504:
        return Kind.UNKNOWN
    if http_status in (401, 403):
        return Kind.OUR_FAULT
    return Kind.RETRY if http_status in (408, 429) or http_status >= 500 else Kind.REFUSED
