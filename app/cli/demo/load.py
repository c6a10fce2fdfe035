"""Loading the demo community into an empty database, in one transaction."""

import random
import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from app.areas.gazetteer import search_key
from app.areas.models import Area, Place, ServicePoint
from app.catalogue.models import Category, CategorySkill, Skill
from app.cli.demo import menu
from app.cli.demo.geography import ESTATES, Cell, district
from app.cli.demo.history import add_history
from app.cli.demo.people import invent, phone
from app.cli.demo.world import World
from app.core.actor import system
from app.core.crypto import lookup_hash
from app.desk.spread_offer import spread_offers
from app.offers.models import Offer, OfferCategory
from app.people.models import Organisation, Person, PersonSkill, Role
from app.trail.chain import record

SIZES = {"small": (400, 300), "large": (20_000, 100_000)}
BUILDINGS = 8
COORDINATORS = 5
SEED = 20_261


def load_demo(session: Session, *, size: str, now: datetime) -> World:
    """Fills an empty database. `size` is small (400 volunteers) or large (a whole district)."""
    volunteers, requests = SIZES[size]
    chance = random.Random(SEED)
    world = World(chance=chance, now=now)
    _areas(session, world, district(everywhere=size == "large"))
    _catalogue(session, world)
    _staff(session, world)
    _volunteers(session, world, volunteers)
    add_history(session, world, requests)
    record(
        session,
        actor=system("cli"),
        kind="demo.loaded",
        subject=("demo", size),
        area_path=world.top.path,
        now=now,
        details={"volunteers": volunteers, "requests": requests},
    )
    return world


def _areas(session: Session, world: World, top: Cell) -> None:
    def make(cell: Cell, parent: Area | None) -> None:
        area = Area(
            scheme="cn",
            code=cell.code,
            level=cell.level,
            name_zh=cell.name_zh,
            name_en=cell.name_en,
            parent_id=parent.id if parent else None,
            path=secrets.token_hex(8),
            outline=cell.outline(),
            schematic=True,
            timezone="Asia/Shanghai",
            south=cell.south,
            west=cell.west,
            north=cell.north,
            east=cell.east,
            figures=cell.figures,
            active=True,
        )
        session.add(area)
        session.flush()
        area.path = f"{parent.path if parent else '/'}{area.id}/"
        world.areas.append(area)
        if cell.level == "community":
            world.communities.append((area, cell))
            _places(session, world, area, cell)
        if cell.level in ("district", "subdistrict", "community"):
            _point(session, area, cell)
        for child in cell.inside:
            make(child, area)

    make(top, None)
    world.top = world.areas[0]
    session.flush()


def _point(session: Session, area: Area, cell: Cell) -> None:
    tier = {"district": "1", "subdistrict": "N", "community": "V"}[cell.level]
    lat, lon = cell.centre()
    session.add(
        ServicePoint(
            area_id=area.id,
            area_path=area.path,
            name=f"{cell.name_zh}党群服务点（示例）",
            tier=tier,
            lat=lat,
            lon=lon,
            phone=f"0755-0000{cell.code[-4:]}",
            opening="09:00–18:00",
            self_service_24h=tier == "V",
        )
    )


def _places(session: Session, world: World, area: Area, cell: Cell) -> None:
    """Estates with numbered buildings, spread over the community."""
    stem = cell.name_zh.removesuffix("社区")
    for number, kind in enumerate(ESTATES):
        box = cell.part(number % 2, 2, number // 2, 2)
        lat = (box["south"] + box["north"]) / 2
        lon = (box["west"] + box["east"]) / 2
        estate = _place(area, "estate", f"{stem}{kind}", lat, lon, None)
        session.add(estate)
        session.flush()
        world.estates.append(estate)
        for block in range(1, BUILDINGS + 1):
            spread = (block - BUILDINGS / 2) * 0.0002
            session.add(
                _place(area, "building", f"{estate.name}{block}栋", lat + spread, lon, estate)
            )


def _place(area: Area, kind: str, name: str, lat: float, lon: float, estate: Place | None) -> Place:
    return Place(
        public_code=secrets.token_hex(5),
        area_id=area.id,
        area_path=area.path,
        kind=kind,
        name=name,
        aliases=[],
        search_key=search_key(name),
        rough_name=estate.name if estate else name,
        parent_id=estate.id if estate else None,
        lat=lat,
        lon=lon,
    )


def _catalogue(session: Session, world: World) -> None:
    skills = {}
    for code, zh, hant, en in menu.SKILLS:
        skills[code] = Skill(code=code, name_zh=zh, name_hant=hant, name_en=en)
        session.add(skills[code])
    session.flush()
    for position, row in enumerate(menu.CATEGORIES):
        code, zh, hant, en, hint_zh, hint_hant, hint_en, needed, words, more = row
        made = Category(
            code=code,
            name_zh=zh,
            name_hant=hant,
            name_en=en,
            hint_zh=hint_zh,
            hint_hant=hint_hant,
            hint_en=hint_en,
            keywords=list(words),
            flow=menu.FLOW,
            weights={},
            position=position,
            **{"verify_first": False, **more},
        )
        session.add(made)
        session.flush()
        world.categories.append(made)
        world.needed[made.id] = [skills[one].id for one in needed]
        for one in needed:
            session.add(CategorySkill(category_id=made.id, skill_id=skills[one].id))
    world.skills = [skill.id for skill in skills.values()]


def _person(
    session: Session, world: World, number: int, name: str, area: Area, role: str
) -> Person:
    made = Person(
        name=name,
        phone=phone(number),
        phone_lookup=lookup_hash("phone", phone(number)),
        language="zh_Hans",
        state="active",
        area_id=area.id,
        area_path=area.path,
        organisation_id=world.organisation_id,
        registered_at=world.now,
    )
    session.add(made)
    session.flush()
    session.add(
        Role(
            person_id=made.id,
            role=role,
            area_id=area.id,
            area_path=area.path,
            granted_at=world.now,
        )
    )
    return made


def _staff(session: Session, world: World) -> None:
    """Number 1 administers, 2 coordinates the district, the next one community each."""
    branch = Organisation(name="示例社区第一党支部", kind="branch", area_id=world.top.id)
    session.add(branch)
    session.flush()
    world.organisation_id = branch.id
    _person(session, world, 1, "示例管理员", world.top, "administrator")
    _person(session, world, 2, "示例调度员", world.top, "coordinator")
    for number, (area, _) in enumerate(world.communities[:COORDINATORS], start=3):
        _person(session, world, number, f"{area.name_zh}调度员", area, "coordinator")


def _volunteers(session: Session, world: World, count: int) -> None:
    """Numbers from 1001 on, spread over the communities, 民乐 first."""
    chance = world.chance
    first = next(i for i, (area, _) in enumerate(world.communities) if area.name_zh == "民乐社区")
    order = world.communities[first:] + world.communities[:first]
    for number in range(count):
        one = invent(1001 + number, chance)
        # Half of the small demo lives in the first communities, so that waves find somebody.
        area, cell = order[number % len(order)] if number % 2 else order[number % 4]
        person = _person(session, world, 1001 + number, one.name, area, "volunteer")
        offer = Offer(
            person_id=person.id,
            area_path=area.path,
            lat=chance.uniform(cell.south, cell.north),
            lon=chance.uniform(cell.west, cell.east),
            radius_m=one.radius_m,
            hours=one.hours,
            languages=one.languages,
            max_load=chance.choice((1, 2, 2, 3)),
            weekly_limit=chance.choice((3, 7, 10)),
            active=True,
            updated_at=world.now,
        )
        session.add(offer)
        session.flush()
        for category in chance.sample(world.categories, k=chance.randint(3, 7)):
            session.add(OfferCategory(offer_id=offer.id, category_id=category.id))
        for skill_id in chance.sample(world.skills, k=chance.randint(1, 3)):
            session.add(PersonSkill(person_id=person.id, skill_id=skill_id))
        world.volunteers.append(person.id)
    session.flush()
    spread_offers(session, world.volunteers)
