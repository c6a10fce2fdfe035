"""SMS by Twilio. Distinguishes refused messages, those to retry, and unknown outcomes."""

from datetime import datetime, timedelta
from typing import Any

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from app.channels.ports import Outcome, Outgoing
from app.channels.twilio.http import TIMEOUT_S, Busy, HttpClient, as_told, submit
from app.channels.twilio.settings import TwilioSettings
from app.notifications.outcomes import OutcomeKind as Kind

SERVICE_PREFIX = "MG"
# A provider's clock may be slightly behind ours.
CLOCKS_DIFFER = timedelta(minutes=1)
LOOKED_THROUGH = 50


class SmsChannel:
    """Twilio's Messages resource. `hook_url` is the address of our hook for Twilio."""

    def __init__(
        self, settings: TwilioSettings, hook_url: str, timeout_s: float = TIMEOUT_S
    ) -> None:
        by_service = settings.sender.startswith(SERVICE_PREFIX)
        self.sender = {"messaging_service_sid" if by_service else "from_": settings.sender}
        self.hook_url = hook_url
        http_client = HttpClient(settings.api_url, timeout_s)
        self.client = Client(settings.account_sid, settings.auth_token, http_client=http_client)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Submits one message."""
        return submit(
            lambda: self.client.messages.create(
                to=outgoing.to,
                body=outgoing.body,
                status_callback=f"{self.hook_url}/status/{outgoing.key}",
                **self.sender,
            )
        )

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """Looks the message up at Twilio: by its id, else among the latest to the number."""
        try:
            found = self._find(outgoing, provider_id)
        except (TwilioException, RequestException, Busy, ValueError, TypeError, AttributeError):
            return Outcome(Kind.UNKNOWN, code="no_answer")
        return Outcome(Kind.RETRY, code="not_there") if found is None else as_told(found)

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


def _young_enough(message: Any, since: datetime | None) -> bool:
    """Whether the message is recent enough: the same text may have been sent before."""
    made_at = message.date_created
    return since is None or made_at is None or made_at >= since - CLOCKS_DIFFER
