"""The demo's volunteers, including a few who wait for approval."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.catalogue.models import Category
from app.core.actor import Actor
from app.core.context import Context
from app.core.crypto import lookup_hash
from app.core.travel import Travel
from app.demo.bulk_insert import bulk_insert
from app.demo.geography import Cell
from app.demo.helper import Helper
from app.demo.people import WEEK, Invented, invent, phone
from app.demo.world import World
from app.offers.models import Offer, OfferCategory
from app.people.models import Person, PersonSkill, Role
from app.usecases.texts.demo_phones import NEIGHBOUR
from app.usecases.volunteers.offer_terms import OfferTerms, offer_columns
from app.usecases.volunteers.register_people import NewVolunteer, register_volunteer
from app.usecases.volunteers.spread_offer import spread_offers

FIRST_VOLUNTEER = 1001
FIRST_PENDING = 900_001
PENDING = 6
CROWDED = 4
STEP = 2000
# How every first, second, … volunteer travels.
GO_BY = (Travel.FOOT, Travel.BICYCLE, Travel.FOOT, Travel.BICYCLE, Travel.CAR)
# Share of people without the skill to whom a category that needs one is assigned all the same.
ONLY_WITH_SKILL = 0.1


@dataclass(frozen=True, slots=True)
class Volunteer:
    """A volunteer before there is a row."""

    invented: Invented
    area: Area
    terms: OfferTerms


def _homes(world: World) -> list[tuple[Area, Cell]]:
    """The communities, 民乐 first."""
    first = next(i for i, (area, _) in enumerate(world.communities) if area.name_zh == "民乐社区")
    return world.communities[first:] + world.communities[:first]


def _terms(world: World, cell: Cell, number: int) -> tuple[OfferTerms, Invented]:
    chance = world.chance
    one = invent(number, chance)
    lat, lon = cell.at(chance.random(), chance.random())
    skills = tuple(sorted(chance.sample(world.skills, k=chance.randint(1, 3))))
    offered = chance.sample(world.categories, k=chance.randint(4, 8))
    terms = OfferTerms(
        lat=lat,
        lon=lon,
        category_ids=tuple(c.id for c in offered if _can(world, c, skills)) or (offered[0].id,),
        hours=one.hours_json(),
        radius_m=one.radius_m,
        travel=GO_BY[number % len(GO_BY)],
        languages=one.languages,
        max_load=chance.choice((1, 2, 2, 3)),
        weekly_limit=chance.choice((3, 7, 10)),
        skill_ids=skills,
        wishes=("no_dogs",) if number % 7 == 0 else (),
        woman=one.woman,
    )
    return terms, one


def _can(world: World, category: Category, skills: tuple[int, ...]) -> bool:
    has_all = set(world.needed[category.id]) <= set(skills)
    return has_all or world.chance.random() < ONLY_WITH_SKILL


def add_volunteers(session: Session, world: World) -> None:
    """Adds numbers from 1001 on, spread over the communities; then those who wait for approval."""
    homes = _homes(world)
    for first in range(0, world.size.volunteers, STEP):
        counts = range(first, min(first + STEP, world.size.volunteers))
        _write(session, world, [_one(world, homes, count) for count in counts])
        if world.size.volunteers > STEP:
            world.tell(f"{counts.stop} volunteers")
    _pending(session, world, homes)
    session.flush()


def _one(world: World, homes: list[tuple[Area, Cell]], count: int) -> Volunteer:
    # In the small demo half live in the first communities, so that waves find somebody.
    near = world.size.crowded and count % 2 == 0
    area, cell = homes[count % CROWDED] if near else homes[count % len(homes)]
    number = FIRST_VOLUNTEER + count
    terms, one = _terms(world, cell, number)
    return Volunteer(one, area, terms)


def _write(session: Session, world: World, volunteers: list[Volunteer]) -> None:
    """Writes a batch, with the rows that registration and approval would have written."""
    since = world.now - world.size.past
    people = [_person_row(world, one.invented, one.area, since) for one in volunteers]
    ids = bulk_insert(session, Person, people)
    pairs = list(zip(ids, volunteers, strict=True))
    session.execute(insert(Role), [_role_row(key, one.area, since) for key, one in pairs])
    offers = bulk_insert(session, Offer, [_offer_row(key, one, since) for key, one in pairs])
    session.execute(
        insert(OfferCategory),
        [
            {"offer_id": offer_id, "category_id": category_id}
            for offer_id, one in zip(offers, volunteers, strict=True)
            for category_id in one.terms.category_ids
        ],
    )
    session.execute(
        insert(PersonSkill),
        [
            {"person_id": key, "skill_id": skill_id}
            for key, one in pairs
            for skill_id in one.terms.skill_ids
        ],
    )
    spread_offers(session, ids)
    world.volunteers += [_helper(key, one) for key, one in pairs]


def _person_row(world: World, one: Invented, area: Area, since: datetime) -> dict[str, Any]:
    return {
        "name": one.name,
        "phone": one.phone,
        "phone_lookup": lookup_hash("phone", one.phone),
        "language": "zh_Hans",
        "state": "active",
        "area_id": area.id,
        "area_path": area.path,
        "organisation_id": world.organisation_id,
        "registered_at": since,
    }


def _role_row(person_id: int, area: Area, since: datetime) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "role": "volunteer",
        "area_id": area.id,
        "area_path": area.path,
        "granted_at": since,
    }


def _offer_row(person_id: int, one: Volunteer, since: datetime) -> dict[str, Any]:
    return {
        "person_id": person_id,
        "area_path": one.area.path,
        **offer_columns(one.terms),
        "active": True,
        "updated_at": since,
    }


def _helper(person_id: int, one: Volunteer) -> Helper:
    terms, made = one.terms, one.invented
    offered = frozenset(terms.category_ids)
    return Helper(person_id, terms.lat, terms.lon, terms.radius_m, offered, made.ready(), made.keen)


def add_neighbour(session: Session, world: World) -> None:
    """Adds somebody who comes at any hour, and to next door only: nothing there waits for anybody.

    A visitor of the demo's telephones sees at any time of day how a volunteer is asked.
    """
    home = next(one for one in world.estates if one.name == "民乐老村")
    area = next(area for area, _ in world.communities if area.id == home.area_id)
    week = ((WEEK, 0, 24),)
    one = Invented("罗小燕", NEIGHBOUR, week, ("zh_Hans", "yue"), 200, 1.0, woman=True)
    terms = OfferTerms(
        lat=home.lat,
        lon=home.lon,
        category_ids=tuple(category.id for category in world.categories),
        hours=one.hours_json(),
        radius_m=one.radius_m,
        travel=Travel.FOOT,
        languages=one.languages,
        max_load=5,
        weekly_limit=20,
        skill_ids=tuple(world.skills),
        woman=one.woman,
    )
    _write(session, world, [Volunteer(one, area, terms)])


def _pending(session: Session, world: World, homes: list[tuple[Area, Cell]]) -> None:
    for number in range(PENDING):
        area, cell = homes[number % CROWDED]
        terms, one = _terms(world, cell, number)
        register_volunteer(
            Context(session, Actor("resident", "web"), world.now - timedelta(hours=2 + 9 * number)),
            volunteer=NewVolunteer(
                name=one.name, phone=phone(FIRST_PENDING + number), area_id=area.id, terms=terms
            ),
            region="CN",
        )
