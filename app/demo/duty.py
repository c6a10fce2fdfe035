"""A month of duty in the demo: planned and agreed, with gaps, swaps, an override and a note."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.actor import Actor, RoleName, Scope, system
from app.core.context import Context
from app.demo.rotas import PLANS, Plan, Turns
from app.demo.world import World
from app.people.models import Person, Role
from app.people.rules import PersonState
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import FlexOffer, RotaLayer, RotaMember
from app.rotation.states import DutyAskState, ShiftState
from app.usecases.duty.plan.manage_rota import make_rota, set_terms
from app.usecases.duty.plan.override_duty import override_duty
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.shifts.check_in import write_note
from app.usecases.duty.swaps.give_away_duty import give_away
from app.usecases.duty.swaps.take_duty import take_shift

ZONE = ZoneInfo("Asia/Shanghai")
HOUSE = system("jobs")
SINCE = timedelta(days=27)
# People who want to be asked each time have answered for shifts nearer than this.
ANSWERED = timedelta(hours=36)
FLEX_PEOPLE = 6
FLEX_NIGHTS = [{"day": day, "from": "22:00", "to": "06:00"} for day in (2, 5, 6)]
NOTE = "今晚有两单买药都送到了。明早八点有一单陪诊，车已经约好，请早一点到。"


def add_duty(session: Session, world: World) -> None:
    """Rotas for the district, a subdistrict by day and a community by night."""
    scope = Scope(RoleName.COORDINATOR, world.top.path)
    boss = Actor("coordinator", "web", world.coordinator, (scope,))
    used: set[int] = set()
    rotas = [_rota(session, world, plan, boss, used) for plan in PLANS]
    _answer(session, world.now)
    district, by_day = rotas[0], rotas[1]
    _swap(session, world, district, days=3, taken=True)
    _swap(session, world, district, days=5, taken=False)
    _swap(session, world, by_day, days=4, taken=True)
    _stand_in(session, world, district, boss)
    _leave_note(session, world, district)
    for rota_id in rotas:
        publish_duty(Context(session, HOUSE, world.now), rota_id=rota_id)


def _rota(session: Session, world: World, plan: Plan, boss: Actor, used: set[int]) -> int:
    """Creates the rota as of four weeks ago, and its shifts from then on."""
    then = world.now - SINCE
    area = next((one for one in world.areas if one.name_zh == plan.area), world.top)
    rota_id = make_rota(
        Context(session, boss, then), area_id=area.id, name=plan.name, purpose=plan.purpose
    )
    start, end = plan.wanted or ("00:00", "24:00")
    every_day = [{"day": day, "from": start, "to": end} for day in range(7)]
    set_terms(
        Context(session, boss, then),
        rota_id=rota_id,
        wanted=every_day if plan.wanted else [],
        limits={},
        approve_swaps=plan.approve_swaps,
    )
    people = [one for one in _people(session, area) if one not in used]
    for turns in plan.layers:
        chosen = people[: turns.people]
        people = people[turns.people :]
        used |= set(chosen)
        _layer(session, world, rota_id, turns, chosen, then)
    if plan.flex:
        used |= set(people[:FLEX_PEOPLE])
        _flex(session, world, rota_id, len(plan.layers) + 1, people[:FLEX_PEOPLE])
    publish_duty(Context(session, HOUSE, then), rota_id=rota_id)
    return rota_id


def _people(session: Session, area: Area) -> list[int]:
    rows = session.scalars(
        select(Person.id)
        .join(Role, Role.person_id == Person.id)
        .where(
            Person.area_path.startswith(area.path),
            Person.state == PersonState.ACTIVE,
            Role.role == RoleName.VOLUNTEER,
        )
        .order_by(Person.id)
        .limit(120)
    )
    return list(rows)


def _layer(
    session: Session,
    world: World,
    rota_id: int,
    turns: Turns,
    people: Sequence[int],
    then: datetime,
) -> None:
    monday = (then - timedelta(days=then.weekday())).astimezone(ZONE)
    made = RotaLayer(
        rota_id=rota_id,
        number=turns.number,
        name=turns.name,
        kind="rotation",
        pattern=turns.pattern(f"{monday:%Y-%m-%d}T00:00"),
        made_at=then,
        made_by=world.coordinator,
    )
    session.add(made)
    session.flush()
    sure = len(people) - turns.unsure
    session.add_all(
        RotaMember(
            layer_id=made.id,
            person_id=person_id,
            position=position,
            agreed_at=then if position < sure else None,
        )
        for position, person_id in enumerate(people)
    )
    session.flush()


def _flex(session: Session, world: World, rota_id: int, number: int, people: Sequence[int]) -> None:
    """Some people may be called at night without a turn of their own."""
    then = world.now - SINCE
    session.add(
        RotaLayer(
            rota_id=rota_id,
            number=number,
            kind="flex",
            name="夜间待命",
            pattern={},
            made_at=then,
        )
    )
    session.add_all(
        FlexOffer(
            person_id=person_id,
            hours=[FLEX_NIGHTS[place % len(FLEX_NIGHTS)]],
            callable=True,
            nights_week=2,
            wishes=[],
            updated_at=then,
        )
        for place, person_id in enumerate(people)
    )
    session.flush()


def _answer(session: Session, now: datetime) -> None:
    """Completes past shifts, and accepts those asked about coming ones."""
    near = Shift.starts_at < now + ANSWERED
    session.execute(
        update(Shift)
        .where(Shift.state == ShiftState.OFFERED, near)
        .values(state=ShiftState.AGREED, agreed_at=now)
    )
    settled = select(Shift.id).where(Shift.state == ShiftState.AGREED)
    session.execute(
        update(DutyAsk)
        .where(DutyAsk.shift_id.in_(settled), DutyAsk.state == DutyAskState.SENT)
        .values(state=DutyAskState.YES, answered_at=now)
    )
    session.execute(
        update(Shift).where(Shift.starts_at < now).values(checked_in_at=Shift.starts_at)
    )
    session.execute(update(Shift).where(Shift.ends_at <= now).values(thanked_at=Shift.ends_at))
    session.expire_all()


def _coming(session: Session, world: World, rota_id: int, days: int) -> Shift | None:
    """The first agreed first-call shift that begins at least `days` from now."""
    return session.scalar(
        select(Shift)
        .where(
            Shift.rota_id == rota_id,
            Shift.state == ShiftState.AGREED,
            Shift.layer == 1,
            Shift.starts_at > world.now + timedelta(days=days),
        )
        .order_by(Shift.starts_at)
        .limit(1)
    )


def _by(person_id: int) -> Actor:
    return Actor("volunteer", "web", person_id)


def _swap(session: Session, world: World, rota_id: int, *, days: int, taken: bool) -> None:
    """Somebody gave a shift away yesterday morning; somebody took it, or nobody yet."""
    shift = _coming(session, world, rota_id, days)
    if shift is None:
        return
    morning = world.now.astimezone(ZONE).replace(hour=10, minute=0) - timedelta(days=1)
    giver = _by(shift.person_id)
    swap_id = give_away(Context(session, giver, morning), shift_id=shift.id)
    asked = session.scalar(
        select(DutyAsk.person_id).where(DutyAsk.swap_id == swap_id).order_by(DutyAsk.id).limit(1)
    )
    if taken and asked is not None:
        take_shift(Context(session, _by(asked), morning + timedelta(hours=1)), swap_id=swap_id)


def _stand_in(session: Session, world: World, rota_id: int, boss: Actor) -> None:
    """A coordinator replaces somebody next week; the replacement has not answered yet."""
    shift = _coming(session, world, rota_id, 7)
    other = session.scalar(
        select(RotaMember.person_id)
        .join(RotaLayer, RotaLayer.id == RotaMember.layer_id)
        .where(RotaLayer.rota_id == rota_id, RotaLayer.number == 2)
        .limit(1)
    )
    if shift is not None and other is not None:
        override_duty(
            Context(session, boss, world.now - timedelta(hours=3)),
            rota_id=rota_id,
            kind="replace",
            layer=1,
            person_id=shift.person_id,
            by_id=other,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
        )


def _leave_note(session: Session, world: World, rota_id: int) -> None:
    rota = session.get_one(Rota, rota_id)
    shift = session.scalar(
        select(Shift)
        .where(
            Shift.rota_id == rota.id, Shift.state == ShiftState.AGREED, Shift.ends_at <= world.now
        )
        .order_by(Shift.ends_at.desc(), Shift.layer)
        .limit(1)
    )
    if shift is not None and shift.ends_at > world.now - timedelta(hours=12):
        actor = _by(shift.person_id)
        write_note(Context(session, actor, shift.ends_at), shift_id=shift.id, text=NOTE)
