"""Pushes through the outbox: tried again, never lost, shown once; the first step of escalation."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.dispatch.models import Match
from app.notifications import rules
from app.notifications.rules import NotificationState
from app.people.models import Person
from app.usecases.delivery.deliver_notifications import release_held_notifications
from app.usecases.delivery.word_notification import open_push
from app.usecases.dispatch.answer_match import accept_match, decline_match
from tests.factories import NOW, community, request, volunteer
from tests.fakes.push import LOST, Browser, PushService
from tests.usecases.asking import me, wave
from tests.usecases.devices import Postman, phone_of, rows
from tests.usecases.test_escalate_urgent import NIGHT, Night

SECOND = timedelta(seconds=1)


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with PushService(tmp_path) as made:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.certificate))
        yield made
        assert made.complaints == []


class Asked:
    """An ordinary request; the only volunteer has a phone with push reminders."""

    def __init__(self, session: Session, service: PushService) -> None:
        self.place = community(session)
        self.who: Person = volunteer(session, self.place)
        self.other: Person = volunteer(session, self.place)
        self.phone: Browser = phone_of(session, service, self.who)
        self.one = request(session, self.place)
        wave(session, self.one)
        self.postman = Postman(session, service)

    def match(self, session: Session, who: Person) -> Match:
        found = select(Match).where(Match.request_id == self.one.id, Match.person_id == who.id)
        return session.scalars(found).one()


def titles(browser: Browser) -> list[str]:
    return [one.told["title"] for one in browser.pushes]


def test_an_ask_is_pushed_at_once_and_lives_as_long_as_the_ask(
    session: Session, service: PushService
) -> None:
    asked = Asked(session, service)
    asked.postman.deliver()
    (push,) = asked.phone.pushes
    minutes = int(
        (asked.match(session, asked.who).deadline_at or NOW).timestamp() - NOW.timestamp()
    )
    assert push.ttl == minutes and push.urgency == "normal"
    # For an ordinary request the text goes at the same time.
    assert len([one for one in asked.postman.texts if "能去请回" in one]) == 2
    shown = push.told["title"] + push.told["body"]
    assert asked.one.code not in shown and "买" not in shown
    opened = open_push(session, person_id=asked.who.id, token=push.told["id"])
    assert opened is not None
    assert opened.match_token == asked.match(session, asked.who).token
    assert open_push(session, person_id=asked.other.id, token=push.told["id"]) is None


def test_taken_by_another_replaces_the_ask_on_the_phone(
    session: Session, service: PushService
) -> None:
    asked = Asked(session, service)
    asked.postman.deliver()
    match_id = asked.match(session, asked.other).id
    accept_match(Context(session, me(asked.other, asked.place), NOW), match_id=match_id)
    session.commit()
    asked.postman.deliver(NOW + SECOND)
    assert titles(asked.phone) == ["附近有人需要帮忙", "已有人接了，谢谢您"]
    (left,) = asked.phone.waiting
    assert left.told["title"] == "已有人接了，谢谢您"
    assert left.told["tag"] == asked.phone.pushes[0].told["tag"]


def test_who_has_answered_is_not_asked_any_more(session: Session, service: PushService) -> None:
    asked = Asked(session, service)
    match_id = asked.match(session, asked.who).id
    decline_match(Context(session, me(asked.who, asked.place), NOW), match_id=match_id)
    session.commit()
    asked.postman.deliver()
    assert asked.phone.pushes == []
    assert [one.state for one in rows(session, "push", asked.who)] == ["cancelled"]
    assert rows(session, "sms", asked.who)[0].state == "cancelled"


def test_a_busy_service_is_tried_after_what_it_told(session: Session, service: PushService) -> None:
    asked = Asked(session, service)
    service.answer(429, Retry_After="60")
    asked.postman.deliver()
    (row,) = rows(session, "push", asked.who)
    assert (row.state, row.last_code) == (NotificationState.PENDING, "429")
    asked.postman.deliver(NOW + 59 * SECOND)
    assert asked.phone.pushes == []
    asked.postman.deliver(NOW + 60 * SECOND)
    assert len(asked.phone.pushes) == 1


def test_what_would_come_too_late_is_given_up(session: Session, service: PushService) -> None:
    asked = Asked(session, service)
    service.answer(500)
    asked.postman.deliver()
    late = asked.match(session, asked.who).deadline_at or NOW
    asked.postman.deliver(late)
    (row,) = rows(session, "push", asked.who)
    assert (row.state, row.last_code, asked.phone.pushes) == (
        NotificationState.FAILED,
        "too_late",
        [],
    )


def test_a_lost_answer_is_sent_again_and_shown_once(session: Session, service: PushService) -> None:
    asked = Asked(session, service)
    service.answer(LOST)
    asked.postman.deliver()
    (row,) = rows(session, "push", asked.who)
    assert row.state == NotificationState.UNKNOWN
    asked.postman.deliver(NOW + 60 * SECOND)
    assert rows(session, "push", asked.who)[0].state == NotificationState.ACCEPTED
    # Sent twice; one topic for the push service, one id for the phone.
    assert len(asked.phone.pushes) == 2 and len(asked.phone.waiting) == 1
    assert len({one.told["id"] for one in asked.phone.pushes}) == 1
    asked.postman.deliver(NOW + timedelta(hours=1))
    assert len(asked.phone.pushes) == 2


@pytest.mark.parametrize("went_out", [False, True])
def test_killed_between_submitting_and_the_result(
    session: Session, service: PushService, went_out: bool
) -> None:
    asked = Asked(session, service)
    (one,) = [one for one in asked.postman.claimed(NOW) if one.channel == "push"]
    asked.postman.submit(one, NOW)
    if went_out:
        asked.postman.push.send(one.outgoing)
    later = NOW + 2 * rules.CLAIM_LIVES
    release_held_notifications(session, now=later)
    session.commit()
    for seconds in (0, 60, 3600):
        asked.postman.deliver(later + seconds * SECOND)
    assert len(asked.phone.waiting) == 1
    assert len({one.told["id"] for one in asked.phone.pushes}) == 1
    assert len(rows(session, "push", asked.who)) == 1


def night(session: Session, service: PushService) -> tuple[Night, Browser, Postman]:
    """An urgent request at 03:00; the first call has a phone with push reminders."""
    made = Night(session, phone=lambda who: phone_of(session, service, who))
    assert made.phone is not None
    return made, made.phone, Postman(session, service)


def texted(session: Session, who: Person, postman: Postman) -> list[str]:
    return [one.template for one in rows(session, "sms", who) if one.state != "pending"]


def test_at_night_push_then_text_then_call(session: Session, service: PushService) -> None:
    made, phone, postman = night(session, service)
    made.escalate(0)
    postman.deliver(NIGHT)
    assert titles(phone) == ["附近有人需要帮忙"] and phone.pushes[0].urgency == "high"
    # The backup has no device: the text went at once.
    assert texted(session, made.backup, postman) == ["match_asked"]
    assert texted(session, made.first, postman) == []
    made.escalate(29)
    postman.deliver(NIGHT + 29 * SECOND)
    assert texted(session, made.first, postman) == []
    made.escalate(30)
    postman.deliver(NIGHT + 30 * SECOND)
    assert texted(session, made.first, postman) == ["match_asked"]
    assert made.calls() == []
    made.escalate(90)
    assert made.calls() == [made.first.id]
    assert len(phone.pushes) == 1


def test_a_yes_to_the_push_spares_the_text(session: Session, service: PushService) -> None:
    made, phone, postman = night(session, service)
    made.escalate(0)
    postman.deliver(NIGHT)
    match = session.scalars(select(Match).where(Match.person_id == made.first.id)).one()
    then = NIGHT + 10 * SECOND
    accept_match(Context(session, me(made.first, made.place), then), match_id=match.id)
    session.commit()
    for seconds in (10, 30, 90, 180):
        made.escalate(seconds)
        postman.deliver(NIGHT + seconds * SECOND)
    asked = next(one for one in rows(session, "sms", made.first) if one.template == "match_asked")
    assert (asked.state, asked.last_code) == ("cancelled", "answered")
    assert titles(phone) == ["附近有人需要帮忙", "接单成功，谢谢您"]
    assert made.calls() == [] and made.escalation_policy().state == "answered"


@pytest.mark.parametrize("status", [410, 429, 403, LOST])
def test_a_push_that_failed_keeps_no_text_waiting(
    session: Session, service: PushService, status: int
) -> None:
    made, _, postman = night(session, service)
    service.answer(status)
    postman.deliver(NIGHT)
    postman.deliver(NIGHT + SECOND)
    assert texted(session, made.first, postman) == ["match_asked"]


def test_a_policy_of_texts_alone_pushes_on_top_and_waits_for_nothing(
    session: Session, service: PushService
) -> None:
    escalation_policy = [{"after_s": 0, "who": "coordinator", "by": ["sms"]}]
    made = Night(
        session,
        phone=lambda who: phone_of(session, service, who),
        escalation_policy=escalation_policy,
    )
    postman = Postman(session, service)
    postman.deliver(NIGHT)
    assert made.phone is not None and len(made.phone.pushes) == 1
    assert texted(session, made.first, postman) == ["match_asked"]


def test_later_steps_ring_the_phone_again(session: Session, service: PushService) -> None:
    escalation_policy = [
        {"after_s": 0, "who": "first_call", "by": ["push"]},
        {"after_s": 120, "who": "first_call", "by": ["push"]},
        {"after_s": 900, "who": "coordinator", "by": ["push"]},
    ]
    made = Night(
        session,
        phone=lambda who: phone_of(session, service, who),
        escalation_policy=escalation_policy,
    )
    postman = Postman(session, service)
    for seconds in (0, 119, 120, 121, 900):
        made.escalate(seconds)
        postman.deliver(NIGHT + seconds * SECOND)
    assert made.phone is not None
    assert titles(made.phone) == ["附近有人需要帮忙", "还在等您：附近有人急需帮忙"]
    assert made.phone.pushes[-1].told["rings"]
    # The coordinator has no device: a push becomes a text at once.
    assert "coordinator_attention" in texted(session, made.chief, postman)
