"""Which channel carries what, from the settings."""

from typing import Protocol

from app.channels.console import ConsoleChannel
from app.channels.email import EmailChannel
from app.channels.sms import SmsChannel
from app.notifications.ports import Channel


class TwilioSettings(Protocol):
    """What the SMS channel needs."""

    @property
    def account_sid(self) -> str: ...
    @property
    def auth_token(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def api_url(self) -> str: ...


class SmtpSettings(Protocol):
    """What the email channel needs."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def sender(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def starttls(self) -> bool: ...


def build_channels(twilio: TwilioSettings | None, smtp: SmtpSettings | None) -> dict[str, Channel]:
    """A channel for `sms` and for `email`; what is not configured goes to the console."""
    console = ConsoleChannel()
    channels: dict[str, Channel] = {"sms": console, "email": console}
    if twilio is not None:
        channels["sms"] = SmsChannel(
            account_sid=twilio.account_sid,
            auth_token=twilio.auth_token,
            sender=twilio.sender,
            api_url=twilio.api_url,
        )
    if smtp is not None:
        channels["email"] = EmailChannel(
            host=smtp.host,
            port=smtp.port,
            sender=smtp.sender,
            user=smtp.user,
            password=smtp.password,
            starttls=smtp.starttls,
        )
    return channels
