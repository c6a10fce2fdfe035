"""Loads the demo community into an empty database, in one transaction: all or nothing."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Category, CategorySkill, Skill
from app.core.actor import system
from app.core.context import Context
from app.demo import categories as menu
from app.demo.duty import add_duty
from app.demo.duty_offers import add_duty_offers
from app.demo.flows import FLOWS
from app.demo.geography import district
from app.demo.past import add_past
from app.demo.places import add_places
from app.demo.plans import add_plans
from app.demo.present import add_present
from app.demo.staff import add_staff
from app.demo.volunteers import add_neighbour, add_volunteers
from app.demo.world import Size, World
from app.dispatch.models import Match
from app.trail.chain import record
from app.usecases.volunteers.spread_offer import spread_offers

SIZES = {
    "small": Size(400, 300, timedelta(days=30), callers=90, crowded=True),
    "large": Size(20_000, 100_000, timedelta(days=365), callers=30_000, crowded=False),
}
SEED = 20_261


def silent(line: str) -> None:
    """Prints no progress."""


def load_demo(
    session: Session, *, size: str, now: datetime, tell: Callable[[str], None] = silent
) -> World:
    """Fills an empty database. `size` is small (400 volunteers) or large (a whole district)."""
    world = World(chance=random.Random(SEED), now=now, size=SIZES[size], tell=tell)
    add_places(session, world, district(everywhere=size == "large"))
    tell(f"{len(world.areas)} areas, {len(world.estates)} estates")
    _catalogue(session, world)
    add_staff(session, world)
    add_volunteers(session, world)
    add_past(session, world)
    add_duty(session, world)
    add_duty_offers(session, world)
    add_present(session, world)
    add_plans(session, world)
    add_neighbour(session, world)
    # The index of offers says when each volunteer was asked last.
    spread_offers(session, list(session.scalars(select(Match.person_id).distinct())))
    record(
        Context(session, system("cli"), now),
        kind="demo.loaded",
        subject=("demo", size),
        area_path=world.top.path,
        details={"volunteers": world.size.volunteers, "requests": world.size.requests},
    )
    return world


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
            flow=list(FLOWS[code]),
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
