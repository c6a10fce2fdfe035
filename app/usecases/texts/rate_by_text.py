"""A resident rates by text, in stars or in words, only what waits for a rating."""

from app.conversation.context import TargetKind
from app.conversation.reading import Intent
from app.core.errors import Refused
from app.help_requests.models import HelpRequest
from app.usecases.requests.rate_request import rate_request
from app.usecases.shared.attempt import attempt
from app.usecases.texts.heard import Heard
from app.usecases.texts.note_by_text import keep_words, newest_order
from app.usecases.texts.text_sender import Handled


def rate(heard: Heard) -> Handled | None:
    """Stores the stars, with the rest of the text as the comment."""
    request = _rated(heard)
    if request is None:
        return heard.answered("unknown_code", "unknown_code") if heard.slots.codes else None
    if heard.slots.stars is None:
        return _ask_stars(heard, request)
    try:
        with attempt(heard.session):
            action = rate_request(
                heard.as_resident,
                code=request.code,
                stars=heard.slots.stars,
                comment=heard.reading.note or None,
            )
    except Refused:
        return heard.answered("too_late", "too_late", request_id=request.id, code=request.code)
    if action == "close":
        heard.reply("rated_thanks", request_id=request.id)
    return Handled("rated", request.id)


def ask_stars(heard: Heard) -> Handled | None:
    """Praise, or stars that cannot be given: kept in words, and 1 to 5 is asked for."""
    request = _rated(heard)
    if request is None:
        return None
    if heard.reading.intent == Intent.PRAISE:
        keep_words(heard.as_resident, request, heard.body, inbound_id=heard.sender.inbound_id)
    return _ask_stars(heard, request)


def _ask_stars(heard: Heard, request: HelpRequest) -> Handled:
    return heard.answered("stars_asked", "rate_how", request_id=request.id)


def came(heard: Heard) -> Handled | None:
    """ "来了", said of a finished order: the confirmation is kept, and stars are asked for."""
    request = _rated(heard)
    if request is None:
        return None
    keep_words(heard.as_resident, request, heard.body, inbound_id=heard.sender.inbound_id)
    return _ask_stars(heard, request)


def _rated(heard: Heard) -> HelpRequest | None:
    codes = heard.keys(TargetKind.UNRATED)
    return newest_order(heard.session, codes, heard.sender.lookup)
