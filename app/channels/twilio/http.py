"""Twilio over HTTP: one client for texts and calls, and what answers and failures mean."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from app.channels.http_outcomes import nothing_written, told_wait
from app.channels.ports import Outcome
from app.channels.twilio.codes import NAME, judge_refusal, judge_status_word
from app.notifications.outcomes import OutcomeKind as Kind

TIMEOUT_S = 10.0


class Busy(Exception):
    """429: too many requests. `wait_s` is how many seconds Twilio asks to wait."""

    def __init__(self, wait_s: int) -> None:
        super().__init__()
        self.wait_s = wait_s


class HttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's client, with three changes.

    The host may be another one (a stand-in on loopback). Each request opens its own connection:
    when the provider closes a kept one, it is unknown whether the message was sent. Nothing is
    logged: the client's own log lines contain telephone numbers.
    """

    def __init__(self, base_url: str, timeout_s: float) -> None:
        super().__init__(pool_connections=False, timeout=timeout_s)
        self.base = urlsplit(base_url) if base_url else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Keeps path and query, replaces only the host. Raises Busy."""
        if self.base is not None:
            parts = urlsplit(url)
            url = urlunsplit((self.base.scheme, self.base.netloc, parts.path, parts.query, ""))
        response = super().request(method, url, *args, **kwargs)
        if response.status_code == 429:
            raise Busy(told_wait(response.headers or {}))
        return response

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Logs nothing."""

    def log_response(self, status_code: int, response: Response) -> None:
        """Logs nothing."""


def submit(create: Callable[[], Any]) -> Outcome:
    """Creates one resource at Twilio. Never raises for a failure of the provider or the network."""
    try:
        made = create()
    except (TwilioRestException, TwilioServiceException) as error:
        code = str(error.code or error.status)
        return Outcome(judge_refusal(error.status, code), code=code, provider=NAME)
    except Busy as error:
        return Outcome(Kind.RETRY, code="429", retry_after_s=error.wait_s)
    except NoConnection as error:
        return Outcome(Kind.RETRY if nothing_written(error) else Kind.UNKNOWN, code="connection")
    except (RequestException, TwilioException):
        return Outcome(Kind.UNKNOWN, code="timeout")
    except (ValueError, TypeError, AttributeError):
        # Twilio accepted it, but the body is not JSON.
        return Outcome(Kind.UNKNOWN, code="garbled")
    return as_told(made)


def as_told(made: Any) -> Outcome:
    """The outcome of a text or a call, from Twilio's record of it."""
    error = getattr(made, "error_code", None)
    code = str(error) if error else None
    kind = judge_status_word(str(made.status), code)
    kind = Kind.ACCEPTED if kind == Kind.UNKNOWN else kind
    return Outcome(kind, provider_id=made.sid, code=code, provider=NAME)
