"""SMS by Twilio. Tells apart what was refused, what may be tried again, and what nobody knows."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from app.notifications.ports import ACCEPTED, PERMANENT, RETRY, UNKNOWN, Outcome, Outgoing
from app.notifications.rules import PERMANENT_CODES

TIMEOUT_S = 10.0


class _RedirectedClient(TwilioHttpClient):  # type: ignore[misc]
    """Sends what was meant for Twilio to another address: a stand-in on loopback."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=TIMEOUT_S)
        self.base = urlsplit(base_url) if base_url else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        """Keeps path and query, changes only the host."""
        if self.base is not None:
            parts = urlsplit(url)
            url = urlunsplit((self.base.scheme, self.base.netloc, parts.path, parts.query, ""))
        return super().request(method, url, *args, **kwargs)


class SmsChannel:
    """Twilio's Messages resource."""

    def __init__(self, *, account_sid: str, auth_token: str, sender: str, api_url: str) -> None:
        self.sender = sender
        self.client = Client(account_sid, auth_token, http_client=_RedirectedClient(api_url))

    def send(self, outgoing: Outgoing) -> Outcome:
        """Submits one message."""
        try:
            message = self.client.messages.create(
                to=outgoing.to,
                from_=self.sender,
                body=outgoing.body,
                status_callback=outgoing.callback_url,
            )
        except TwilioRestException as error:
            return _refused(error)
        except requests.exceptions.ConnectionError as error:
            # Refused before anything was written; a broken pipe later is not known to be so.
            return Outcome(RETRY if _never_connected(error) else UNKNOWN, code="connection")
        except (requests.exceptions.RequestException, TwilioException):
            return Outcome(UNKNOWN, code="timeout")
        return Outcome(ACCEPTED, provider_id=message.sid, state=str(message.status))

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """Looks for the message at the provider: by its id, else among the latest to the number.

        RETRY means that the provider does not have it: it may be sent again.
        """
        try:
            found = self._find(outgoing, provider_id)
        except (TwilioException, requests.exceptions.RequestException):
            return Outcome(UNKNOWN, code="timeout")
        if found is None:
            return Outcome(RETRY, code="not_there")
        return Outcome(ACCEPTED, provider_id=found.sid, state=str(found.status))

    def _find(self, outgoing: Outgoing, provider_id: str | None) -> Any:
        if provider_id:
            return self.client.messages(provider_id).fetch()
        for message in self.client.messages.list(to=outgoing.to, limit=20):
            if message.body == outgoing.body:
                return message
        return None


def _never_connected(error: requests.exceptions.ConnectionError) -> bool:
    return "NewConnectionError" in repr(error) or "Connection refused" in repr(error)


def _refused(error: TwilioRestException) -> Outcome:
    code = str(error.code or error.status)
    if code in PERMANENT_CODES:
        return Outcome(PERMANENT, code=code)
    if error.status == 429 or error.status >= 500:
        return Outcome(RETRY, code=code, retry_after_s=30 if error.status == 429 else None)
    return Outcome(PERMANENT, code=code)
