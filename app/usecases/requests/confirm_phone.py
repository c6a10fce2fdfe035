"""Confirms a resident's number: only then is it texted."""

from sqlalchemy import update

from app.core.actor import RoleName
from app.core.context import Context
from app.core.crypto import lookup_hash
from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.statements import changed
from app.help_requests.models import HelpRequest
from app.help_requests.queries import by_code
from app.trail.chain import record
from app.usecases.messages.notify import notify_resident
from app.usecases.shared.request_state import load_request


def confirm_by_text(context: Context, *, code: str, phone: str) -> HelpRequest:
    """The resident texted the code from that phone. Raises NotFound for another's phone."""
    request = by_code(context.session, code)
    if request is None or request.phone_lookup != lookup_hash("phone", phone):
        raise NotFound(N_("没有找到这个编号，请检查一下，或打电话给服务点"))
    _confirm(context, request, by="text")
    return request


def confirm_by_call(context: Context, *, request_id: int) -> None:
    """A coordinator called the number and reached the resident."""
    request = load_request(context.session, request_id)
    context.actor.needs(RoleName.COORDINATOR, request.area_path)
    _confirm(context, request, by="call")


def _confirm(context: Context, request: HelpRequest, *, by: str) -> None:
    confirmed = changed(
        context.session,
        update(HelpRequest)
        .where(HelpRequest.id == request.id, HelpRequest.phone_confirmed_at.is_(None))
        .values(
            phone_confirmed_at=context.now,
            phone_confirmed_by=context.actor.person_id,
            version=HelpRequest.version + 1,
        ),
    )
    context.session.refresh(request)
    if not confirmed:
        return
    record(
        context,
        kind="help_request.phone_confirmed",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"by": by},
    )
    notify_resident(context.session, request, "request_received", now=context.now)
