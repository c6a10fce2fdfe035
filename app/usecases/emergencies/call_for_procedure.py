"""Asks everybody who offered for an emergency procedure, once each, and handles their answers."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.offers.models import Offer
from app.people.models import Person, PersonSkill, Role
from app.people.rules import PersonState
from app.rotation.emergency.models import Activation, PlanOffer
from app.rotation.emergency.queries import skills_wanted
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import AWAY, FixedTurn, RotaOverride
from app.rotation.states import ActivationState, DutyAskState
from app.usecases.duty.plan.ask_for_duty import give_number
from app.usecases.duty.plan.change_state import change_asks
from app.usecases.duty.plan.lock_rota import LIVE, lock_rota
from app.usecases.duty.plan.notify_duty import clock_at
from app.usecases.duty.plan.publish_duty import publish_duty
from app.usecases.duty.swaps.give_away_duty import withdraw_swaps
from app.usecases.emergencies.fill_procedure import fill_plan
from app.usecases.emergencies.manage_procedures import record_activation
from app.usecases.messages.notify import notify_person
from app.usecases.shared.lock_people import lock_people
from app.usecases.shared.people import people_of

# Ask at most this many in one transaction; a tick asks the next.
AT_ONCE = 100
# How long after a question its person is reminded, once.
REMIND = timedelta(hours=1)
# The reason of an "I cannot" that a later yes takes back.
STAYS_AWAY = "stays_away"


def who_offered(session: Session, plan_id: int, area_path: str, *, now: datetime) -> list[int]:
    """Active volunteers of the area who offer for the procedure, have its skills, are not paused.

    In the order in which they offered.
    """
    volunteers = select(Role.person_id).where(
        Role.role == RoleName.VOLUNTEER, Role.ended_at.is_(None)
    )
    paused = select(Offer.person_id).where(Offer.paused_until > now)
    found = (
        select(PlanOffer.person_id)
        .join(Person, Person.id == PlanOffer.person_id)
        .where(
            PlanOffer.plan_id == plan_id,
            PlanOffer.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
            Person.area_path.startswith(area_path),
            Person.id.in_(volunteers),
            Person.id.not_in(paused),
        )
        .order_by(PlanOffer.id)
    )
    for skill_id in sorted(skills_wanted(session, [plan_id]).get(plan_id, ())):
        skilled = select(PersonSkill.person_id).where(PersonSkill.skill_id == skill_id)
        found = found.where(Person.id.in_(skilled))
    return list(session.scalars(found))


def call_next(context: Context, activation: Activation) -> int:
    """Asks the next of those who offered, about hours they were not asked about before.

    The caller has locked the rota; the unique key of a question prevents a second one. Returns how
    many were asked.
    """
    before = dict(
        context.session.execute(
            select(DutyAsk.person_id, func.max(DutyAsk.until))
            .where(DutyAsk.activation_id == activation.id)
            .group_by(DutyAsk.person_id)
        ).all()
    )
    offered = who_offered(
        context.session, activation.plan_id, activation.area_path, now=context.now
    )
    next_ones = [one for one in offered if before.get(one) != activation.until][:AT_ONCE]
    people = people_of(context.session, next_ones)
    asked = sum(
        _ask(
            context.session,
            activation,
            people[one],
            before.get(one) or activation.since,
            context.now,
        )
        for one in next_ones
    )
    if asked:
        record_activation(context, activation, "plan.asked", asked=asked)
    return asked


def _ask(
    session: Session, activation: Activation, person: Person, since: datetime, now: datetime
) -> bool:
    fresh = insert_once(
        session,
        DutyAsk,
        activation_id=activation.id,
        person_id=person.id,
        since=since,
        until=activation.until,
        state=DutyAskState.SENT,
        sent_at=now,
        remind_at=now + REMIND,
    )
    if fresh:
        notify_person(
            session,
            person,
            "plan_called" if since == activation.since else "plan_longer",
            subject=f"activation:{activation.id}",
            now=now,
            occurrence=f"until:{int(activation.until.timestamp())}",
            until=clock_at(activation.until, zone_of(session, activation.area_path)),
            number=give_number(session, _question(session, activation.id, person.id, since)),
        )
    return fresh


def _question(session: Session, activation_id: int, person_id: int, since: datetime) -> DutyAsk:
    return session.scalars(
        select(DutyAsk)
        .where(
            DutyAsk.activation_id == activation_id,
            DutyAsk.person_id == person_id,
            DutyAsk.since == since,
        )
        .execution_options(populate_existing=True)
    ).one()


def join_procedure(context: Context, *, ask_id: int) -> None:
    """The volunteer says yes, for the hours they offered, as far as somebody is needed.

    Raises Stale when the emergency is over, or they said yes before.
    """
    ask, activation, rota = _hold(context.session, context.actor, ask_id)
    if not change_asks(context.session, "yes", context.now, DutyAsk.id == ask.id):
        raise Stale(N_("您已经回复过了，谢谢您"))
    context.session.refresh(ask)
    record_activation(context, activation, "plan.joined", person=ask.person_id)
    _come_back(context.session, rota, ask, context.now)
    if ask.person_id not in fill_plan(context, activation, rota):
        notify_person(
            context.session,
            people_of(context.session, [ask.person_id])[ask.person_id],
            "plan_enough",
            subject=f"duty_ask:{ask.id}",
            now=context.now,
        )


def stay_away(context: Context, *, ask_id: int) -> None:
    """The volunteer declines. After a yes their shifts end, and others who said yes fill in."""
    ask, activation, rota = _hold(context.session, context.actor, ask_id)
    if not change_asks(context.session, "no", context.now, DutyAsk.id == ask.id):
        raise Stale(N_("您已经回复过了，谢谢您"))
    context.session.refresh(ask)
    record_activation(context, activation, "plan.declined", person=ask.person_id)
    _leave(context.session, activation, rota, ask, context.now)
    withdraw_swaps(context, rota, giver_id=ask.person_id)
    publish_duty(context, rota_id=rota.id)
    fill_plan(context, activation, rota)


def _leave(
    session: Session, activation: Activation, rota: Rota, ask: DutyAsk, now: datetime
) -> None:
    """Ends their shifts in these hours, including those taken over; shifts others took stay."""
    person_id, until = ask.person_id, ask.until or activation.until
    since = max(ask.since or activation.since, now)
    own = select(Shift.starts_at).where(
        Shift.rota_id == rota.id, Shift.person_id == person_id, Shift.state.in_(LIVE)
    )
    turns = update(FixedTurn).where(
        FixedTurn.rota_id == rota.id,
        FixedTurn.person_id == person_id,
        FixedTurn.ended_at.is_(None),
        FixedTurn.ends_at > since,
        FixedTurn.starts_at < until,
        FixedTurn.starts_at.in_(own),
    )
    changed(session, turns.values(ended_at=now))
    session.add(
        RotaOverride(
            rota_id=rota.id,
            kind=AWAY,
            person_id=person_id,
            starts_at=since,
            ends_at=until,
            reason=STAYS_AWAY,
            made_at=now,
            made_by=person_id,
        )
    )
    session.flush()


def _come_back(session: Session, rota: Rota, ask: DutyAsk, now: datetime) -> None:
    away = update(RotaOverride).where(
        RotaOverride.rota_id == rota.id,
        RotaOverride.person_id == ask.person_id,
        RotaOverride.reason == STAYS_AWAY,
        RotaOverride.ends_at == ask.until,
        RotaOverride.ended_at.is_(None),
    )
    changed(session, away.values(ended_at=now))


def _hold(session: Session, actor: Actor, ask_id: int) -> tuple[DutyAsk, Activation, Rota]:
    """The actor's own question with its activation and rota, locked while it runs."""
    ask = session.get(DutyAsk, ask_id)
    if ask is None or ask.activation_id is None or ask.person_id != actor.person_id:
        raise NotFound(N_("没有找到这次应急"))
    lock_people(session, [ask.person_id])
    activation = session.get_one(Activation, ask.activation_id)
    rota = lock_rota(session, activation.rota_id)
    session.refresh(activation)
    if activation.state != ActivationState.RUNNING:
        raise Stale(N_("这次应急已经结束了，谢谢您"))
    return ask, activation, rota


def _record(context: Context, activation: Activation, ask: DutyAsk, kind: str) -> None:
    record_activation(context, activation, kind, person=ask.person_id)
