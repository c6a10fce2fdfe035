"""Which channel carries what, from the settings."""

from collections.abc import Collection
from typing import Protocol

from app.channels.call import CallChannel
from app.channels.console import ConsoleChannel
from app.channels.email import EmailChannel
from app.channels.push import PushChannel
from app.channels.sms import SmsChannel
from app.notifications.ports import Channel


class TwilioSettings(Protocol):
    """What SMS and calls need; without a `caller` there are no calls."""

    @property
    def account_sid(self) -> str: ...
    @property
    def auth_token(self) -> str: ...
    @property
    def sender(self) -> str: ...
    @property
    def caller(self) -> str: ...
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


class PushSettings(Protocol):
    """What the push channel needs; the house always has it."""

    @property
    def key(self) -> bytes: ...
    @property
    def contact(self) -> str: ...
    @property
    def hosts(self) -> Collection[str]: ...


def build_channels(
    twilio: TwilioSettings | None, smtp: SmtpSettings | None, push: PushSettings
) -> dict[str, Channel]:
    """A channel for `sms`, `email`, `call` and `push`; what is not configured is printed.

    With Twilio but without a number that may call there is no `call`: nobody would see it printed.
    """
    console = ConsoleChannel()
    channels: dict[str, Channel] = {"sms": console, "email": console, "call": console}
    channels["push"] = PushChannel(key=push.key, contact=push.contact, hosts=push.hosts)
    if twilio is not None:
        del channels["call"]
        channels["sms"] = SmsChannel(
            account_sid=twilio.account_sid,
            auth_token=twilio.auth_token,
            sender=twilio.sender,
            api_url=twilio.api_url,
        )
    if twilio is not None and twilio.caller:
        channels["call"] = CallChannel(
            account_sid=twilio.account_sid,
            auth_token=twilio.auth_token,
            caller=twilio.caller,
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
