"""Confirming a resident's number: only then does the house send texts to it."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.crypto import lookup_hash
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.statements import changed
from app.help_requests.models import HelpRequest
from app.help_requests.queries import by_code
from app.trail.chain import record
from app.usecases.messages.notify import notify_resident
from app.usecases.shared.request_state import load_request


def confirm_by_text(
    session: Session, *, actor: Actor, code: str, phone: str, now: datetime
) -> HelpRequest:
    """The resident texted the code from the very phone. Raises NotFound for another's phone."""
    request = by_code(session, code)
    if request is None or request.phone_lookup != lookup_hash("phone", phone):
        raise NotFound(N_("没有找到这个编号，请检查一下，或打电话给服务点"))
    _confirm(session, request, actor, now, by="text")
    return request


def confirm_by_call(session: Session, *, actor: Actor, request_id: int, now: datetime) -> None:
    """A coordinator called the number back and reached the person."""
    request = load_request(session, request_id)
    actor.needs("coordinator", request.area_path)
    _confirm(session, request, actor, now, by="call")


def _confirm(
    session: Session, request: HelpRequest, actor: Actor, now: datetime, *, by: str
) -> None:
    confirmed = changed(
        session,
        update(HelpRequest)
        .where(HelpRequest.id == request.id, HelpRequest.phone_confirmed_at.is_(None))
        .values(
            phone_confirmed_at=now,
            phone_confirmed_by=actor.person_id,
            version=HelpRequest.version + 1,
        ),
    )
    session.refresh(request)
    if not confirmed:
        return
    record(
        session,
        actor=actor,
        kind="help_request.phone_confirmed",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        now=now,
        details={"by": by},
    )
    notify_resident(session, request, "request_received", now=now)
