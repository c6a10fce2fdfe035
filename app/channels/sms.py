"""SMS by Twilio. Tells apart what was refused, what may be tried again, and what nobody knows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, RequestException, SSLError
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError

from app.notifications.ports import ACCEPTED, RETRY, UNKNOWN, Outcome, Outgoing
from app.notifications.rules import judge_refusal

TIMEOUT_S = 10.0
BUSY_WAIT_S = 30
SERVICE_PREFIX = "MG"
# A provider's clock may be a little behind ours.
CLOCKS_DIFFER = timedelta(minutes=1)
LOOKED_THROUGH = 50


class Busy(Exception):
    """429: too many at once. `wait_s` in seconds, as told."""

    def __init__(self, wait_s: int) -> None:
        super().__init__()
        self.wait_s = wait_s


class _HttpClient(TwilioHttpClient):  # type: ignore[misc]
    """Twilio's client, with three changes.

    The host may be another one (a stand-in on loopback). Each request has its own connection: on
    a kept one that the provider just closed nobody knows whether the message went out. Nothing is
    logged: the client's own log lines name telephone numbers.
    """

    def __init__(self, base_url: str, timeout_s: float) -> None:
        super().__init__(pool_connections=False, timeout=timeout_s)
        self.base = urlsplit(base_url) if base_url else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Keeps path and query, changes only the host. Raises Busy."""
        if self.base is not None:
            parts = urlsplit(url)
            url = urlunsplit((self.base.scheme, self.base.netloc, parts.path, parts.query, ""))
        response = super().request(method, url, *args, **kwargs)
        if response.status_code == 429:
            raise Busy(_told_wait(response.headers or {}))
        return response

    def log_request(self, kwargs: dict[str, Any]) -> None:
        """Says nothing."""

    def log_response(self, status_code: int, response: Response) -> None:
        """Says nothing."""


class SmsChannel:
    """Twilio's Messages resource. `sender` is a number or a messaging service (MG…)."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        api_url: str,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        by_service = sender.startswith(SERVICE_PREFIX)
        self.sender = {"messaging_service_sid" if by_service else "from_": sender}
        http_client = _HttpClient(api_url, timeout_s)
        self.client = Client(account_sid, auth_token, http_client=http_client)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Submits one message."""
        try:
            message = self.client.messages.create(
                to=outgoing.to,
                body=outgoing.body,
                status_callback=outgoing.callback_url,
                **self.sender,
            )
        except (TwilioRestException, TwilioServiceException) as error:
            code = str(error.code or error.status)
            return Outcome(judge_refusal(error.status, code), code=code)
        except Busy as error:
            return Outcome(RETRY, code="429", retry_after_s=error.wait_s)
        except NoConnection as error:
            return Outcome(RETRY if _nothing_written(error) else UNKNOWN, code="connection")
        except (RequestException, TwilioException):
            return Outcome(UNKNOWN, code="timeout")
        except (ValueError, TypeError, AttributeError):
            # It said yes, in words that are no JSON.
            return Outcome(UNKNOWN, code="garbled")
        return _as_told(message)

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """Looks for the message at the provider: by its id, else among the latest to the number.

        RETRY means that the provider does not have it: it may be sent again.
        """
        try:
            found = self._find(outgoing, provider_id)
        except (TwilioException, RequestException, Busy, ValueError, TypeError, AttributeError):
            return Outcome(UNKNOWN, code="no_answer")
        return Outcome(RETRY, code="not_there") if found is None else _as_told(found)

    def _find(self, outgoing: Outgoing, provider_id: str | None) -> Any:
        if provider_id:
            return self._fetch(provider_id)
        for message in self.client.messages.list(to=outgoing.to, limit=LOOKED_THROUGH):
            if message.body == outgoing.body and _young_enough(message, outgoing.since):
                return message
        return None

    def _fetch(self, provider_id: str) -> Any:
        try:
            return self.client.messages(provider_id).fetch()
        except TwilioRestException as error:
            if error.status != 404:
                raise
            return None


def _as_told(message: Any) -> Outcome:
    code = str(message.error_code) if message.error_code else None
    return Outcome(ACCEPTED, provider_id=message.sid, code=code, state=str(message.status))


def _young_enough(message: Any, since: datetime | None) -> bool:
    """The same words were perhaps sent before, about the same thing: those are not this message."""
    made_at = message.date_created
    return since is None or made_at is None or made_at >= since - CLOCKS_DIFFER


def _nothing_written(error: NoConnection) -> bool:
    """Refused, unreachable, or no name or trust: before the request; else nobody knows."""
    if isinstance(error, ConnectTimeout | SSLError):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)


def _told_wait(headers: Mapping[str, str]) -> int:
    """Seconds of Retry-After; a date or nonsense counts as half a minute."""
    told = headers.get("Retry-After", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 7 else BUSY_WAIT_S
