"""Where a coordinator approves matches: proposes some, or says at once that nobody fits."""

from datetime import timedelta

from sqlalchemy import select, update

from app.core.attention import Attention
from app.core.context import Context
from app.core.statements import changed
from app.dispatch.models import Match
from app.dispatch.rules import WAITING
from app.help_requests.models import HelpRequest
from app.usecases.dispatch.choose_volunteers import propose_volunteers
from app.usecases.dispatch.dispatch_wave import NOBODY, look_again, nobody_near
from app.usecases.messages.notify_coordinators import notify_coordinators


def propose_or_tell(context: Context, request: HelpRequest) -> timedelta | None:
    """Proposes the best few and notifies coordinators of them, or of there being nobody.

    Returns after how long to look again; None while proposals wait for the coordinator.
    """
    if propose_volunteers(context, request_id=request.id):
        _write(context, request, {"attention": None}, only_if=NOBODY)
        notify_coordinators(
            context.session,
            request,
            reason=Attention.APPROVE_MATCHES,
            now=context.now,
            occurrence=f"approve_matches:{request.round_no}:{int(context.now.timestamp())}",
        )
        return None
    waits = select(Match.id).where(
        Match.request_id == request.id,
        Match.round_no == request.round_no,
        Match.state.in_(sorted(WAITING)),
    )
    if context.session.scalar(waits.limit(1)) is not None:
        return None
    values: dict[str, object] = {
        "attention": NOBODY,
        "escalation": max(1, request.escalation),
        "escalated_at": context.now,
    }
    if _write(context, request, values, only_if=None):
        notify_coordinators(
            context.session,
            request,
            reason=NOBODY,
            now=context.now,
            occurrence=nobody_near(request),
        )
    return look_again(request, context.now)


def _write(
    context: Context, request: HelpRequest, values: dict[str, object], *, only_if: str | None
) -> bool:
    """Writes these columns if the request wants this attention, or none."""
    still = update(HelpRequest).where(
        HelpRequest.id == request.id,
        HelpRequest.attention.is_(None) if only_if is None else HelpRequest.attention == only_if,
    )
    written = changed(context.session, still.values(**values, version=HelpRequest.version + 1))
    context.session.refresh(request)
    return bool(written)
