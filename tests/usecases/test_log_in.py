"""Logging in: a code to enrolled numbers only, five tries, ten minutes, and log-ins that end."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import Scope
from app.core.context import Context
from app.core.errors import Invalid, LimitReached, NotAllowed
from app.notifications.models import Notification
from app.people.models import Person
from app.usecases.accounts.log_in import (
    WRONG_CODE,
    ask_code,
    enter_code,
    log_out,
    revoke_all,
    revoke_session,
    sessions_of,
    who_is_logged_in,
)
from tests.factories import (
    NOW,
    Community,
    actor_for,
    administrator,
    community,
    coordinator,
    phone_number,
    volunteer,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


def ask(session: Session, phone: str, now: datetime = NOW) -> None:
    ask_code(session, phone=phone, now=now, address_range="203.0.113.0/24", region="CN")
    session.commit()


def last_digits(session: Session) -> str:
    """The code in the newest text, as the outbox would send it."""
    row = session.scalars(select(Notification).order_by(Notification.id.desc()).limit(1)).one()
    digits: str = json.loads(row.params)["digits"]
    return digits


def enter(session: Session, phone: str, code: str, now: datetime = NOW) -> str | None:
    entered = enter_code(session, phone=phone, code=code, now=now, device="手机", region="CN")
    session.commit()
    assert (entered.token is None) == (entered.refusal == WRONG_CODE)
    return entered.token


def logged_in(session: Session, who_is: Person, now: datetime = NOW) -> str:
    ask(session, who_is.phone, now)
    token = enter(session, who_is.phone, last_digits(session), now)
    assert token is not None
    return token


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_right_code_logs_in_once(session: Session, place: Community) -> None:
    person = volunteer(session, place)
    ask(session, person.phone[3:])
    code = last_digits(session)
    token = enter(session, person.phone, code)
    assert token is not None
    found = who_is_logged_in(session, token=token, now=NOW)
    assert found is not None
    assert (found.person_id, found.scopes) == (
        person.id,
        (Scope("volunteer", place.here.path),),
    )
    assert enter(session, person.phone, code) is None


def test_unknown_number_gets_no_code_and_no_other_answer(
    session: Session, place: Community
) -> None:
    volunteer(session, place)
    unknown = phone_number()
    ask(session, unknown)
    assert session.scalar(select(func.count()).select_from(Notification)) == 0
    assert enter(session, unknown, "123456") is None


@pytest.mark.parametrize("state", ["suspended", "rejected", "left"])
def test_person_who_may_not_log_in_gets_no_code(
    session: Session, place: Community, state: str
) -> None:
    person = volunteer(session, place, state=state)
    ask(session, person.phone)
    assert session.scalar(select(func.count()).select_from(Notification)) == 0


def test_bad_number_is_shown_at_the_field(session: Session, place: Community) -> None:
    with pytest.raises(Invalid) as caught:
        ask(session, "12")
    assert set(caught.value.fields) == {"phone"}


def test_five_wrong_tries_kill_the_code(session: Session, place: Community) -> None:
    person = volunteer(session, place)
    ask(session, person.phone)
    code = last_digits(session)
    for _ in range(5):
        assert enter(session, person.phone, other(code)) is None
    assert enter(session, person.phone, code) is None


def test_fifth_try_may_be_the_right_one(session: Session, place: Community) -> None:
    person = volunteer(session, place)
    ask(session, person.phone)
    code = last_digits(session)
    for _ in range(4):
        enter(session, person.phone, other(code))
    assert enter(session, person.phone, code) is not None


def test_code_lives_ten_minutes_and_not_a_moment_more(session: Session, place: Community) -> None:
    person = volunteer(session, place)
    ask(session, person.phone)
    code = last_digits(session)
    assert enter(session, person.phone, code, NOW + 10 * MINUTE) is None
    assert enter(session, person.phone, code, NOW + 10 * MINUTE - timedelta(seconds=1))


def test_new_code_kills_the_older(session: Session, place: Community) -> None:
    person = volunteer(session, place)
    ask(session, person.phone)
    first = last_digits(session)
    ask(session, person.phone, NOW + MINUTE)
    second = last_digits(session)
    if first != second:
        assert enter(session, person.phone, first, NOW + MINUTE) is None
    assert enter(session, person.phone, second, NOW + MINUTE) is not None


def test_codes_a_day_are_limited_for_known_and_unknown_alike(
    session: Session, place: Community
) -> None:
    for phone in (volunteer(session, place).phone, phone_number()):
        for _ in range(10):
            ask(session, phone)
        with pytest.raises(LimitReached):
            ask(session, phone)
        session.rollback()


def test_log_in_ends_by_itself_sooner_for_staff(session: Session, place: Community) -> None:
    helper = logged_in(session, volunteer(session, place))
    staff = logged_in(session, coordinator(session, place.here))
    assert who_is_logged_in(session, token=staff, now=NOW + timedelta(hours=12)) is None
    assert who_is_logged_in(session, token=staff, now=NOW + timedelta(hours=11)) is not None
    assert who_is_logged_in(session, token=helper, now=NOW + timedelta(days=29)) is not None
    assert who_is_logged_in(session, token=helper, now=NOW + timedelta(days=30)) is None


def test_suspended_person_is_nobody_at_once(session: Session, place: Community) -> None:
    person = volunteer(session, place)
    token = logged_in(session, person)
    person.state = "suspended"
    session.commit()
    assert who_is_logged_in(session, token=token, now=NOW) is None


def test_pending_person_logs_in_without_a_role(session: Session, place: Community) -> None:
    token = logged_in(session, volunteer(session, place, state="pending"))
    found = who_is_logged_in(session, token=token, now=NOW)
    assert found is not None and found.scopes == ()


def test_log_out_ends_this_log_in_only(session: Session, place: Community) -> None:
    person = volunteer(session, place)
    first, second = logged_in(session, person), logged_in(session, person)
    log_out(session, token=first, now=NOW)
    session.commit()
    assert who_is_logged_in(session, token=first, now=NOW) is None
    assert who_is_logged_in(session, token=second, now=NOW) is not None


def test_own_log_in_elsewhere_is_revoked(session: Session, place: Community) -> None:
    person = volunteer(session, place)
    token = logged_in(session, person)
    (row,) = sessions_of(session, person_id=person.id, now=NOW)
    actor = actor_for(person, "volunteer", place.here)
    revoke_session(Context(session, actor, NOW), session_id=row.id)
    session.commit()
    assert who_is_logged_in(session, token=token, now=NOW) is None
    assert sessions_of(session, person_id=person.id, now=NOW) == []


def test_log_ins_of_others_are_an_administrators_matter(session: Session, place: Community) -> None:
    person, stranger = volunteer(session, place), volunteer(session, place)
    token = logged_in(session, person)
    with pytest.raises(NotAllowed):
        revoke_all(
            Context(session, actor_for(stranger, "volunteer", place.here), NOW), person_id=person.id
        )
    assert who_is_logged_in(session, token=token, now=NOW) is not None
    chief = administrator(session, place.district)
    actor = actor_for(chief, "administrator", place.district)
    revoke_all(Context(session, actor, NOW), person_id=person.id)
    assert who_is_logged_in(session, token=token, now=NOW) is None


def test_tokens_and_codes_are_kept_as_hashes(session: Session, place: Community) -> None:
    person = volunteer(session, place)
    ask(session, person.phone)
    code = last_digits(session)
    token = enter(session, person.phone, code)
    assert token is not None and len(token) >= 43
    (row,) = sessions_of(session, person_id=person.id, now=NOW)
    assert token not in row.token_hash
