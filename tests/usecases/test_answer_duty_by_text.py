"""Duty by text: "1 57" and "0 57" about shifts, numbered together with all other asks."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.channels.ports import IncomingText
from app.core.actor import system
from app.core.context import Context
from app.dispatch.models import Match
from app.notifications.models import InboundText
from app.people.models import Person
from app.rotation.models import DutyAsk
from app.usecases.duty.plan.offer_duty import offer_hours
from app.usecases.duty.shifts.advance_shifts import advance_shift
from app.usecases.duty.shifts.hand_over_duty import offer_shift
from app.usecases.duty.swaps.give_away_duty import give_away
from app.usecases.shared.reply_numbers import next_number
from app.usecases.texts.receive_text import handle_text, store_text
from tests import factories
from tests.factories import NOW
from tests.usecases.on_call import HOUR, OnCall, on_call


def text(session: Session, sender: Person, body: str) -> str | None:
    """The understanding of a text."""
    key = f"SM{body}{sender.id}"
    came = IncomingText("twilio", key, sender.phone, body)
    stored = store_text(session, text=came, region="CN", now=NOW)
    session.commit()
    assert stored is not None
    handle_text(session, inbound_id=stored, region="CN", now=NOW)
    session.commit()
    return session.get_one(InboundText, stored, populate_existing=True).outcome


def offered(session: Session) -> tuple[OnCall, DutyAsk]:
    """Somebody who was asked for one shift."""
    made = on_call(session)
    made.people.append(factories.volunteer(session, made.place))
    offer_shift(
        Context(session, made.boss, NOW),
        rota_id=made.rota_id,
        person_id=made.people[3].id,
        layer=2,
        starts_at=NOW + HOUR,
        ends_at=NOW + 3 * HOUR,
    )
    session.commit()
    assert made.told(3) == ["duty_asked"]
    return made, session.scalars(select(DutyAsk).where(DutyAsk.state == "sent")).one()


@pytest.mark.parametrize(
    ("body", "outcome", "state"),
    [
        ("1 {number}", "duty_agreed", "agreed"),
        ("1", "duty_agreed", "agreed"),
        ("0 {number}", "duty_cancelled", "cancelled"),
    ],
)
def test_yes_and_no_to_a_shift(session: Session, body: str, outcome: str, state: str) -> None:
    made, ask = offered(session)
    said = body.format(number=ask.reply_number)
    assert text(session, made.people[3], said) == outcome
    assert made.shift_of(3, state=state).layer == 2
    assert made.told(3)[-1] == "duty_noted"


def test_a_second_answer_changes_nothing(session: Session) -> None:
    made, ask = offered(session)
    text(session, made.people[3], f"0 {ask.reply_number}")
    assert text(session, made.people[3], f"1 {ask.reply_number}") == "duty_over"
    assert made.shift_of(3, state="cancelled").layer == 2


def test_there_or_not_able_to_come(session: Session) -> None:
    made = on_call(session)
    shift = made.shift_of(0)
    advance_shift(Context(session, system("jobs"), NOW), shift_id=shift.id)
    session.commit()
    assert text(session, made.people[0], "1") == "duty_checked_in"
    session.refresh(shift)
    assert shift.checked_in_at == NOW


def test_taking_over_by_text(session: Session) -> None:
    made = on_call(session)
    made.people.append(factories.volunteer(session, made.place))
    hours = [{"day": 2, "from": "16:00", "to": "24:00"}]
    offer_hours(Context(session, made.actor(3), NOW), hours=hours, may_call=False)
    give_away(Context(session, made.actor(1), NOW), shift_id=made.shift_of(1).id)
    session.commit()
    ask = session.scalars(select(DutyAsk).where(DutyAsk.swap_id.is_not(None))).one()
    assert text(session, made.people[3], f"1 {ask.reply_number}") == "duty_taken"
    assert made.told(1) == ["duty_covered"]


def test_numbers_of_shifts_and_of_matches_never_meet(session: Session) -> None:
    made, ask = offered(session)
    number = next_number(session, made.people[3].id)
    assert number not in (None, ask.reply_number)
    since, until = NOW + 5 * HOUR, NOW + 6 * HOUR
    wanted = factories.request(session, made.place, wanted_from=since, wanted_to=until)
    match = Match(
        token="of-a-match",
        request_id=wanted.id,
        person_id=made.people[3].id,
        state="sent",
        reply_number=number,
        made_at=NOW,
        sent_at=NOW,
        deadline_at=NOW + HOUR,
    )
    session.add(match)
    wanted.state, wanted.version = "matching", wanted.version + 1
    session.commit()
    # Two questions are open: a bare 1 answers what this phone was asked last, the duty.
    assert text(session, made.people[3], "1") == "duty_agreed"
    assert text(session, made.people[3], f"1 {number}") == "accepted"
    assert text(session, made.people[3], f"1 {ask.reply_number}") == "duty_over"
