"""One person, two yeses at the same moment, in two rotas or emergencies: one of them counts."""

from collections.abc import Callable, Iterable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.rotation.emergency.rules import PARTS
from app.rotation.models import DutyAsk, Rota, Shift
from app.usecases.duty.plan import publish_duty as publication
from app.usecases.duty.plan.manage_rota import make_rota
from app.usecases.duty.plan.offer_duty import agree_to_turns
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.plan.set_layer import set_layer
from app.usecases.duty.shifts.hand_over_duty import agree_to_shift
from app.usecases.duty.swaps.give_away_duty import give_away
from app.usecases.duty.swaps.take_duty import take_shift
from app.usecases.emergencies.call_for_procedure import join_procedure
from app.usecases.emergencies.manage_procedures import make_plan
from app.usecases.emergencies.offer_for_procedure import offer_for_plan
from app.usecases.emergencies.start_procedure import start_plan
from app.usecases.shared.lock_people import lock_free_people
from tests import factories
from tests.databases import Database
from tests.factories import NOW, Community
from tests.usecases.heat import HEAT, heat
from tests.usecases.on_call import HOUR
from tests.usecases.test_accept_at_once import all_at_once

pytestmark = pytest.mark.usefixtures("locks_in_order")

ROUNDS = 4
Job = Callable[[Session], object]


def overlapping(session: Session) -> list[tuple[int, int]]:
    """Pairs of agreed shifts of one person that overlap."""
    rows = session.scalars(
        select(Shift)
        .where(Shift.state == "agreed")
        .order_by(Shift.id)
        .execution_options(populate_existing=True)
    ).all()
    return [
        (one.id, other.id)
        for one in rows
        for other in rows
        if one.id < other.id
        and one.person_id == other.person_id
        and one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
    ]


def two_rotas(session: Session, place: Community) -> list[int]:
    chief = factories.actor_for(
        factories.coordinator(session, place.here), "coordinator", place.here
    )
    return [
        make_rota(Context(session, chief, NOW), area_id=place.here.id, name=name)
        for name in ("甲", "乙")
    ]


def shift_in(session: Session, rota_id: int, person_id: int, state: str, hours: float) -> Shift:
    """A shift of eight hours."""
    made = Shift(
        rota_id=rota_id,
        person_id=person_id,
        starts_at=NOW + hours * HOUR,
        ends_at=NOW + (hours + 8) * HOUR,
        state=state,
        agreed_at=NOW if state == "agreed" else None,
    )
    session.add(made)
    session.flush()
    return made


def agreeing(actor: Actor, shift_id: int) -> Job:
    return lambda own: agree_to_shift(Context(own, actor, NOW), shift_id=shift_id)


def taking(actor: Actor, swap_id: int) -> Job:
    return lambda own: take_shift(Context(own, actor, NOW), swap_id=swap_id)


@pytest.mark.parametrize("kind", ["two questions", "two swaps", "a question and a swap"])
def test_two_rotas_at_one_moment(database: Database, session: Session, kind: str) -> None:
    place = factories.community(session)
    rotas = two_rotas(session, place)
    for number in range(ROUNDS):
        who = factories.volunteer(session, place)
        actor = factories.actor_for(who, "volunteer", place.here)
        jobs: list[Job] = []
        for index, rota_id in enumerate(rotas):
            hours = 24 + 24 * number + 2 * index
            if kind == "two questions" or (kind == "a question and a swap" and index == 0):
                jobs.append(
                    agreeing(actor, shift_in(session, rota_id, who.id, "offered", hours).id)
                )
                continue
            giver = factories.volunteer(session, place)
            theirs = shift_in(session, rota_id, giver.id, "agreed", hours)
            swap_id = give_away(
                Context(session, factories.actor_for(giver, "volunteer", place.here), NOW),
                shift_id=theirs.id,
                to=None if kind == "a question and a swap" else who.id,
            )
            if kind == "a question and a swap":
                session.add(
                    DutyAsk(shift_id=theirs.id, swap_id=swap_id, person_id=who.id, sent_at=NOW)
                )
            jobs.append(taking(actor, swap_id))
        session.commit()
        answers = all_at_once(database, jobs)
        assert sorted(answers) == ["done", "refused"], (kind, number)
        session.rollback()
        assert overlapping(session) == []


def agreed_in_two_rotas(session: Session) -> tuple[Actor, int, list[int]]:
    """Somebody who agreed in advance to the same turns of two rotas, none published yet."""
    place = factories.community(session)
    chief = factories.actor_for(
        factories.coordinator(session, place.here), "coordinator", place.here
    )
    who = factories.volunteer(session, place)
    ids = two_rotas(session, place)
    for rota_id in ids:
        session.get_one(Rota, rota_id).active = False
        layer_id = set_layer(
            Context(session, chief, NOW),
            rota_id=rota_id,
            number=1,
            kind="rotation",
            pattern={"kind": "every", "hours": 8, "starts": "2026-03-04T08:00"},
            people=[who.id, factories.volunteer(session, place).id],
        )
        actor = factories.actor_for(who, "volunteer", place.here)
        agree_to_turns(Context(session, actor, NOW), layer_id=layer_id)
        session.get_one(Rota, rota_id).active = True
    person_id = who.id
    session.commit()
    return chief, person_id, ids


def agreed_shift_of(session: Session, person_id: int) -> Shift | None:
    theirs = select(Shift).where(Shift.person_id == person_id, Shift.state == "agreed")
    return session.scalars(theirs).first()


def test_standing_agreements_in_two_rotas_are_published_at_one_moment(
    database: Database, session: Session
) -> None:
    chief, person_id, ids = agreed_in_two_rotas(session)

    def publishing(rota_id: int) -> Job:
        return lambda own: publish_duty(Context(own, chief, NOW), rota_id=rota_id)

    for _ in range(2):
        assert all_at_once(database, [publishing(one) for one in ids]) == ["done", "done"]
    assert overlapping(session) == []
    assert agreed_shift_of(session, person_id) is not None


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_publication_sees_what_another_made_while_it_planned(
    database: Database, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one writer at a time, so nothing can come in between there."""
    chief, person_id, (first, second) = agreed_in_two_rotas(session)

    def lock_after_another(own: Session, people: Iterable[int]) -> frozenset[int]:
        monkeypatch.setattr(publication, "lock_free_people", lock_free_people)
        with database.new_session() as other:
            publish_duty(Context(other, chief, NOW), rota_id=second)
            other.commit()
        return lock_free_people(own, people)

    monkeypatch.setattr(publication, "lock_free_people", lock_after_another)
    publish_duty(Context(session, chief, NOW), rota_id=first)
    session.commit()
    assert overlapping(session) == []
    assert agreed_shift_of(session, person_id) is not None


def test_two_emergencies_at_one_moment(database: Database, session: Session) -> None:
    made = heat(session, 1)
    here = made.place.here
    chief = factories.actor_for(factories.coordinator(session, here), "coordinator", here)
    plans = [made.plan_id, make_plan(Context(session, chief, NOW), area_id=here.id, terms=HEAT)]
    offer_for_plan(Context(session, made.actor(0), NOW), plan_id=plans[1], parts=tuple(PARTS))
    for plan_id in plans:
        start_plan(Context(session, chief, NOW), plan_id=plan_id, area_id=here.id)
    session.commit()
    asks = list(session.scalars(select(DutyAsk.id).where(DutyAsk.state == "sent")))
    actor = made.actor(0)
    session.rollback()

    def joining(ask_id: int) -> Job:
        return lambda own: join_procedure(Context(own, actor, NOW), ask_id=ask_id)

    assert all_at_once(database, [joining(one) for one in asks]) == ["done", "done"]
    assert overlapping(session) == []
    theirs = select(Shift).where(Shift.person_id == made.people[0].id, Shift.state == "agreed")
    assert session.scalars(theirs).first() is not None
