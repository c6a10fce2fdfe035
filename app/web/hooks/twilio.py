"""Hooks for Twilio: verifies each request, hands it on, and answers in Twilio's format."""

from flask import Blueprint, Response, abort, g, request

from app.channels.twilio.inbound import NO_REPLY, receipt_of, text_of
from app.channels.twilio.settings import TwilioSettings
from app.channels.twilio.signature import verify_signature
from app.channels.twilio.spoken import spoken_once
from app.core.db import writing
from app.usecases.texts.answer_by_key import answer_by_key
from app.web.common.settings import config, provider_settings
from app.web.hooks.inbound import take_receipt, take_text

bp = Blueprint("twilio", __name__, url_prefix="/hooks/twilio")


@bp.before_request
def _check_signature() -> None:
    """Rejects requests that Twilio did not sign for this very address."""
    settings = provider_settings(TwilioSettings)
    if settings is None:
        abort(404)
    signature = request.headers.get("X-Twilio-Signature", "")
    url = config().public_url + request.full_path.rstrip("?")
    if not verify_signature(settings.auth_token, url, request.form.to_dict(), signature):
        abort(403)


@bp.post("/sms")
def text_came_in() -> Response:
    """An incoming text."""
    take_text(text_of(request.form))
    return Response(NO_REPLY, mimetype="text/xml")


@bp.post("/status/<key>")
def message_moved(key: str) -> Response:
    """A delivery receipt."""
    take_receipt(receipt_of(key, request.form))
    return Response(status=204)


@bp.post("/key/<key>")
def key_was_pressed(key: str) -> Response:
    """A key pressed during a call: 1 yes, 0 no. The answer is spoken."""
    with writing() as session:
        heard = answer_by_key(session, token=key, key=request.form.get("Digits", "")[:1], now=g.now)
    return Response(spoken_once(heard.words, heard.language), mimetype="text/xml")
