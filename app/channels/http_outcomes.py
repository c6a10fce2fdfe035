"""What an HTTP answer, or its absence, means: was anything sent, and how long to wait."""

from collections.abc import Mapping

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, ProxyError, SSLError
from urllib3.exceptions import MaxRetryError, NewConnectionError

from app.notifications.outcomes import OutcomeKind as Kind

BUSY_WAIT_S = 30


def nothing_written(error: NoConnection) -> bool:
    """Whether the request was never sent: connection refused, no route, no name or no trust.

    For every other failure the outcome is unknown.
    """
    if isinstance(error, ConnectTimeout | SSLError | ProxyError):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)


def told_wait(headers: Mapping[str, str]) -> int:
    """Seconds of Retry-After; half a minute for a date or anything unreadable."""
    told = headers.get("Retry-After", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else BUSY_WAIT_S


def judge_status(http_status: int) -> Kind:
    """What a failed answer means when only its status is known.

    A gateway timeout (504) leaves it unknown whether the message was sent. A wrong password is not
    the message's fault: the message waits until the settings are corrected.
    """
    if http_status == 504:
        return Kind.UNKNOWN
    if http_status in (401, 403):
        return Kind.OUR_FAULT
    return Kind.RETRY if http_status in (408, 429) or http_status >= 500 else Kind.REFUSED
