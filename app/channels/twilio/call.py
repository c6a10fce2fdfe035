"""Telephone calls by Twilio: the text is spoken twice, and a pressed key means yes or no."""

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from app.channels.ports import Outcome, Outgoing
from app.channels.twilio.http import TIMEOUT_S, Busy, HttpClient, as_told, submit
from app.channels.twilio.settings import TwilioSettings
from app.channels.twilio.spoken import spoken_twice
from app.notifications.outcomes import OutcomeKind as Kind

# Seconds of ringing.
RINGS_S = 30


class CallChannel:
    """Twilio's Calls resource. `hook_url` is the address of our hook for Twilio."""

    def __init__(
        self, settings: TwilioSettings, hook_url: str, timeout_s: float = TIMEOUT_S
    ) -> None:
        self.caller, self.hook_url = settings.caller, hook_url
        http_client = HttpClient(settings.api_url, timeout_s)
        self.client = Client(settings.account_sid, settings.auth_token, http_client=http_client)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Places one call."""
        return submit(
            lambda: self.client.calls.create(
                to=outgoing.to,
                from_=self.caller,
                twiml=spoken_twice(outgoing, f"{self.hook_url}/key/{outgoing.key}"),
                timeout=RINGS_S,
                status_callback=f"{self.hook_url}/status/{outgoing.key}",
                status_callback_event=["completed"],
            )
        )

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """Looks a call up by its id. Without an id it is placed again: better twice than never."""
        if not provider_id:
            return Outcome(Kind.RETRY, code="not_there")
        try:
            return as_told(self.client.calls(provider_id).fetch())
        except TwilioRestException as error:
            return Outcome(Kind.RETRY if error.status == 404 else Kind.UNKNOWN, code="no_answer")
        except (TwilioException, RequestException, Busy, ValueError, TypeError, AttributeError):
            return Outcome(Kind.UNKNOWN, code="no_answer")


def call_channel(settings: TwilioSettings, hook_url: str) -> CallChannel | None:
    """The channel, or None if no number may place calls."""
    return CallChannel(settings, hook_url) if settings.caller else None
