"""Twilio's door: verify the signature, store, answer 2xx, then work."""

from flask import Blueprint, Response, abort, g, request
from markupsafe import escape
from sqlalchemy.exc import SQLAlchemyError

from app.channels.signature import verify_signature
from app.core.db import writing
from app.usecases.delivery.deliver_notifications import receipt
from app.usecases.texts.answer_by_key import answer_by_key
from app.usecases.texts.receive_text import handle_text, store_text
from app.web.common.settings import config

bp = Blueprint("hooks", __name__, url_prefix="/hooks/twilio")

NO_REPLY = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def _check_signature() -> None:
    """Refuses whatever Twilio did not sign for this very address."""
    twilio = config().twilio
    if twilio is None:
        abort(404)
    signature = request.headers.get("X-Twilio-Signature", "")
    url = config().public_url + request.full_path.rstrip("?")
    if not verify_signature(twilio.auth_token, url, request.form.to_dict(), signature):
        abort(403)


@bp.post("/sms")
def text_came_in() -> Response:
    """A text. Stored before anything else: a tick handles it if this process dies now."""
    _check_signature()
    with writing() as session:
        inbound_id = store_text(
            session,
            provider_id=request.form.get("MessageSid", "")[:64],
            sender=request.form.get("From", "")[:40],
            body=request.form.get("Body", ""),
            now=g.now,
        )
    if inbound_id is not None:
        _handle_now(inbound_id)
    return Response(NO_REPLY, mimetype="text/xml")


def _handle_now(inbound_id: int) -> None:
    """Does the work at once; what fails here is tried again by a tick."""
    try:
        with writing() as session:
            handle_text(session, inbound_id=inbound_id, now=g.now)
    except SQLAlchemyError:
        return


@bp.post("/status/<token>")
def message_moved(token: str) -> Response:
    """A delivery receipt. Only moves a notification forward."""
    _check_signature()
    with writing() as session:
        receipt(
            session,
            token=token,
            provider_id=(request.form.get("MessageSid") or request.form.get("CallSid", ""))[:64],
            status=(request.form.get("MessageStatus") or request.form.get("CallStatus", ""))[:20],
            code=request.form.get("ErrorCode", "")[:20] or None,
            now=g.now,
        )
    return Response(status=204)


@bp.post("/key/<token>")
def key_was_pressed(token: str) -> Response:
    """A key during a call: 1 yes, 0 no. What became of it is spoken."""
    _check_signature()
    with writing() as session:
        heard = answer_by_key(
            session, token=token, key=request.form.get("Digits", "")[:1], now=g.now
        )
    language = {"zh_Hant": "zh-TW", "en": "en-GB"}.get(heard.language, "zh-CN")
    say = f'<Say language="{language}">{escape(heard.words)}</Say>'
    return Response(f"<Response>{say}</Response>", mimetype="text/xml")
