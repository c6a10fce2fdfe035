"""Asking about duty: a question of its own for each shift, a number for the answer by text."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.statements import changed, in_chunks, insert_once
from app.people.models import Person
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.queries import ASKING
from app.rotation.states import DutyAskState
from app.usecases.duty.plan.notify_duty import TOLD_SINGLY, by_person, notify_shift
from app.usecases.messages.notify import notify_person
from app.usecases.shared.people import people_of
from app.usecases.shared.reply_numbers import next_number


def ask_to_agree(session: Session, rota: Rota, shifts: Sequence[Shift], *, now: datetime) -> None:
    """Asks each person about their shifts: one by one with a number, or how many wait."""
    asked = by_person(shifts)
    people = people_of(session, asked)
    for person_id, theirs in asked.items():
        for shift in theirs:
            session.add(DutyAsk(shift_id=shift.id, person_id=person_id, sent_at=now))
        session.flush()
        if len(theirs) <= TOLD_SINGLY:
            ask = duty_question(session, theirs[0].id, None, person_id)
            _send(session, rota, theirs[0], people[person_id], ask, "duty_asked", now=now)
        else:
            notify_person(
                session,
                people[person_id],
                "duty_asked_many",
                subject=f"shift:{theirs[0].id}",
                now=now,
                count=len(theirs),
            )


def ask_to_cover(
    session: Session, rota: Rota, shift: Shift, swap: Swap, people: Sequence[int], *, now: datetime
) -> None:
    """Asks these people whether they take a shift over."""
    found = people_of(session, people)
    for person_id in people:
        session.add(DutyAsk(shift_id=shift.id, swap_id=swap.id, person_id=person_id, sent_at=now))
        session.flush()
        ask = duty_question(session, shift.id, swap.id, person_id)
        _send(session, rota, shift, found[person_id], ask, "duty_cover_asked", now=now)


def ask_whether_there(session: Session, rota: Rota, shift: Shift, *, now: datetime) -> None:
    """The shift begins: its person is asked to say that they are there."""
    insert_once(
        session,
        DutyAsk,
        shift_id=shift.id,
        person_id=shift.person_id,
        state=DutyAskState.CHECK,
        sent_at=now,
    )
    ask = duty_question(session, shift.id, None, shift.person_id)
    ask.state, ask.sent_at, ask.answered_at = "check", now, None
    person = people_of(session, [shift.person_id])[shift.person_id]
    notify_shift(
        session,
        rota,
        shift,
        person,
        "duty_begins",
        subject=f"shift:{shift.id}",
        now=now,
        number=give_number(session, ask),
    )


def close_questions(session: Session, shift_ids: Sequence[int], answer: str, now: datetime) -> None:
    """What was asked about the own shifts is answered: yes, no, or over."""
    for some in in_chunks(shift_ids):
        asked = update(DutyAsk).where(
            DutyAsk.shift_id.in_(some), DutyAsk.swap_id.is_(None), DutyAsk.state.in_(ASKING)
        )
        changed(session, asked.values(state=answer, answered_at=now))


def duty_question(session: Session, shift_id: int, swap_id: int | None, person_id: int) -> DutyAsk:
    """The question that was put to this person."""
    return session.scalars(
        select(DutyAsk).where(
            DutyAsk.shift_id == shift_id,
            DutyAsk.swap_id.is_(None) if swap_id is None else DutyAsk.swap_id == swap_id,
            DutyAsk.person_id == person_id,
        )
    ).one()


def give_number(session: Session, ask: DutyAsk) -> int | None:
    """A reply number, one numbering with the person's matches."""
    ask.reply_number = next_number(session, ask.person_id)
    session.flush()
    return ask.reply_number


def _send(
    session: Session,
    rota: Rota,
    shift: Shift,
    person: Person,
    ask: DutyAsk,
    template: str,
    *,
    now: datetime,
) -> None:
    number = give_number(session, ask)
    subject = f"duty_ask:{ask.id}"
    notify_shift(session, rota, shift, person, template, subject=subject, now=now, number=number)
