"""The outbox: claimed once, never lost, never sent twice, and unknown where nobody knows."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.ports import Outcome, Receipt
from app.limits.models import LimitRule
from app.notifications import rules
from app.notifications.models import Notification, NotificationStep
from app.notifications.outbox import Recipient, enqueue_notification
from app.notifications.outcomes import OutcomeKind as Kind
from app.notifications.rules import NotificationState
from app.people.models import Person
from app.trail.models import Event
from app.usecases.delivery.claim_notifications import ToSend, claim_notifications, due_notifications
from app.usecases.delivery.deliver_notifications import (
    mark_submitting,
    record_outcome,
    release_held_notifications,
)
from app.usecases.delivery.record_receipt import record_receipt
from tests.databases import Database
from tests.factories import NOW, Community, community, volunteer

SECOND = timedelta(seconds=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def enqueue(
    session: Session, subject: str = "test:1", *, person: Person | None = None, **more: object
) -> None:
    recipient = Recipient(
        key=f"person:{person.id}" if person else "phone:abc",
        channel="sms",
        address="+8617401234567",
        language="zh_Hans",
        person_id=person.id if person else None,
    )
    given = {"template": "rated_thanks", "params": {}, "urgent": False, **more}
    enqueue_notification(session, recipient=recipient, subject=subject, now=NOW, **given)  # type: ignore[arg-type]
    session.commit()


def claim_at(session: Session, now: datetime, limit: int = 10) -> list[ToSend]:
    claimed = claim_notifications(session, now=now, limit=limit)
    session.commit()
    return claimed


def submitted(session: Session, now: datetime = NOW) -> ToSend:
    (one,) = claim_at(session, now)
    assert mark_submitting(session, notification_id=one.notification_id, fence=one.fence, now=now)
    session.commit()
    return one


def settled(session: Session, one: ToSend, outcome: Outcome, now: datetime = NOW) -> Notification:
    record_outcome(
        session, notification_id=one.notification_id, fence=one.fence, outcome=outcome, now=now
    )
    session.commit()
    return only(session)


def only(session: Session) -> Notification:
    return session.scalars(select(Notification).execution_options(populate_existing=True)).one()


def told(
    session: Session, one: ToSend, status: str, kind: Kind, code: str | None = None
) -> Notification:
    record_receipt(session, told=Receipt(one.token, "SM1", status, code, kind), now=NOW + SECOND)
    session.commit()
    return only(session)


def test_message_is_worded_when_it_is_sent(session: Session) -> None:
    enqueue(session, template="login_code", params={"digits": "123456"})
    (one,) = claim_at(session, NOW)
    assert "123456" in one.outgoing.body
    assert one.outgoing.to == "+8617401234567"
    assert one.outgoing.key == one.token
    assert not one.ask_first


def test_claimed_message_is_claimed_by_nobody_else(session: Session) -> None:
    enqueue(session)
    assert len(claim_at(session, NOW)) == 1
    assert claim_at(session, NOW) == []


def test_claims_of_many_threads_share_no_message(database: Database) -> None:
    with database.new_session() as session:
        for number in range(20):
            enqueue(session, f"test:{number}")
    got: list[int] = []

    def work() -> None:
        with database.new_session() as session:
            got.extend(one.notification_id for one in claim_at(session, NOW, limit=20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 20


def test_urgent_goes_first(session: Session) -> None:
    enqueue(session, "test:1")
    enqueue(session, "test:2", urgent=True)
    ids = due_notifications(session, now=NOW, limit=10)
    assert ids == sorted(ids, reverse=True)


def test_accepted_then_delivered_by_receipt(session: Session) -> None:
    enqueue(session)
    one = submitted(session)
    row = settled(session, one, Outcome(Kind.ACCEPTED, provider_id="SM1"))
    assert (row.state, row.provider_id) == (NotificationState.ACCEPTED, "SM1")
    assert told(session, one, "delivered", Kind.DELIVERED).state == NotificationState.DELIVERED
    # A late or repeated receipt moves nothing back.
    assert told(session, one, "sent", Kind.ACCEPTED).state == NotificationState.DELIVERED
    assert told(session, one, "delivered", Kind.DELIVERED).state == NotificationState.DELIVERED
    steps = session.scalars(select(NotificationStep.state).order_by(NotificationStep.id)).all()
    assert steps == ["claimed", "submitting", "accepted", "delivered"]


def test_receipt_that_overtakes_the_answer_stands(session: Session) -> None:
    enqueue(session)
    one = submitted(session)
    assert told(session, one, "delivered", Kind.DELIVERED).state == NotificationState.DELIVERED
    row = settled(session, one, Outcome(Kind.ACCEPTED, provider_id="SM1"))
    assert row.state == NotificationState.DELIVERED


def test_receipt_for_an_unknown_token_changes_nothing(session: Session) -> None:
    enqueue(session)
    one = submitted(session)
    settled(session, one, Outcome(Kind.ACCEPTED, provider_id="SM1"))
    unknown = Receipt("nobody", "SM9", "delivered", None, Kind.DELIVERED)
    record_receipt(session, told=unknown, now=NOW)
    session.commit()
    rows = session.execute(select(Notification.state, Notification.provider_id)).all()
    assert rows == [(NotificationState.ACCEPTED, "SM1")]
    steps = session.scalars(select(NotificationStep.state).order_by(NotificationStep.id)).all()
    assert steps == ["claimed", "submitting", "accepted"]


def test_busy_provider_is_asked_again_after_what_it_told(session: Session) -> None:
    enqueue(session)
    one = submitted(session)
    row = settled(session, one, Outcome(Kind.RETRY, code="429", retry_after_s=90))
    assert row.state == NotificationState.PENDING
    assert claim_at(session, NOW + 89 * SECOND) == []
    (again,) = claim_at(session, NOW + 90 * SECOND)
    assert not again.ask_first and again.attempt == 2


def test_unknown_is_asked_about_before_it_is_sent_again(session: Session) -> None:
    enqueue(session)
    one = submitted(session)
    row = settled(session, one, Outcome(Kind.UNKNOWN, code="timeout"))
    assert row.state == NotificationState.UNKNOWN
    assert claim_at(session, NOW + 19 * SECOND) == []
    later = NOW + 20 * SECOND
    (again,) = claim_at(session, later)
    assert again.ask_first and not again.send_though_unknown
    assert mark_submitting(
        session, notification_id=again.notification_id, fence=again.fence, now=later
    )
    row = settled(session, again, Outcome(Kind.DELIVERED, provider_id="SM1"), later)
    assert row.state == NotificationState.DELIVERED


def test_unknown_is_settled_by_its_receipt(session: Session) -> None:
    enqueue(session)
    one = submitted(session)
    settled(session, one, Outcome(Kind.UNKNOWN, code="timeout"))
    assert told(session, one, "sent", Kind.ACCEPTED).state == NotificationState.ACCEPTED
    assert claim_at(session, NOW + timedelta(hours=1)) == []


def test_urgent_whose_fate_stays_unknown_is_sent_again(session: Session) -> None:
    enqueue(session, urgent=True)
    now = NOW
    for _ in range(2):
        one = submitted(session, now)
        settled(session, one, Outcome(Kind.UNKNOWN, code="timeout"), now)
        now += timedelta(minutes=1)
    (third,) = claim_at(session, now)
    assert third.ask_first and third.send_though_unknown


def test_stopped_person_gets_no_more_texts(session: Session, place: Community) -> None:
    person = volunteer(session, place)
    enqueue(session, person=person)
    one = submitted(session)
    row = settled(session, one, Outcome(Kind.OPTED_OUT, code="21610"))
    assert (row.state, row.last_code) == (NotificationState.FAILED, "21610")
    session.refresh(person)
    assert person.opted_out_at == NOW
    kinds = session.scalars(select(Event.kind)).all()
    assert kinds.count("account.opted_out") == 1


def test_number_that_is_no_mobile_fails_for_good(session: Session, place: Community) -> None:
    person = volunteer(session, place)
    enqueue(session, person=person)
    row = settled(session, submitted(session), Outcome(Kind.GONE, code="21614"))
    assert row.state == NotificationState.FAILED
    session.refresh(person)
    assert person.opted_out_at is None


def test_killed_before_submitting_is_sent_again(session: Session) -> None:
    enqueue(session)
    claim_at(session, NOW)
    free = NOW + rules.CLAIM_LIVES
    assert release_held_notifications(session, now=free - SECOND) == 0
    assert release_held_notifications(session, now=free) == 1
    session.commit()
    (again,) = claim_at(session, free)
    assert not again.ask_first


def test_killed_while_submitting_is_asked_about_first(session: Session) -> None:
    enqueue(session)
    submitted(session)
    release_held_notifications(session, now=NOW + 60 * SECOND)
    session.commit()
    (again,) = claim_at(session, NOW + 60 * SECOND)
    assert again.ask_first


def test_holder_that_woke_too_late_sends_nothing(session: Session) -> None:
    enqueue(session)
    (late,) = claim_at(session, NOW)
    after = NOW + 61 * SECOND
    release_held_notifications(session, now=after)
    session.commit()
    mine = {"notification_id": late.notification_id, "fence": late.fence, "now": after}
    assert not mark_submitting(session, **mine)  # type: ignore[arg-type]
    (again,) = claim_at(session, after)
    assert not mark_submitting(session, **mine)  # type: ignore[arg-type]
    settled(session, late, Outcome(Kind.GONE, code="21614"), after)
    assert only(session).state == NotificationState.CLAIMED
    assert again.fence == late.fence + 1


def test_message_that_cannot_be_worded_stops_no_other(session: Session) -> None:
    enqueue(session, "test:1", template="no_such_template")
    enqueue(session, "test:2", template="login_code", params={"other": 1})
    enqueue(session, "test:3")
    (one,) = claim_at(session, NOW)
    rows = session.scalars(select(Notification).order_by(Notification.id)).all()
    assert [row.state for row in rows] == ["failed", "failed", "claimed"]
    assert one.notification_id == rows[2].id


def test_message_is_given_up_when_it_would_only_confuse(session: Session) -> None:
    enqueue(session)
    assert claim_at(session, NOW + timedelta(hours=12)) == []
    row = only(session)
    assert (row.state, row.last_code) == (NotificationState.FAILED, "too_late")


def test_texts_of_a_day_are_limited_and_kept_for_later(session: Session) -> None:
    session.add(LimitRule(kind="sms_out_all", per_day=1))
    enqueue(session, "test:1")
    enqueue(session, "test:2")
    assert len(claim_at(session, NOW)) == 1
    held = session.scalars(select(Notification).where(Notification.last_code == "over_limit")).one()
    assert held.state == NotificationState.PENDING
    session.execute(select(LimitRule)).scalars().one().per_day = 5
    session.commit()
    (later,) = claim_at(session, NOW + timedelta(minutes=10))
    assert later.notification_id == held.id
