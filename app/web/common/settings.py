"""What pages need to know of the service's settings."""

from flask import current_app

from config import Config


def config() -> Config:
    """The settings of the service."""
    found: Config = current_app.config["DIANDAN"]
    return found


def phone_region() -> str:
    """The region in which a number without a country code is read, for example CN."""
    return config().phone_region


def sms_number() -> str:
    """The number that residents and volunteers text to; empty when there is none."""
    twilio = config().twilio
    return twilio.sender if twilio else ""
