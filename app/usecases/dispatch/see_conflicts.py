"""The conflicts of people's time with one request, and whether a yes was said in spite of them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.context import Context
from app.core.errors import Refused
from app.core.i18n import N_
from app.core.travel import Travel
from app.core.urgency import Urgency
from app.dispatch.models import Match
from app.dispatch.rules import may_accept
from app.help_requests.models import HelpRequest
from app.matching.conflicts import Exclusion, PersonTimes, conflicts
from app.offers.models import Offer
from app.usecases.dispatch.look_up_times import (
    Held,
    duty_then,
    look_up_held,
    person_times,
    task_time,
)
from app.usecases.shared.lock_people import lock_people

# Somebody would be in two places at one time.
TWO_PLACES = {
    "busy_then": N_("您那时已经有一单（%(during)s）。还是能去的话，请再确认一次"),
    "on_duty_then": N_("您那时在值班（%(during)s）。还是能去的话，请再确认一次"),
}


class TimeConflict(Refused):
    """The person has something else at that time and did not say that they know."""


def conflicts_with(
    session: Session, request: HelpRequest, people: Sequence[int], *, now: datetime
) -> dict[int, tuple[Exclusion, ...]]:
    """Every conflict of each of these people with a request; empty without any. Five queries.

    Somebody without an offer has no own hours that could be in the way.
    """
    task, zone = task_time(request, now), zone_of(session, request.area_path)
    held = look_up_held(session, request, people, now)
    on_duty = set(duty_then(session, request, now))
    offers = {
        row.person_id: row
        for row in session.execute(
            select(
                Offer.person_id,
                cast(Offer.hours, String).label("hours"),
                Offer.paused_until,
                Offer.travel,
            ).where(Offer.person_id.in_(people))
        )
    }
    found = {}
    for person_id in people:
        mine, offer = held.get(person_id, Held()), offers.get(person_id)
        if offer is None:
            times = PersonTimes(None, tuple(mine.tasks), tuple(mine.duties))
        else:
            travel = Travel(offer.travel)
            times = person_times(
                mine, task, offer.hours, offer.paused_until, zone=zone, travel=travel
            )
        found[person_id] = tuple(conflicts(task, times, on_duty=person_id in on_duty))
    return found


def see_conflicts(
    session: Session, request: HelpRequest, person_id: int, *, now: datetime
) -> tuple[Exclusion, ...]:
    """What else a volunteer has at the time of a request, for the volunteer before the yes.

    Own hours and breaks are left out: the volunteer's yes decides about them. So is duty, when
    the request is urgent: the duty yields to it.
    """
    urgent = request.urgency == Urgency.URGENT
    return tuple(
        why
        for why in conflicts_with(session, request, [person_id], now=now)[person_id]
        if why.code == "busy_then"
        or (why.code in ("on_duty_then", "duty_soon", "resting") and not urgent)
    )


def conflicts_of_match(session: Session, match: Match, *, now: datetime) -> tuple[Exclusion, ...]:
    """The same for a match that its volunteer may still accept; none for any other."""
    if not may_accept(match.state, match.end_reason):
        return ()
    request = session.get_one(HelpRequest, match.request_id)
    return see_conflicts(session, request, match.person_id, now=now)


def two_places(found: Sequence[Exclusion]) -> list[Exclusion]:
    """Those conflicts that put somebody in two places at one time."""
    return [why for why in found if why.code in TWO_PLACES]


def check_conflicts(
    context: Context, request: HelpRequest, person_id: int, *, knowing: bool
) -> list[str]:
    """Raises TimeConflict if a yes puts somebody in two places and they did not say they know.

    Returns the codes of the conflicts that they know of. Locks the person until the transaction
    ends, so that two yeses at one moment do not both find the time free. The caller has locked
    the request.
    """
    lock_people(context.session, [person_id])
    found = two_places(see_conflicts(context.session, request, person_id, now=context.now))
    if found and not knowing:
        raise conflict_error(context.session, request, found[0])
    return [why.code for why in found]


def conflict_error(session: Session, request: HelpRequest, why: Exclusion) -> TimeConflict:
    """The conflict as a sentence for the volunteer, with wall times of the request's area."""
    zone = zone_of(session, request.area_path)
    start, end = (
        datetime.fromisoformat(why.numbers[key]).astimezone(zone) for key in ("from", "to")
    )
    ends = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%m-%d %H:%M}"
    return TimeConflict(TWO_PLACES[why.code], during=f"{start:%m-%d %H:%M}–{ends}")
