"""Asks about duty: one question for each shift, with reply numbers for the answer by text."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.statements import in_chunks, insert_once
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.queries import ASKING
from app.rotation.questions import answer_by, remind_at
from app.rotation.states import DutyAskState
from app.usecases.duty.plan.change_state import change_asks
from app.usecases.duty.plan.notify_duty import TOLD_SINGLY, by_person, clock_of, notify_shift
from app.usecases.duty.plan.swap_hours import hours_asked
from app.usecases.shared.people import people_of
from app.usecases.shared.reply_numbers import next_number


def ask_to_agree(session: Session, rota: Rota, shifts: Sequence[Shift], *, now: datetime) -> None:
    """Asks each person about their shifts in one message, with one reply number for all of it."""
    asked = by_person(shifts)
    people, zone = people_of(session, asked), zone_of(session, rota.area_path)
    for person_id, theirs in asked.items():
        number = next_number(session, person_id)
        for shift in theirs:
            last = answer_by(now, shift.starts_at, zone)
            session.add(
                DutyAsk(
                    shift_id=shift.id,
                    person_id=person_id,
                    reply_number=number,
                    sent_at=now,
                    remind_at=remind_at(now, last, zone),
                    answer_by=last,
                )
            )
        session.flush()
        ask = duty_question(session, theirs[0].id, None, person_id)
        template = "duty_asked"
        if len(theirs) > TOLD_SINGLY:
            template = "duty_asked_many" if number is None else "duty_asked_month"
        notify_shift(
            session,
            rota,
            theirs[0],
            people[person_id],
            template,
            subject=f"duty_ask:{ask.id}",
            now=now,
            number=number,
            count=len(theirs),
        )


def ask_to_cover(
    session: Session, rota: Rota, shift: Shift, swap: Swap, people: Sequence[int], *, now: datetime
) -> None:
    """Asks these people whether they take over a shift, or move theirs; some a second time."""
    found = people_of(session, people)
    for person_id in people:
        which = DutyAsk.swap_id == swap.id, DutyAsk.person_id == person_id
        if not change_asks(session, "again", now, *which):
            session.add(
                DutyAsk(shift_id=shift.id, swap_id=swap.id, person_id=person_id, sent_at=now)
            )
            session.flush()
        ask = duty_question(session, shift.id, swap.id, person_id)
        ask.sent_at, ask.answered_at = now, None
        notify_shift(
            session,
            rota,
            shift,
            found[person_id],
            _cover_template(swap, person_id),
            hours=hours_asked(swap, now),
            subject=f"duty_ask:{ask.id}",
            occurrence=f"asked:{int(now.timestamp())}",
            now=now,
            number=give_number(session, ask),
            old=clock_of(session, rota, shift.starts_at),
        )


def _cover_template(swap: Swap, person_id: int) -> str:
    if swap.new_starts_at is None:
        return "duty_cover_asked"
    return "duty_move_asked" if person_id == swap.giver_id else "duty_asked"


def ask_whether_there(session: Session, rota: Rota, shift: Shift, *, now: datetime) -> None:
    """Asks the person of a beginning shift to confirm that they are there."""
    insert_once(
        session,
        DutyAsk,
        shift_id=shift.id,
        person_id=shift.person_id,
        state=DutyAskState.CHECK,
        sent_at=now,
    )
    ask = duty_question(session, shift.id, None, shift.person_id)
    change_asks(session, "check", now, DutyAsk.id == ask.id)
    session.refresh(ask)
    ask.sent_at, ask.answered_at = now, None
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
    """Answers the open questions to the shifts' own people: yes, no or over."""
    for some in in_chunks(shift_ids):
        which = DutyAsk.shift_id.in_(some), DutyAsk.swap_id.is_(None), DutyAsk.state.in_(ASKING)
        change_asks(session, answer, now, *which)


def duty_question(session: Session, shift_id: int, swap_id: int | None, person_id: int) -> DutyAsk:
    """The question that was put to this person."""
    return session.scalars(
        select(DutyAsk)
        .where(
            DutyAsk.shift_id == shift_id,
            DutyAsk.swap_id.is_(None) if swap_id is None else DutyAsk.swap_id == swap_id,
            DutyAsk.person_id == person_id,
        )
        .execution_options(populate_existing=True)
    ).one()


def give_number(session: Session, ask: DutyAsk) -> int | None:
    """A free reply number; matches and duty of a person share one numbering."""
    ask.reply_number = next_number(session, ask.person_id)
    session.flush()
    return ask.reply_number
