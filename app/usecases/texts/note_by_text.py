"""Words that a person must read: kept with the help request they belong to."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.attention import Attention
from app.core.context import Context
from app.core.statements import changed
from app.help_requests.models import HelpRequest, RequestNote
from app.help_requests.queries import by_code
from app.help_requests.rules import LIVE, State
from app.trail.chain import record
from app.usecases.messages.notify_coordinators import notify_coordinators
from app.usecases.shared.lock_request import lock_request

NOTE_CHARS = 1000


def keep_words(
    context: Context,
    request: HelpRequest,
    words: str,
    *,
    inbound_id: int,
    attention: Attention | None = None,
) -> None:
    """Writes a text into the story of a help request; with `attention` coordinators are told.

    Another reason to look at the request stays; of a request that has ended nobody is told twice.
    """
    session, now, person_id = context.session, context.now, context.actor.person_id
    request = lock_request(session, request.id)
    text = words.strip()[:NOTE_CHARS]
    session.add(
        RequestNote(request_id=request.id, kind="text", text=text, person_id=person_id, made_at=now)
    )
    record(
        context,
        kind="help_request.text_noted",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"person": person_id},
        note=text,
    )
    if attention is None:
        return
    if State(request.state) in LIVE:
        raised = update(HelpRequest).where(HelpRequest.id == request.id)
        values = {"attention": request.attention or str(attention)}
        changed(session, raised.values(**values, version=HelpRequest.version + 1))
        session.refresh(request)
    occurrence = f"text:{inbound_id}"
    notify_coordinators(session, request, reason=attention, now=now, occurrence=occurrence)


def own_order(session: Session, code: str, lookup: str) -> HelpRequest | None:
    """The order with this code if it is this phone's."""
    found = by_code(session, code)
    return found if found is not None and found.phone_lookup == lookup else None


def newest_order(session: Session, codes: list[str], lookup: str) -> HelpRequest | None:
    """The last of these orders of the phone."""
    found = [own_order(session, code, lookup) for code in codes]
    return next((one for one in reversed(found) if one is not None), None)
