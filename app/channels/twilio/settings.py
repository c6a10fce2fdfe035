"""Twilio's settings."""

from dataclasses import dataclass, field

from app.channels.providers import SettingsReader


@dataclass(frozen=True, slots=True)
class TwilioSettings:
    """How SMS and calls are sent by Twilio. `sender` is a number or a messaging service (MG…).

    `caller` is a number of ours that may place calls; empty: no calls. `api_url` is for a stand-in.
    """

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str
    api_url: str = ""
    caller: str = ""


def read_twilio(read: SettingsReader) -> TwilioSettings | None:
    """The settings; None if Twilio is not used. Raises BadSetting if only some are set."""
    needed = read.all_or_none("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_SENDER")
    if needed is None:
        return None
    sid, token, sender = needed
    api_url = read.url("TWILIO_API_URL", "")
    return TwilioSettings(sid, token, sender, api_url, read.text("TWILIO_CALLER"))


def texted_number(settings: TwilioSettings) -> str:
    """The number that people text to."""
    return settings.sender
