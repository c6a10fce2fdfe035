"""Telephone calls by Twilio: the words are spoken twice, and a key says yes or no."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from app.channels.twilio_http import TIMEOUT_S, Busy, HttpClient, as_told, submit
from app.notifications.ports import RETRY, UNKNOWN, Outcome, Outgoing

SPOKEN = {"zh_Hans": "zh-CN", "zh_Hant": "zh-TW", "en": "en-GB"}
# Seconds of ringing, and of waiting for a key.
RINGS_S = 30
KEY_S = 6
STATUS_PATH, KEY_PATH = "/status/", "/key/"


class CallChannel:
    """Twilio's Calls resource. `caller` is a number of ours that may call."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        caller: str,
        api_url: str,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.caller = caller
        self.client = Client(account_sid, auth_token, http_client=HttpClient(api_url, timeout_s))

    def send(self, outgoing: Outgoing) -> Outcome:
        """Places one call."""
        return submit(
            lambda: self.client.calls.create(
                to=outgoing.to,
                from_=self.caller,
                twiml="".join(spoken(outgoing)),
                timeout=RINGS_S,
                status_callback=outgoing.callback_url,
                status_callback_event=["completed"],
            )
        )

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """Looks for a call by its id; without one it is placed again: rather twice than never."""
        if not provider_id:
            return Outcome(RETRY, code="not_there")
        try:
            return as_told(self.client.calls(provider_id).fetch())
        except TwilioRestException as error:
            return Outcome(RETRY if error.status == 404 else UNKNOWN, code="no_answer")
        except (TwilioException, RequestException, Busy, ValueError, TypeError, AttributeError):
            return Outcome(UNKNOWN, code="no_answer")


def spoken(outgoing: Outgoing) -> Iterator[str]:
    """TwiML: the words twice, each followed by a while for a key."""
    language = quoteattr(SPOKEN.get(outgoing.language, "zh-CN"))
    action = quoteattr(outgoing.callback_url.replace(STATUS_PATH, KEY_PATH))
    say = f"<Say language={language}>{escape(outgoing.body)}</Say>"
    yield "<Response>"
    for _ in range(2):
        yield f'<Gather numDigits="1" timeout="{KEY_S}" action={action}>{say}</Gather>'
    yield "</Response>"
