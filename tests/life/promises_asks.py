"""Promises about asks and tasks: places, who is asked, and how they are notified."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import String, and_, case, cast, func, literal, select

from app.dispatch.models import Match, Wave
from app.dispatch.rules import ACTIVE, WAITING, EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.hours.models import ServiceRecord
from app.notifications.models import Notification, NotificationStep
from app.notifications.rules import NotificationState
from app.offers.models import Offer
from app.people.models import Person
from app.people.rules import PersonState
from app.rotation.models import Shift
from app.rotation.states import ShiftState
from app.usecases.dispatch.open_wave import MANUAL
from tests.life.invariant import Every, Found, promise
from tests.life.view import View

MINUTE = timedelta(minutes=1)
TAKEN_FROM = (EndReason.COORDINATOR, EndReason.CANCELLED, EndReason.FEWER_NEEDED)
CLOSED_BY = ("match_taken", "match_withdrawn", "match_request_cancelled")

# Open asks of which nothing is under way or has arrived, and when that was known.
SUBJECT = literal("match:").concat(cast(Match.id, String))
UNDELIVERED = (
    select(Match.request_id, Match.person_id, func.max(NotificationStep.at).label("at"))
    .join(
        Notification, and_(Notification.subject == SUBJECT, Notification.made_at >= Match.sent_at)
    )
    .join(NotificationStep, NotificationStep.notification_id == Notification.id)
    .where(Match.state == MatchState.SENT)
    .group_by(Match.id, Match.request_id, Match.person_id)
    .having(func.min(case((Notification.state == NotificationState.FAILED, 1), else_=0)) == 1)
)


@promise(Every.STEP)
def one_holder_a_place(view: View) -> Found:
    """Two people never hold one place, and no more hold a place than there are."""
    for request in view.live:
        holders = view.holders(request.id)
        places = Counter(one.place_no for one in holders)
        if any(count > 1 for count in places.values()) or None in places:
            yield view.order(request.id), f"places {sorted(map(str, places.elements()))}"
        if len(holders) > request.volunteers_needed:
            yield view.order(request.id), f"{len(holders)} hold {request.volunteers_needed} places"


@promise(Every.STEP)
def places_are_counted(view: View) -> Found:
    """The number of volunteers found is the number of those who hold a place."""
    for request in view.live:
        held = len(view.holders(request.id))
        if request.places_taken != held:
            yield view.order(request.id), f"says {request.places_taken}, is {held}"


@promise(Every.STEP)
def nobody_is_asked_twice(view: View) -> Found:
    """Nobody is asked twice for the same thing, unless notified in between that it was taken."""
    asked = view.memory.setdefault("asked", set())
    for one in view.messages:
        if one.template in CLOSED_BY:
            asked.discard(one.subject)
        elif one.template == "match_asked" and one.channel == "sms":
            if one.subject in asked:
                yield f"{view.order(one.request_id)} {view.person(one.person_id)}", "asked again"
            asked.add(one.subject)


@promise(Every.STEP)
def asks_reach_somebody(view: View) -> Found:
    """Nobody is asked whom no message reaches; an ask that does not arrive ends within a minute."""
    for one in view.messages:
        dead = one.person_id in view.unheard
        if dead and one.channel == "sms" and one.template == "match_asked":
            yield view.person(one.person_id), "was asked and cannot be reached"
    failed = view.rows(UNDELIVERED)
    for row in failed:
        if view.age(row.at) > MINUTE:
            yield f"{view.order(row.request_id)} {view.person(row.person_id)}", "holds a place"


@promise(Every.STEP)
def yes_is_confirmed(view: View) -> Found:
    """Everybody with a task was notified of it."""
    for request in view.live:
        for one in view.active(request.id):
            fresh = one.accepted_at is not None and one.accepted_at > view.since
            if fresh and not view.is_told(one, "match_accepted"):
                yield f"{view.order(request.id)} {view.person(one.person_id)}", "has it unknowingly"


@promise(Every.STEP)
def taken_away_is_told(view: View) -> Found:
    """A volunteer who had a task and loses it is notified."""
    for request in view.requests:
        for one in view.matches[request.id]:
            lost = one.accepted_at is not None and one.end_reason in TAKEN_FROM
            fresh = one.ended_at is not None and one.ended_at > view.since
            if lost and fresh and not any(view.is_told(one, words) for words in CLOSED_BY):
                yield (
                    f"{view.order(request.id)} {view.person(one.person_id)}",
                    "lost it unknowingly",
                )


@promise(Every.STEP)
def too_late_is_told(view: View) -> Found:
    """A volunteer who was asked and was slower than others is kindly notified."""
    for request in view.requests:
        for one in view.matches[request.id]:
            fresh = one.ended_at is not None and one.ended_at > view.since
            taken = one.sent_at is not None and one.end_reason == EndReason.TAKEN
            if fresh and taken and not any(view.is_told(one, words) for words in CLOSED_BY):
                yield f"{view.order(request.id)} {view.person(one.person_id)}", "heard nothing"


@promise(Every.STEP)
def break_is_left_alone(view: View) -> Found:
    """Nobody is asked for hours of their break, except by name."""
    recent = (
        select(Match.person_id, Match.request_id, HelpRequest.wanted_from, Offer.paused_until)
        .join(Offer, Offer.person_id == Match.person_id)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
    )
    rows = view.rows(
        recent.join(Wave, Wave.id == Match.wave_id).where(
            Match.sent_at > view.since, Offer.paused_until > Match.sent_at, Wave.audience != MANUAL
        )
    )
    for row in rows:
        if row.wanted_from is not None and row.wanted_from >= row.paused_until:
            continue
        yield f"{view.order(row.request_id)} {view.person(row.person_id)}", "asked during a break"


@promise(Every.HOUR)
def suspended_has_nothing(view: View) -> Found:
    """A suspended person has no ask, no task and no duty."""
    out = select(Person.id).where(Person.state == PersonState.SUSPENDED)
    busy = select(Match.person_id).where(
        Match.person_id.in_(out), Match.state.in_((*WAITING, *ACTIVE))
    )
    duty = select(Shift.person_id).where(
        Shift.person_id.in_(out),
        Shift.state.in_((ShiftState.OFFERED, ShiftState.AGREED)),
        Shift.ends_at > view.now,
    )
    for what, query in (("a task or an ask", busy), ("duty", duty)):
        for person_id in set(view.session.scalars(query)):
            yield f"{view.person(person_id)} {what}", "although suspended"


@promise(Every.HOUR)
def hours_are_served_hours(view: View) -> Found:
    """Hours of service are those from arrival to the end, once for each task."""
    rows = view.rows(
        select(
            Match.id, Match.request_id, Match.arrived_at, Match.finished_at, ServiceRecord.minutes
        )
        .join(ServiceRecord, ServiceRecord.match_id == Match.id)
        .where(Match.finished_at > view.since)
    )
    for match_id, count in Counter(row.id for row in rows).items():
        if count > 1:
            yield f"match {match_id}", "was counted twice"
    for row in rows:
        lasted = max(timedelta(0), row.finished_at - (row.arrived_at or row.finished_at))
        if row.minutes > lasted / MINUTE + 1:
            yield view.order(row.request_id), f"{row.minutes} minutes for {lasted}"
