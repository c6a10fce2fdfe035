"""Promises about messages: they leave, arrive once, say what is so and nothing private."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from app.dispatch.models import Match
from app.dispatch.rules import MatchState
from app.help_requests.rules import State
from app.notifications.models import InboundText, Notification
from app.notifications.rules import NotificationState
from app.people.models import Person
from tests.life.invariant import Every, Found, promise
from tests.life.residents import ADDRESS, NAME, NEED
from tests.life.view import View

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
UNDER_WAY = (
    NotificationState.PENDING,
    NotificationState.CLAIMED,
    NotificationState.SUBMITTING,
    NotificationState.UNKNOWN,
)
# Words that must never stand in a text; a link, a party word, and what residents told us.
FORBIDDEN = ("http", "党", NEED, NAME, ADDRESS, ADDRESS[-3:] + "室")


@promise(Every.DELIVERY)
def texts_tell_nothing_private(view: View) -> Found:
    """No name, building, door, need, link or word of party stands in a text."""
    for one in view.carried:
        for word in FORBIDDEN:
            if word in one.body:
                yield one.template, f"says {word}"


@promise(Every.STEP)
def matched_is_true(view: View) -> Found:
    """A resident is notified that somebody comes only when all places are taken."""
    for one in view.said("request_matched"):
        request = view.request_of.get(one.request_id)
        if request is not None and view.open_places(request) > 0:
            yield view.order(one.request_id), f"{view.open_places(request)} places are open"


@promise(Every.STEP)
def taken_is_true(view: View) -> Found:
    """A volunteer is notified that it is taken only when no place is open."""
    for one in view.said("match_taken"):
        request = view.request_of.get(one.request_id)
        if request is not None and view.open_places(request) > 0:
            yield view.order(one.request_id), f"{view.open_places(request)} places are open"


@promise(Every.DELIVERY)
def answered_is_not_asked(view: View) -> Found:
    """People who have answered get no more texts that ask."""
    for one in view.carried:
        if one.template != "match_asked":
            continue
        match = view.session.get_one(Match, int(one.subject.partition(":")[2]))
        if match.state not in (MatchState.SENT, MatchState.EXPIRED):
            yield one.subject, f"asked when it was {match.state}"


@promise(Every.DELIVERY)
def stop_is_heeded(view: View) -> Found:
    """People who texted STOP get no texts until they want them again."""
    for one in view.carried:
        if one.channel == "sms" and one.person_id is not None:
            person = view.session.get_one(Person, one.person_id)
            if person.opted_out_at is not None and person.opted_out_at < one.at - MINUTE:
                yield f"{view.person(one.person_id)} {one.template}", "texted after STOP"


@promise(Every.HOUR)
def nobody_is_texted_twice(view: View) -> Found:
    """A text arrives once; only an urgent one may arrive twice rather than never."""
    counts = view.memory.setdefault("counts", Counter())
    for one in view.carried:
        counts[one.notification_id] += 1
        if counts[one.notification_id] > 1 and not one.urgent:
            yield f"{one.template} {one.subject}", "arrived twice"


@promise(Every.HOUR)
def messages_leave_at_once(view: View) -> Found:
    """What may be sent is sent within a minute while the provider works."""
    working = all(
        one.down_until is None or view.sim.clock.true > one.down_until
        for one in view.sim.provider.values()
    )
    query = select(Notification).where(
        Notification.state == NotificationState.PENDING, Notification.channel.in_(("sms", "call"))
    )
    for one in view.session.scalars(query):
        if working and view.age(one.next_attempt_at) > MINUTE:
            yield f"{one.template} {one.subject}", f"waits for {view.age(one.next_attempt_at)}"


@promise(Every.DAY)
def every_message_ends(view: View) -> Found:
    """No message stays under way for ever."""
    query = select(Notification).where(
        Notification.state.in_(UNDER_WAY), Notification.made_at < view.now - 14 * HOUR
    )
    for one in view.session.scalars(query):
        yield f"{one.template} {one.subject}", f"{one.state} since {one.made_at}"


@promise(Every.HOUR)
def every_text_is_read(view: View) -> Found:
    """A text that came in is handled within a minute."""
    query = select(InboundText).where(InboundText.handled_at.is_(None))
    for one in view.session.scalars(query):
        if view.age(one.received_at) > MINUTE:
            yield f"text {one.id}", f"unread for {view.age(one.received_at)}"


@promise(Every.STEP)
def rejection_is_explained(view: View) -> Found:
    """A refused order shows its resident the reason."""
    for one in view.requests:
        fresh = one.state == State.REJECTED and one.state_since > view.since
        if fresh and not (one.reason or one.duplicate_of):
            yield view.order(one.id), "was refused without a reason"
