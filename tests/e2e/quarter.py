"""A part of town for one test: two communities, a rota, people who are on duty."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.areas.models import Area, Place
from app.catalogue.models import Category
from app.core.actor import Actor, Scope
from app.core.context import Context
from app.people.models import Person
from app.rotation.models import Shift
from app.usecases.duty.plan.manage_rota import make_rota
from app.usecases.duty.shifts.hand_over_duty import Turn, agree_to_shift, offer_shifts
from tests import factories
from tests.e2e.clock import Clock
from tests.e2e.house import House
from tests.e2e.phones import Phone

# These tests only ask people on duty.
NEVER = {"hours": [{"day": 0, "from": "00:00", "to": "00:30"}]}


@dataclass
class Quarter:
    """Its areas, its coordinator, the rota of `here`, an urgent category."""

    house: House
    name: str
    subdistrict: Area
    here: Area
    other: Area
    category: Category
    chief: Phone
    # The coordinator one staffed area up.
    mayor: Phone
    mayor_id: int
    boss: Actor
    rota_id: int
    rotas: dict[int, int] = field(default_factory=dict)

    @property
    def clock(self) -> Clock:
        """The service's clock."""
        assert self.house.clock is not None
        return self.house.clock

    def volunteer(self, name: str = "林晓", where: Area | None = None) -> tuple[Person, Phone]:
        """Makes a volunteer who is only asked on duty."""
        place = replace(self.house.place, here=where or self.here)
        with self.house.session() as session:
            session.expire_on_commit = False
            made = factories.volunteer(
                session, place, categories=[self.category], skills=[], offer=NEVER, name=name
            )
            session.expunge_all()
        return made, Phone(self.house, made.phone)

    def on_duty(
        self,
        person: Person,
        start: datetime,
        hours: float,
        *,
        layer: int = 1,
        where: Area | None = None,
    ) -> int:
        """Offered by the coordinator, agreed by the volunteer; returns the shift.

        Waits until the question was sent, so that it does not arrive later.
        """
        now, area = self.clock.now(), where or self.here
        with self.house.session() as session:
            turn = Turn(person.id, start, start + timedelta(hours=hours), layer)
            rota_id = self._rota(area)
            offer_shifts(Context(session, self.boss, now), rota_id=rota_id, turns=(turn,))
            shift_id = session.scalars(
                select(Shift.id)
                .where(Shift.person_id == person.id, Shift.state == "offered")
                .order_by(Shift.id.desc())
                .limit(1)
            ).one()
            actor = factories.actor_for(person, "volunteer", area)
            agree_to_shift(Context(session, actor, now), shift_id=shift_id)
            session.commit()
        Phone(self.house, person.phone).gets("想请您值班")
        return shift_id

    def _rota(self, area: Area) -> int:
        if area.id == self.here.id:
            return self.rota_id
        if area.id not in self.rotas:
            with self.house.session() as session:
                self.rotas[area.id] = make_rota(
                    Context(session, self.boss, self.clock.now()), area_id=area.id, name="邻"
                )
                session.commit()
        return self.rotas[area.id]

    def as_volunteer(self, person_id: int) -> Actor:
        """The actor for somebody of `here`, as a route's guard makes it."""
        return Actor("volunteer", "web", person_id, (Scope("volunteer", self.here.path),))

    def shift_of(self, person_id: int) -> Shift:
        """Somebody's newest shift."""
        with self.house.session() as session:
            found = session.scalars(
                select(Shift).where(Shift.person_id == person_id).order_by(Shift.id.desc()).limit(1)
            ).one()
            session.expunge(found)
        return found


def move_in(house: House, name: str, code: str, **category: Any) -> Quarter:
    """Makes it. `name` is the name of its estate and category, `code` six digits."""
    with house.session() as session:
        session.expire_on_commit = False
        district = session.get_one(Area, house.place.district.id)
        above = factories.area(session, "subdistrict", code, f"{name}街道", district, 0.1)
        here = factories.area(session, "community", f"{code}001", f"{name}社区", above, 0.02)
        far = (factories.HOME[0] + 0.06, factories.HOME[1])
        other = factories.area(
            session, "community", f"{code}002", f"{name}东", above, 0.02, centre=far
        )
        session.add(
            Place(
                public_code=code,
                area_id=here.id,
                area_path=here.path,
                kind="estate",
                name=f"{name}花园",
                aliases=[],
                search_key=f"{name}花园",
                rough_name=f"{name}花园",
                lat=factories.HOME[0],
                lon=factories.HOME[1],
            )
        )
        kind = factories.category(
            session, f"night_{code}", f"{name}急救", urgency="urgent", **category
        )
        chief = factories.coordinator(session, here)
        mayor = factories.coordinator(session, above)
        boss = factories.actor_for(chief, "coordinator", above)
        rota_id = make_rota(
            Context(session, boss, house.now()), area_id=here.id, name=f"{name}值班"
        )
        session.commit()
        session.expunge_all()
    chief_phone, mayor_phone = (Phone(house, one.phone) for one in (chief, mayor))
    return Quarter(
        house, name, above, here, other, kind, chief_phone, mayor_phone, mayor.id, boss, rota_id
    )
