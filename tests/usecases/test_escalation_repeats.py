"""An escalation runs from the moment a request is pressing, and never falls silent."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.areas.datum import Datum
from app.catalogue.models import Category, CategorySkill
from app.core.context import Context
from app.dispatch.models import Escalation, Match
from app.dispatch.rules import EscalationState
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.people.models import Person, PersonSkill
from app.trail.models import Event
from app.usecases.dispatch.answer_match import accept_match, give_up
from app.usecases.dispatch.escalate_urgent import due_escalations, escalate_request
from app.usecases.requests.acknowledge_request import acknowledge_request
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from app.usecases.requests.set_pin import set_pin
from app.usecases.requests.verify_request import approve_request
from tests import factories
from tests.factories import HOME, Community
from tests.usecases.asking import HOUSE, MINUTE, me
from tests.usecases.test_escalate_urgent import BOTH, NEVER, NIGHT

TICK = MINUTE / 2
NEVER_DUE = datetime(2100, 1, 1, tzinfo=UTC)
# A message to somebody at least this often, with the time between two ticks.
LONGEST = 10 * MINUTE + timedelta(seconds=30)


class Street:
    """A community at night: coordinators here and in the district, one volunteer on duty."""

    def __init__(self, session: Session, *, duty: bool = True, **values: Any) -> None:
        self.session = session
        self.place: Community = factories.community(session)
        self.chief = factories.coordinator(session, self.place.here)
        self.mayor = factories.coordinator(session, self.place.district)
        self.guard = self.on_duty(NIGHT - timedelta(hours=1)) if duty else None
        given = {
            "urgency": "urgent",
            "wanted_from": None,
            "wanted_to": None,
            "submitted_at": NIGHT,
            "state_since": NIGHT,
            "due_at": NIGHT + 30 * MINUTE,
            "next_action_at": NIGHT,
        }
        self.one: HelpRequest = factories.request(session, self.place, **(given | values))

    def on_duty(self, start: datetime, *, hours: int = 12) -> Person:
        made = factories.volunteer(self.session, self.place, offer=NEVER)
        factories.on_duty(self.session, made, self.place.here, start=start, hours=hours)
        return made

    def tick(self, at: datetime) -> None:
        """What is due at this moment, as the jobs do it."""
        for request_id in due_deadlines(self.session, now=at):
            process_deadline(Context(self.session, HOUSE, at), request_id=request_id)
            self.session.commit()
        for request_id in due_escalations(self.session, now=at):
            escalate_request(Context(self.session, HOUSE, at), request_id=request_id, channels=BOTH)
            self.session.commit()

    def live(self, begin: datetime, end: datetime) -> None:
        """Ticks every half minute at which something is due."""
        at = begin
        while at < end:
            self.tick(at)
            ticks = max(1, ceil((self.next_due() - at) / TICK))
            at += ticks * TICK

    def next_due(self) -> datetime:
        """The earliest time at which a job finds something."""
        deadline = select(func.min(HelpRequest.next_action_at))
        step = select(func.min(Escalation.next_at)).where(
            Escalation.state == EscalationState.RUNNING
        )
        found = [self.session.scalar(one) for one in (deadline, step)]
        return min((one for one in found if one is not None), default=NEVER_DUE)

    def told(self, *who: Person | None, channel: str | None = None) -> list[datetime]:
        """When messages about the request were made, to these people or to anybody."""
        found = select(Notification.made_at).where(Notification.person_id.is_not(None))
        if who:
            found = found.where(Notification.person_id.in_([one.id for one in who if one]))
        if channel:
            found = found.where(Notification.channel == channel)
        return list(self.session.scalars(found.order_by(Notification.made_at, Notification.id)))

    def boss(self, at: datetime) -> Context:
        actor = factories.actor_for(self.chief, "coordinator", self.place.here)
        return Context(self.session, actor, at)


def longest_gap(moments: list[datetime], begin: datetime, end: datetime) -> timedelta:
    times = [begin, *(one for one in moments if begin <= one < end), end]
    return max(after - before for before, after in pairwise(times))


WAITING = {
    "being matched": {},
    "to be verified": {"state": "submitted"},
    "without a place": {"lat": None, "lon": None, "place_state": "needs_pin"},
    "for a coordinator to choose": {"auto_dispatch": False},
    "with a place still open": {"volunteers_needed": 2, "places_taken": 1},
    "for somebody who does not come": {"state": "assigned", "places_taken": 1, "due_at": NIGHT},
}


@pytest.mark.parametrize("duty", [True, False])
@pytest.mark.parametrize("values", WAITING.values(), ids=WAITING)
def test_nobody_acts_and_it_is_never_silent(
    session: Session, values: dict[str, Any], duty: bool
) -> None:
    street = Street(session, duty=duty, **values)
    end = NIGHT + timedelta(hours=2)
    street.live(NIGHT, end)
    assert longest_gap(street.told(), NIGHT, end) <= LONGEST
    # Coordinators here and above are called again and again.
    assert len(street.told(street.chief, channel="call")) >= 6
    assert len(street.told(street.mayor, channel="call")) >= 6


@pytest.mark.parametrize(
    "values", [WAITING["to be verified"], WAITING["without a place"]], ids=["state", "place"]
)
def test_who_is_on_duty_hears_of_it_at_once_and_is_asked_as_soon_as_possible(
    session: Session, values: dict[str, Any]
) -> None:
    street = Street(session, **values)
    street.live(NIGHT, NIGHT + 3 * MINUTE)
    assert street.guard is not None
    templates = select(Notification.template).where(Notification.person_id == street.guard.id)
    assert session.scalars(templates).all() == ["urgent_waits", "call_on_duty"]
    later = NIGHT + 4 * MINUTE
    if street.one.state == "submitted":
        approve_request(street.boss(later), request_id=street.one.id, version=None)
    else:
        set_pin(
            street.boss(later),
            request_id=street.one.id,
            version=None,
            lat=HOME[0],
            lon=HOME[1],
            datum=Datum.WGS84,
        )
    session.commit()
    street.live(later, later + 2 * MINUTE)
    assert session.scalars(templates).all()[2:] == ["match_asked", "call_match"]


def test_who_is_on_duty_without_the_skill_knows_of_it_and_delays_nobody(session: Session) -> None:
    street = Street(session)
    category = session.get_one(Category, street.one.category_id)
    session.add(CategorySkill(category_id=category.id, skill_id=street.place.first_aid.id))
    session.execute(delete(PersonSkill))
    session.commit()
    street.live(NIGHT, NIGHT + 30 * MINUTE)
    assert street.guard is not None
    rows = select(Notification.template, Notification.made_at).where(
        Notification.person_id == street.guard.id
    )
    told = session.execute(rows.order_by(Notification.id)).all()
    assert {template for template, _ in told} == {"urgent_near"}
    assert told[0].made_at <= NIGHT + MINUTE
    assert street.told(street.chief)[0] <= NIGHT + MINUTE


def test_a_coordinator_who_acts_is_left_alone_for_a_while(session: Session) -> None:
    street = Street(session, duty=False)
    street.live(NIGHT, NIGHT + 20 * MINUTE)
    at = NIGHT + 20 * MINUTE
    acknowledge_request(street.boss(at), request_id=street.one.id)
    session.commit()
    before = len(street.told())
    street.live(at, at + 29 * MINUTE)
    assert len(street.told()) == before
    street.live(at + 29 * MINUTE, at + 42 * MINUTE)
    assert len(street.told(street.chief, street.mayor)) > before


def test_whoever_comes_on_duty_is_notified_from_the_first_step(session: Session) -> None:
    street = Street(session, duty=False)
    street.on_duty(NIGHT - timedelta(hours=4), hours=4 + 1)
    change = NIGHT + timedelta(hours=1)
    after = street.on_duty(change)
    street.live(NIGHT, change)
    assert street.told(after) == []
    street.live(change, change + 3 * MINUTE)
    assert street.told(after, channel="sms")[0] == change
    assert street.told(after, channel="call") == [change + timedelta(seconds=90)]


def test_given_up_it_runs_again(session: Session) -> None:
    street = Street(session)
    street.live(NIGHT, NIGHT + MINUTE)
    match = session.scalars(select(Match)).one()
    assert street.guard is not None
    context = Context(session, me(street.guard, street.place), NIGHT + MINUTE)
    accept_match(context, match_id=match.id)
    session.commit()
    street.live(NIGHT + MINUTE, NIGHT + 5 * MINUTE)
    assert session.scalars(select(Escalation.state)).one() == "answered"
    gone = NIGHT + 5 * MINUTE
    give_up(Context(session, context.actor, gone), match_id=match.id)
    session.commit()
    street.live(gone, gone + timedelta(hours=1))
    assert session.scalars(select(Escalation.state)).one() == "running"
    assert longest_gap(street.told(), gone, gone + timedelta(hours=1)) <= LONGEST


def test_wanted_tomorrow_wakes_nobody_before_it_is_pressing(session: Session) -> None:
    evening = NIGHT - timedelta(hours=4)
    wanted = evening + timedelta(hours=11)
    street = Street(
        session,
        submitted_at=evening,
        state_since=evening,
        next_action_at=evening,
        due_at=evening + timedelta(hours=2),
        wanted_from=wanted,
        wanted_to=wanted + timedelta(hours=1),
    )
    pressing = wanted - timedelta(hours=2)
    morning = evening + timedelta(hours=8)
    street.live(evening, morning)
    assert street.told() == []
    street.live(morning, wanted)
    assert street.told(street.chief, channel="call")[0] >= pressing
    assert longest_gap(street.told(), pressing, wanted) <= LONGEST


def test_a_policy_with_long_waits_is_not_silent_either(session: Session) -> None:
    street = Street(session)
    street.place.medicine.escalation_policy = [
        {"after_s": 0, "who": "first_call", "by": ["sms"]},
        {"after_s": 7200, "who": "coordinator", "by": ["call"]},
    ]
    session.commit()
    end = NIGHT + timedelta(hours=3)
    street.live(NIGHT, end)
    assert longest_gap(street.told(), NIGHT, end) <= LONGEST
    assert len(street.told(street.guard)) >= 12
    assert street.told(street.chief, channel="call")[0] == NIGHT + timedelta(hours=2)


def test_every_repetition_stands_in_the_trail(session: Session) -> None:
    street = Street(session, duty=False)
    street.live(NIGHT, NIGHT + timedelta(hours=1))
    found = select(Event.details).where(Event.kind == "escalation.again").order_by(Event.seq)
    assert [one["notified"] for one in session.scalars(found)] == [2, 2, 2, 2, 2]
