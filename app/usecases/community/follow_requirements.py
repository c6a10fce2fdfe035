"""More is required for a kind of help: those who were asked or have accepted may not fit now."""

from collections.abc import Collection

from sqlalchemy import select

from app.core.context import Context
from app.dispatch.models import Match
from app.dispatch.rules import WAITING
from app.help_requests.models import HelpRequest
from app.usecases.dispatch.unable import AGREED, raise_unable
from app.usecases.requests.follow_change import end_unfit_asks
from app.usecases.shared.lock_request import lock_request

REQUIRED = frozenset({"lacks_skill", "not_verified"})


def follow_requirements(context: Context, category_ids: Collection[int]) -> None:
    """Ends open asks that do not fit these categories any more; tells coordinators of tasks.

    A volunteer whom a coordinator asked by name keeps the ask, and one who accepted keeps the task:
    a coordinator decides.
    """
    concerned = (
        select(HelpRequest.id)
        .join(Match, Match.request_id == HelpRequest.id)
        .where(
            HelpRequest.category_id.in_(sorted(category_ids)),
            Match.round_no == HelpRequest.round_no,
            Match.state.in_(sorted(WAITING | AGREED)),
        )
        .distinct()
        .order_by(HelpRequest.id)
    )
    for request_id in context.session.scalars(concerned).all():
        request = lock_request(context.session, request_id)
        end_unfit_asks(context, request)
        raise_unable(context, request, REQUIRED)
