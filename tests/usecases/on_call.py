"""Helpers for tests of duty: a rota with volunteers."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.notifications.models import Notification
from app.people.models import Person
from app.rotation.models import Rota, Shift
from app.usecases.duty.plan.manage_rota import make_rota, set_terms
from app.usecases.duty.plan.offer_duty import agree_to_turns
from app.usecases.duty.plan.set_layer import set_layer
from tests import factories
from tests.factories import NOW, Community

HOUR = timedelta(hours=1)
# Turns of eight hours from Wednesday, 08:00 in Shenzhen; NOW is 10:00.
TURNS = {"kind": "every", "hours": 8, "starts": "2026-03-04T08:00"}
FIRST_END = NOW + 6 * HOUR
ENOUGH = {"week_h": 60, "month_h": 260, "nights_week": 7}


@dataclass
class OnCall:
    """A rota, its coordinator, its people in turn."""

    session: Session
    place: Community
    rota_id: int
    boss: Actor
    people: list[Person] = field(default_factory=list)

    def actor(self, number: int) -> Actor:
        """The actor for one of the people, as a route's guard makes it."""
        return factories.actor_for(self.people[number], "volunteer", self.place.here)

    def layer(self, number: int, people: list[Person], **pattern: Any) -> int:
        """Plans a layer of turns."""
        return set_layer(
            Context(self.session, self.boss, NOW),
            rota_id=self.rota_id,
            number=number,
            kind="rotation",
            pattern={**TURNS, **pattern},
            people=[person.id for person in people],
        )

    def set_limits(self, limits: dict[str, int]) -> None:
        """Changes the limits of rest, before the next publication."""
        self.session.get_one(Rota, self.rota_id).limits = limits
        self.session.flush()

    def shifts(self, *, state: str = "agreed", until: datetime | None = None) -> list[Shift]:
        """Shifts in order."""
        found = select(Shift).where(Shift.rota_id == self.rota_id, Shift.state == state)
        rows = self.session.scalars(
            found.where(Shift.starts_at < (until or NOW + 24 * HOUR))
            .order_by(Shift.starts_at, Shift.layer, Shift.id)
            .execution_options(populate_existing=True)
        )
        return list(rows)

    def shift_of(self, number: int, *, state: str = "agreed") -> Shift:
        """The first shift of one of the people."""
        mine = self.people[number].id
        return next(one for one in self.shifts(state=state) if one.person_id == mine)

    def told(self, number: int) -> list[str]:
        """The messages to one of the people, in order."""
        rows = self.session.scalars(
            select(Notification.template)
            .where(Notification.person_id == self.people[number].id)
            .order_by(Notification.id)
        )
        return list(rows)


def on_call(session: Session, people: int = 3, *, standing: bool = True) -> OnCall:
    """A rota of turns in layer 1, by default with everybody's standing agreement."""
    place = factories.community(session)
    chief = factories.coordinator(session, place.here)
    boss = factories.actor_for(chief, "coordinator", place.here)
    rota_id = make_rota(Context(session, boss, NOW), area_id=place.here.id, name="轮值")
    made = OnCall(session, place, rota_id, boss)
    # Three people around the clock: 56 hours a week, one of them every night.
    set_terms(
        Context(session, boss, NOW), rota_id=rota_id, wanted=[], limits=ENOUGH, approve_swaps=False
    )
    made.people = [factories.volunteer(session, place) for _ in range(people)]
    layer_id = made.layer(1, made.people)
    if standing:
        for number in range(people):
            agree_to_turns(Context(session, made.actor(number), NOW), layer_id=layer_id)
    if standing:
        # Agreed duty stands; with the default limits nobody has time for more.
        made.set_limits({})
        # Messages about the planning are not what the tests look for.
        session.execute(delete(Notification))
    session.commit()
    return made
