"""A coordinator's note on a request."""

from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Invalid
from app.core.i18n import N_
from app.help_requests.models import RequestNote
from app.trail.chain import record
from app.usecases.requests.amend_request import NOTE_MAX
from app.usecases.shared.request_state import (
    load_request,
)


def write_note(context: Context, *, request_id: int, text: str) -> None:
    """Adds a coordinator's note; only coordinators read it."""
    request = load_request(context.session, request_id)
    context.actor.needs(RoleName.COORDINATOR, request.area_path)
    words = text.strip()
    if not 1 <= len(words) <= NOTE_MAX:
        raise Invalid({"note": N_("请写 1 到 1000 个字")})
    context.session.add(
        RequestNote(
            request_id=request.id,
            kind="note",
            text=words,
            person_id=context.actor.person_id,
            made_at=context.now,
        )
    )
    record(
        context,
        kind="help_request.noted",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        note=words,
    )
