"""The demo's staff: an administrator, a coordinator for the district, others for communities."""

from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.crypto import lookup_hash
from app.demo.people import phone
from app.demo.world import World
from app.people.models import Organisation, Person, Role
from app.people.rules import PersonState

COORDINATORS = 5


def add_staff(session: Session, world: World) -> None:
    """Adds number 1 as administrator, 2 as district coordinator, the next for a community each."""
    branch = Organisation(name="示例社区第一党支部", kind="branch", area_id=world.top.id)
    session.add(branch)
    session.flush()
    world.organisation_id = branch.id
    world.administrator = _person(session, world, 1, "示例管理员", world.top, "administrator").id
    world.coordinator = _person(session, world, 2, "示例调度员", world.top, "coordinator").id
    for number, (area, _) in enumerate(world.communities[:COORDINATORS], start=3):
        _person(session, world, number, f"{area.name_zh}调度员", area, "coordinator")


def _person(
    session: Session, world: World, number: int, name: str, area: Area, role: str
) -> Person:
    since = world.now - world.size.past
    made = Person(
        name=name,
        phone=phone(number),
        phone_lookup=lookup_hash("phone", phone(number)),
        language="zh_Hans",
        state=PersonState.ACTIVE,
        area_id=area.id,
        area_path=area.path,
        organisation_id=world.organisation_id,
        registered_at=since,
    )
    session.add(made)
    session.flush()
    session.add(
        Role(person_id=made.id, role=role, area_id=area.id, area_path=area.path, granted_at=since)
    )
    return made
