"""Reads the forms that Twilio posts to us."""

from collections.abc import Mapping

from app.channels.ports import IncomingText, Receipt
from app.channels.twilio.codes import NAME, judge_status_word

# The reply to an incoming text: empty, because our answers go through the outbox.
NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def text_of(form: Mapping[str, str]) -> IncomingText:
    """An incoming text."""
    return IncomingText(
        provider=NAME,
        provider_id=form.get("MessageSid", ""),
        sender=form.get("From", ""),
        body=form.get("Body", ""),
    )


def receipt_of(key: str, form: Mapping[str, str]) -> Receipt:
    """A receipt for the text or the call with this key."""
    status = form.get("MessageStatus") or form.get("CallStatus", "")
    code = form.get("ErrorCode") or None
    return Receipt(
        key=key,
        provider_id=form.get("MessageSid") or form.get("CallSid", ""),
        status=status,
        code=code,
        kind=judge_status_word(status, code),
        provider=NAME,
    )
