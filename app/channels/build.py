"""Builds the channels from the settings."""

from collections.abc import Collection, Iterable
from typing import Protocol

from app.channels.console import ConsoleChannel
from app.channels.email import EmailChannel
from app.channels.ports import Channel
from app.channels.push import PushChannel
from app.channels.registry import configured


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
    """What the push channel needs. It is always present."""

    @property
    def key(self) -> bytes: ...
    @property
    def contact(self) -> str: ...
    @property
    def hosts(self) -> Collection[str]: ...


def build_channels(
    providers: Iterable[object], smtp: SmtpSettings | None, push: PushSettings, public_url: str
) -> dict[str, Channel]:
    """A channel for `sms`, `email`, `call` and `push`; the console where none is configured.

    If a provider is configured but none can place calls, there is no `call` channel: on a real
    installation nobody reads what the console prints.
    """
    console = ConsoleChannel()
    channels: dict[str, Channel] = {"sms": console, "email": console, "call": console}
    channels["push"] = PushChannel(key=push.key, contact=push.contact, hosts=push.hosts)
    carried = _carried(providers, public_url)
    if carried:
        del channels["call"]
    channels |= carried
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


def _carried(providers: Iterable[object], public_url: str) -> dict[str, Channel]:
    """The channels that providers carry; the first provider that can carry one is used."""
    carried: dict[str, Channel] = {}
    for provider, settings in configured(providers):
        hook_url = f"{public_url}/hooks/{provider.name}"
        for channel, make in (("sms", provider.sms_out), ("call", provider.call)):
            made = make(settings, hook_url) if make is not None else None
            if made is not None:
                carried.setdefault(channel, made)
    return carried
