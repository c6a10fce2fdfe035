"""The resident says that those who accepted are enough: a team that is not whole goes as it is."""

from datetime import datetime

from app.core.context import Context
from app.core.errors import NotFound, Refused
from app.core.i18n import N_
from app.help_requests.models import HelpRequest
from app.help_requests.queries import by_code
from app.help_requests.rules import TAKEABLE
from app.usecases.dispatch.unable import raise_unable
from app.usecases.requests.amend_request import end_search, update_request
from app.usecases.requests.end_of_window import window_is_over
from app.usecases.requests.follow_change import ALONE
from app.usecases.requests.place_request import least_needed
from app.usecases.shared.lock_request import lock_request
from app.usecases.shared.place_state import fit_places


def may_go_as_is(request: HelpRequest, now: datetime) -> bool:
    """Whether its resident was told that somebody is missing, and those who accepted may go."""
    enough = least_needed(request.places_taken, request.wishes) == request.places_taken
    told = request.team_notice is not None and request.places_taken > 0 and enough
    return told and request.state in TAKEABLE and not window_is_over(request, now)


def go_as_is(context: Context, *, code: str) -> HelpRequest:
    """Wants no more volunteers than have accepted: the search ends, they may set out.

    Raises Refused when nobody is missing or the time is over.
    """
    found = by_code(context.session, code)
    if found is None:
        raise NotFound(N_("没有找到这个编号，请检查一下，或打电话给服务点"))
    request = lock_request(context.session, found.id)
    if not may_go_as_is(request, context.now):
        raise Refused(N_("这张需求单的状态已经变了，请看最新情况"))
    enough = request.places_taken
    left = fit_places(context, request, enough)
    update_request(
        context,
        request,
        kind="help_request.changed",
        values={"volunteers_needed": enough},
        details={"fields": ["volunteers_needed"], **left},
    )
    end_search(context, request)
    raise_unable(context, request, ALONE)
    return request
