"""An urgent request at night is escalated, each step once, even with kills meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Escalation, Match
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.people.models import Person
from app.rotation.models import Shift
from app.trail.models import Event
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.dispatch.escalate_urgent import due_escalations, escalate_request
from app.usecases.texts.answer_by_key import answer_by_key
from tests import factories
from tests.databases import Database
from tests.factories import NOW, Community
from tests.fakes.push import Browser
from tests.usecases.asking import HOUSE, me, told, wave

# 03:00 in Shenzhen: outside everybody's hours.
NIGHT = NOW + timedelta(hours=17)
BOTH = frozenset({"push", "sms", "call"})
NEVER = {"hours": [{"day": 0, "from": "00:00", "to": "00:30"}]}


class Night:
    """Two on duty here, one in the next community, a coordinator, and an urgent request."""

    def __init__(
        self,
        session: Session,
        *,
        needed: int = 1,
        phone: Callable[[Person], Browser] | None = None,
        escalation_policy: list[dict[str, Any]] | None = None,
    ) -> None:
        self.session = session
        self.place: Community = factories.community(session)
        self.place.medicine.escalation_policy = escalation_policy or []
        self.chief = factories.coordinator(session, self.place.here)
        self.first, self.backup, self.near = (self._volunteer(layer) for layer in (1, 2, 0))
        # The phone of the first call, if it has push reminders.
        self.phone = phone(self.first) if phone else None
        self.one: HelpRequest = factories.request(
            session,
            self.place,
            urgency="urgent",
            wanted_from=NIGHT,
            wanted_to=NIGHT + timedelta(hours=1),
            submitted_at=NIGHT,
            state_since=NIGHT,
            volunteers_needed=needed,
        )
        wave(session, self.one, now=NIGHT)

    def _volunteer(self, layer: int) -> Person:
        made = factories.volunteer(self.session, self.place, offer=NEVER)
        where = self.place.here if layer else self.place.other
        shift = factories.on_duty(self.session, made, where, start=NIGHT - timedelta(hours=1))
        shift.layer = layer or 1
        self.session.commit()
        return made

    def escalate(self, seconds: float, channels: frozenset[str] = BOTH) -> None:
        """Runs the jobs, this long after matching began."""
        now = NIGHT + timedelta(seconds=seconds)
        while due := due_escalations(self.session, now=now):
            for request_id in due:
                escalate_request(
                    Context(self.session, HOUSE, now), request_id=request_id, channels=channels
                )
            self.session.commit()

    def calls(self) -> list[int | None]:
        """Who was called, in order."""
        rows = self.session.scalars(
            select(Notification.person_id)
            .where(Notification.channel == "call")
            .order_by(Notification.id)
        )
        return list(rows)

    def escalation_policy(self) -> Escalation:
        """The escalation as it is now."""
        return self.session.scalars(
            select(Escalation).execution_options(populate_existing=True)
        ).one()


def test_first_call_backup_neighbours_coordinator(session: Session) -> None:
    night = Night(session)
    for seconds in (0, 1, 89):
        night.escalate(seconds)
    assert night.calls() == []
    night.escalate(90)
    assert night.calls() == [night.first.id]
    night.escalate(180)
    assert night.calls() == [night.first.id, night.backup.id]
    assert night.near.id not in session.scalars(select(Match.person_id)).all()
    night.escalate(420)
    assert night.calls()[2:] == [night.near.id]
    # The neighbour was asked by text too, once.
    assert told(session, person=night.near) == ["match_asked", "call_match"]
    night.escalate(600)
    assert night.calls()[3:] == [night.chief.id]
    assert "coordinator_attention" in told(session, person=night.chief)
    night.escalate(900)
    assert night.escalation_policy().state == "running"
    steps = session.scalars(
        select(Event.details).where(Event.kind == "escalation.step").order_by(Event.seq)
    ).all()
    assert [one["who"] for one in steps] == [
        "first_call",
        "first_call",
        "first_call",
        "backup",
        "neighbour",
        "coordinator",
        "coordinator",
    ]


def test_a_yes_ends_it(session: Session) -> None:
    night = Night(session)
    night.escalate(0)
    night.escalate(90)
    call = session.scalars(select(Notification).where(Notification.channel == "call")).one()
    session.commit()
    heard = answer_by_key(session, token=call.token, key="1", now=NIGHT + timedelta(seconds=100))
    session.commit()
    assert heard.outcome == "accepted"
    night.escalate(180)
    assert night.escalation_policy().state == "answered" and len(night.calls()) == 1


def test_keys_that_mean_nothing_change_nothing(session: Session) -> None:
    night = Night(session)
    night.escalate(0)
    night.escalate(90)
    call = session.scalars(select(Notification).where(Notification.channel == "call")).one()
    for token, key in ((call.token, "7"), (call.token, ""), ("forged", "1")):
        assert answer_by_key(session, token=token, key=key, now=NIGHT).outcome == "unclear"
    texts = session.scalars(select(Notification).where(Notification.channel == "sms")).first()
    assert texts is not None
    assert answer_by_key(session, token=texts.token, key="1", now=NIGHT).outcome == "unclear"
    assert answer_by_key(session, token=call.token, key="0", now=NIGHT).outcome == "declined"


def test_where_two_must_go_one_yes_is_not_enough(session: Session) -> None:
    night = Night(session, needed=2)
    night.escalate(0)
    match = session.scalars(select(Match).where(Match.person_id == night.first.id)).one()
    accept_match(Context(session, me(night.first, night.place), NIGHT), match_id=match.id)
    session.commit()
    night.escalate(90)
    night.escalate(180)
    assert night.calls() == [night.backup.id]
    match = session.scalars(select(Match).where(Match.person_id == night.backup.id)).one()
    accept_match(Context(session, me(night.backup, night.place), NIGHT), match_id=match.id)
    session.commit()
    night.escalate(420)
    assert night.escalation_policy().state == "answered"


def test_a_channel_that_is_not_there_is_passed_over_and_noted(session: Session) -> None:
    night = Night(session)
    night.escalate(0, frozenset({"push", "sms"}))
    night.escalate(90, frozenset({"push", "sms"}))
    night.escalate(180, frozenset({"push", "sms"}))
    assert night.calls() == []
    last = session.scalars(
        select(Event.details).where(Event.kind == "escalation.step").order_by(Event.seq.desc())
    ).first()
    assert last is not None and last["skipped"] == ["call"]


def test_a_policy_of_the_category_is_followed_instead(session: Session) -> None:
    night = Night(session)
    night.place.medicine.escalation_policy = [{"after_s": 30, "who": "coordinator", "by": ["sms"]}]
    session.commit()
    night.escalate(29)
    night.escalate(30)
    # The first check begins the escalation; its only step is due at once or at its time.
    assert told(session, person=night.chief).count("coordinator_attention") == 1


def test_nobody_on_duty_goes_straight_on(session: Session) -> None:
    night = Night(session)
    for shift in session.scalars(select(Shift)):
        shift.state = "cancelled"
    session.commit()
    night.escalate(0)
    assert night.calls() == [night.chief.id]


@pytest.mark.parametrize("seconds", [90, 600])
def test_killed_before_the_commit_it_happens_once(database: Database, seconds: int) -> None:
    with database.new_session() as session:
        night = Night(session)
        for before in (0, 90, 180, 420):
            if before < seconds:
                night.escalate(before)
        calls = len(night.calls())
        request_id = night.one.id
        session.rollback()
        now = NIGHT + timedelta(seconds=seconds)
        with database.new_session() as killed:
            escalate_request(Context(killed, HOUSE, now), request_id=request_id, channels=BOTH)
            killed.flush()
            killed.rollback()
        assert len(night.calls()) == calls
        session.rollback()

        def keep(_: int) -> None:
            with database.new_session() as other:
                escalate_request(Context(other, HOUSE, now), request_id=request_id, channels=BOTH)
                other.commit()

        # Two schedulers, each twice.
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(keep, range(4)))
        assert len(night.calls()) == calls + 1
