"""The community of a scenario in the database, and who is who in it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.actor import Actor, ActorKind, RoleName, Scope, resident
from app.core.context import Context
from app.core.urgency import Urgency
from app.usecases.duty.plan.manage_rota import make_rota, set_terms
from app.usecases.duty.plan.offer_duty import agree_to_turns
from app.usecases.duty.plan.set_layer import set_layer
from tests import factories
from tests.factories import HOME, Community
from tests.life.scenario import Persona, Scenario

METRES_PER_DEGREE = 111_195
# Volunteers of a small place take two turns of eight hours a day in a pinch.
LIMITS = {"week_h": 80, "month_h": 320, "nights_week": 7}


@dataclass
class Directory:
    """Who is who: names of the scenario for ids and phones of the database."""

    place: Community
    categories: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    # The scenario's name of an order by the id of its help request, and its code.
    orders: dict[int, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    rotas: list[int] = field(default_factory=list)

    def name_of_person(self, person_id: int | None) -> str:
        """The scenario's name of a person."""
        found = (name for name, one in self.people.items() if one == person_id)
        return next(found, f"person-{person_id}")

    def name_of_order(self, request_id: int | None) -> str:
        """The scenario's name of a help request; a number for one that nobody ordered."""
        return self.orders.get(request_id or 0, f"request-{request_id}")

    def request_id(self, order: str) -> int | None:
        """The help request of an order, once it was placed."""
        return next((key for key, name in self.orders.items() if name == order), None)


def found_community(session: Session, scenario: Scenario, now: datetime) -> Directory:
    """Makes the community of a scenario: places, categories, people, rotas."""
    place = factories.community(session)
    known = Directory(place)
    _make_categories(session, known)
    for number, persona in enumerate(scenario.personas):
        known.phones[persona.name] = f"+861740{number:07d}"
        if persona.role == ActorKind.RESIDENT:
            known.actors[persona.name] = resident("web")
        else:
            _make_person(session, known, persona)
    session.commit()
    for plan in scenario.rotas:
        _make_rota(session, known, plan, now)
    return known


def _make_categories(session: Session, known: Directory) -> None:
    """One category of each kind: at once, checked first, urgent, for two, for a later day."""
    place = known.place
    place.medicine.grab = True
    made = [
        place.medicine,
        place.visit,
        factories.category(session, "emergency", "紧急上门", urgency=Urgency.URGENT),
        factories.category(
            session, "alarm", "报警", urgency=Urgency.URGENT, verify_first=True, wave_size=2
        ),
        factories.category(session, "lifting", "搬重物", volunteers_needed=2),
        factories.category(session, "escort", "陪同就医", urgency=Urgency.PLANNED),
        factories.category(session, "other", "其他", verify_first=True, mode="manual"),
    ]
    session.flush()
    known.categories = {one.code: one.id for one in made}


def _make_person(session: Session, known: Directory, persona: Persona) -> None:
    place, traits = known.place, persona.traits
    phone = known.phones[persona.name]
    if persona.role == RoleName.COORDINATOR:
        where = {"district": place.district, "subdistrict": place.subdistrict}.get(
            traits.get("area", ""), place.here
        )
        made = factories.coordinator(session, where, phone=phone)
    else:
        where = place.here
        made = factories.volunteer(
            session,
            place,
            phone=phone,
            categories=[session.get_one(Category, one) for one in known.categories.values()],
            skills=[place.first_aid] if traits.get("first_aid") else [],
            offer=_offer(traits),
        )
    known.people[persona.name] = made.id
    known.actors[persona.name] = factories.actor_for(made, persona.role, where)


def _offer(traits: dict[str, Any]) -> dict[str, Any]:
    offer = {
        "lat": HOME[0] + traits.get("north_m", 200) / METRES_PER_DEGREE,
        "lon": HOME[1] + traits.get("east_m", 0) / METRES_PER_DEGREE,
    }
    return offer | {
        name: traits[name] for name in ("hours", "max_load", "weekly_limit") if name in traits
    }


def _make_rota(session: Session, known: Directory, plan: dict[str, Any], now: datetime) -> None:
    """A rota of turns with a layer for each list of people; some have agreed in advance."""
    place = known.place
    area = place.subdistrict if plan.get("area") == "subdistrict" else place.here
    boss = Actor("coordinator", "web", None, (Scope("coordinator", place.district.path),))
    context = Context(session, boss, now)
    rota_id = make_rota(context, area_id=area.id, name=plan["name"])
    set_terms(
        context,
        rota_id=rota_id,
        wanted=[],
        limits=LIMITS,
        approve_swaps=plan.get("approve_swaps", False),
    )
    known.rotas.append(rota_id)
    for number, names in enumerate(plan["layers"], start=1):
        people = [known.people[name] for name in names if name in known.people]
        if not people:
            continue
        layer_id = set_layer(
            context,
            rota_id=rota_id,
            number=number,
            kind="rotation",
            pattern={"kind": "every", "hours": plan["hours"], "starts": plan["starts"]},
            people=people,
        )
        for name in names:
            if name in plan["standing"] and name in known.people:
                agree_to_turns(Context(session, known.actors[name], now), layer_id=layer_id)
    session.commit()
