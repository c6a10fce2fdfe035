"""Verifies that a webhook really comes from Twilio."""

from collections.abc import Mapping

from twilio.request_validator import RequestValidator


def verify_signature(auth_token: str, url: str, params: Mapping[str, str], signature: str) -> bool:
    """Checks X-Twilio-Signature against the public address and the form."""
    if not signature:
        return False
    return bool(RequestValidator(auth_token).validate(url, dict(params), signature))
