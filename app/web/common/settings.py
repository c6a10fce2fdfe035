"""The settings that pages need."""

from typing import TypeVar

from flask import current_app

from app.channels.registry import texted_to
from config import Config

S = TypeVar("S")


def config() -> Config:
    """The settings of the service."""
    found: Config = current_app.config["DIANDAN"]
    return found


def phone_region() -> str:
    """The region in which a number without a country code is read, for example CN."""
    return config().phone_region


def sms_number() -> str:
    """The number that residents and volunteers text to; empty if there is none."""
    return texted_to(config().providers)


def provider_settings(kind: type[S]) -> S | None:
    """The settings of a provider; None if it is not configured."""
    return next((one for one in config().providers if isinstance(one, kind)), None)
