"""Alarms to coordinators: one text in a while for all that can wait; urgent ones at once."""

import json
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.notifications.models import Notification
from app.notifications.wording import word
from app.people.models import Person
from app.usecases.messages.digest_alarms import WINDOW
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from tests.factories import NOW, Community, community, coordinator, request
from tests.usecases.asking import HOUSE, MINUTE

HOUR = timedelta(hours=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def live(session: Session, begin: datetime, end: datetime) -> None:
    while begin < end:
        for request_id in due_deadlines(session, now=begin, limit=500):
            process_deadline(Context(session, HOUSE, begin), request_id=request_id)
        session.commit()
        begin += MINUTE


def leaves_at(session: Session, who: Person) -> list[datetime]:
    """When texts to somebody leave, in order."""
    rows = session.scalars(
        select(Notification.next_attempt_at)
        .where(Notification.person_id == who.id, Notification.channel == "sms")
        .order_by(Notification.next_attempt_at)
    )
    return [at for at in rows if at is not None]


def test_sixty_orders_without_anybody_near_are_a_few_texts(
    session: Session, place: Community
) -> None:
    chief, mayor = coordinator(session, place.here), coordinator(session, place.subdistrict)
    for n in range(60):
        at = NOW + n * MINUTE / 5
        request(session, place, next_action_at=at, submitted_at=at, state_since=at)
    live(session, NOW, NOW + HOUR)
    for who in (chief, mayor):
        times = leaves_at(session, who)
        assert 1 <= len(times) <= 5
        assert all(b - a >= WINDOW for a, b in pairwise(times))
    digests = session.scalars(
        select(Notification)
        .where(Notification.person_id == chief.id, Notification.template == "coordinator_digest")
        .order_by(Notification.id)
    ).all()
    params = json.loads(digests[0].params)
    assert len(params["cases"]) == 59 and set(params["cases"].values()) == {"nobody_near"}
    said = word("coordinator_digest", "zh_Hans", params).body
    assert said == "【点单】有 59 件需要您看：附近没有能去的志愿者 59。请打开调度页面。"


def test_urgent_alarms_wait_for_no_window(session: Session, place: Community) -> None:
    chief = coordinator(session, place.here)
    for _ in range(3):
        request(session, place, urgency="urgent")
    live(session, NOW, NOW + MINUTE)
    assert leaves_at(session, chief) == [NOW] * 3


def test_after_a_quiet_while_an_alarm_goes_alone_and_at_once(
    session: Session, place: Community
) -> None:
    chief = coordinator(session, place.here)
    later = NOW + WINDOW + MINUTE
    for at in (NOW, later):
        request(session, place, next_action_at=at, submitted_at=at)
    live(session, NOW, later + MINUTE)
    assert leaves_at(session, chief) == [NOW, later]
