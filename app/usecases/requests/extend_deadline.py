"""More time for a request, with a reason, before its deadline passes."""

from datetime import timedelta

from app.core.context import Context
from app.core.errors import Invalid, Refused
from app.core.i18n import N_
from app.help_requests.rules import is_overdue
from app.usecases.requests.amend_request import NOTE_MAX, live_request, update_request

LONGEST_EXTENSION_MINUTES = 7 * 24 * 60


def extend_deadline(
    context: Context, *, request_id: int, version: int | None, minutes: int, reason: str
) -> None:
    """Gives more time, with a reason, and only before the deadline has passed."""
    request = live_request(context.session, context.actor, request_id, version)
    if request.due_at is None or is_overdue(request.due_at, context.now):
        raise Refused(N_("时限已过，不能再延长"))
    if not reason.strip():
        raise Invalid({"reason": N_("请写明为什么延长")})
    if not 1 <= minutes <= LONGEST_EXTENSION_MINUTES:
        raise Invalid({"minutes": N_("请写 1 分钟到 7 天")})
    due = request.due_at + timedelta(minutes=minutes)
    values = {"due_at": due}
    if request.next_action_at == request.due_at:
        values["next_action_at"] = due
    update_request(
        context,
        request,
        kind="help_request.deadline_extended",
        values=values,
        details={"minutes": minutes},
        note=reason.strip()[:NOTE_MAX],
    )
