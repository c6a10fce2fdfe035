"""Helpers for tests of emergencies: a plan for heat, with people who offered for it."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.notifications.models import Notification
from app.people.models import Person
from app.rotation.emergency.models import Activation
from app.rotation.emergency.rules import PARTS
from app.rotation.models import DutyAsk, Shift
from app.usecases.emergencies.call_for_procedure import join_procedure
from app.usecases.emergencies.manage_procedures import PlanTerms, make_plan
from app.usecases.emergencies.offer_for_procedure import offer_for_plan
from app.usecases.emergencies.start_procedure import start_plan
from tests import factories
from tests.factories import NOW, Community

HEAT = PlanTerms(
    texts={
        "name_zh": "高温应急",
        "purpose_zh": "看望独居老人，守纳凉点",
        "trigger": "连续三天最高气温 38 度以上",
        "trigger_unit": "°C",
        "places": "三个纳凉点",
    },
    trigger_value=38,
    trigger_days=3,
)


@dataclass
class Heat:
    """The plan, its coordinator, the people who offered; the activation once started."""

    session: Session
    place: Community
    boss: Actor
    plan_id: int
    people: list[Person] = field(default_factory=list)
    started: int = 0

    def actor(self, number: int) -> Actor:
        """The actor for one of the people, as a route's guard makes it."""
        return factories.actor_for(self.people[number], "volunteer", self.place.here)

    def offer(self, number: int, *parts: str) -> None:
        """Offers for these parts of a day, or for all."""
        chosen = parts or tuple(PARTS)
        offer_for_plan(
            Context(self.session, self.actor(number), NOW), plan_id=self.plan_id, parts=chosen
        )
        self.session.commit()

    def start(self) -> None:
        """Starts the plan for the community."""
        self.started = start_plan(
            Context(self.session, self.boss, NOW), plan_id=self.plan_id, area_id=self.place.here.id
        )
        self.session.commit()

    def yes(self, number: int, now: datetime = NOW) -> None:
        """One of the people says yes."""
        join_procedure(Context(self.session, self.actor(number), now), ask_id=self.ask(number).id)
        self.session.commit()

    def ask(self, number: int) -> DutyAsk:
        """The newest question to one of the people."""
        return self.session.scalars(
            select(DutyAsk)
            .where(
                DutyAsk.activation_id == self.started,
                DutyAsk.person_id == self.people[number].id,
            )
            .order_by(DutyAsk.id.desc())
            .limit(1)
            .execution_options(populate_existing=True)
        ).one()

    def activation(self) -> Activation:
        """The activation as it is now."""
        return self.session.get_one(Activation, self.started, populate_existing=True)

    def shifts(self, number: int | None = None, state: str = "agreed") -> list[Shift]:
        """The emergency's shifts in order, of one of the people or of all."""
        found = select(Shift).where(
            Shift.rota_id == self.activation().rota_id, Shift.state == state
        )
        if number is not None:
            found = found.where(Shift.person_id == self.people[number].id)
        rows = found.order_by(Shift.starts_at, Shift.id)
        return list(self.session.scalars(rows.execution_options(populate_existing=True)))

    def told(self, number: int) -> list[str]:
        """The messages to one of the people, in order."""
        rows = self.session.scalars(
            select(Notification.template)
            .where(Notification.person_id == self.people[number].id)
            .order_by(Notification.id)
        )
        return list(rows)


def heat(session: Session, people: int = 3, terms: PlanTerms = HEAT) -> Heat:
    """A community's plan, and volunteers who all offered for it, at all hours."""
    place = factories.community(session)
    chief = factories.coordinator(session, place.here)
    boss = factories.actor_for(chief, "coordinator", place.here)
    plan_id = make_plan(Context(session, boss, NOW), area_id=place.here.id, terms=terms)
    made = Heat(session, place, boss, plan_id)
    made.people = [factories.volunteer(session, place) for _ in range(people)]
    for number in range(people):
        made.offer(number)
    return made


def begun(session: Session, place: Community, helper: Person, now: datetime) -> dict[str, int]:
    """A plan that the helper offered for, started now; ids by their names in routes."""
    chief = factories.coordinator(session, place.here)
    boss = factories.actor_for(chief, "coordinator", place.here)
    plan_id = make_plan(Context(session, boss, now), area_id=place.here.id, terms=HEAT)
    me = factories.actor_for(helper, "volunteer", place.here)
    offer_for_plan(Context(session, me, now), plan_id=plan_id, parts=("night",))
    started = start_plan(Context(session, boss, now), plan_id=plan_id, area_id=place.here.id)
    session.commit()
    asked = select(DutyAsk.id).where(DutyAsk.activation_id == started)
    return {"plan_id": plan_id, "activation_id": started, "ask_id": session.scalars(asked).one()}
