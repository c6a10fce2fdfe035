"""A volunteer's offer or skills changed: what they were asked about or accepted may not fit now."""

from collections.abc import Sequence

from app.core.context import Context
from app.dispatch.models import Match
from app.dispatch.rules import WAITING, EndReason
from app.people.models import Person
from app.usecases.dispatch.take_place import end_ask
from app.usecases.dispatch.team_needs import asked_by_name
from app.usecases.dispatch.unable import AGREED, raise_unable, unable
from app.usecases.shared.lock_request import lock_request


def follow_offer(context: Context, person: Person, matches: Sequence[Match]) -> None:
    """Ends open asks that do not fit any more; tells coordinators of tasks that do not.

    Person and matches come from `lock_with_tasks`. Whom a coordinator asked by name keeps the ask.
    """
    session, me = context.session, [person.id]
    for match in matches:
        request = lock_request(session, match.request_id)
        if not unable(session, request, me, now=context.now):
            continue
        if match.state in AGREED:
            raise_unable(context, request)
        elif match.state in WAITING and not asked_by_name(session, request, me):
            reason, template = EndReason.CHANGED, "match_not_needed"
            end_ask(context, request, match, person, reason=reason, template=template)
