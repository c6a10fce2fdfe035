"""Who may do what, and where: roles are granted and ended, never deleted."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.actor import Actor, RoleName
from app.core.crypto import lookup_hash
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import DEFAULT_LOCALE, N_
from app.core.statements import changed, insert_once
from app.people.models import Person, Role
from app.people.queries import by_phone
from app.people.rules import BadPhone, PersonState, normalise_phone
from app.trail.chain import record

ROLES = ("volunteer", "coordinator", "administrator")
NAME_MAX = 40


def load_area(session: Session, area_id: int) -> Area:
    """The area. Raises Invalid at the field when there is none."""
    area = session.get(Area, area_id)
    if area is None or not area.active:
        raise Invalid({"area": N_("请选一个区域")})
    return area


def load_person(session: Session, person_id: int) -> Person:
    """The person as they stand in this transaction. Raises NotFound."""
    person = session.get(Person, person_id, populate_existing=True)
    if person is None:
        raise NotFound(N_("没有找到这个人"))
    return person


def checked_phone(phone: str, region: str) -> str:
    """The number in E.164. Raises Invalid at the field."""
    try:
        return normalise_phone(phone, region)
    except BadPhone as error:
        raise Invalid({"phone": N_("这个手机号码不对，请检查一下")}) from error


def enrol_person(
    session: Session,
    *,
    actor: Actor,
    name: str,
    phone: str,
    role: str,
    area_id: int,
    now: datetime,
    region: str,
    language: str = DEFAULT_LOCALE,
) -> int:
    """Gives a role to whoever has this number, with an account made for a new one.

    Only an administrator of the area. Returns the person's id. Raises Invalid, Refused.
    """
    area = load_area(session, area_id)
    actor.needs("administrator", area.path)
    number = checked_phone(phone, region)
    words = name.strip()
    if not words or len(words) > NAME_MAX:
        raise Invalid({"name": N_("请写姓名，最多 40 个字")})
    person = by_phone(session, number)
    if person is None:
        person = _new_person(session, actor, words, number, area, language, now)
    elif person.state != PersonState.ACTIVE:
        raise Refused(N_("这个人的账号不在使用中，请先恢复"))
    grant_role(session, actor=actor, person_id=person.id, role=role, area_id=area_id, now=now)
    return person.id


def _new_person(
    session: Session,
    actor: Actor,
    name: str,
    number: str,
    area: Area,
    language: str,
    now: datetime,
) -> Person:
    person = Person(
        name=name,
        phone=number,
        phone_lookup=lookup_hash("phone", number),
        language=language,
        state=PersonState.ACTIVE,
        area_id=area.id,
        area_path=area.path,
        registered_at=now,
    )
    session.add(person)
    session.flush()
    record(
        session,
        actor=actor,
        kind="account.made",
        subject=("person", person.id),
        area_path=area.path,
        now=now,
    )
    return person


def grant_role(
    session: Session, *, actor: Actor, person_id: int, role: str, area_id: int, now: datetime
) -> None:
    """Gives a role for an area and all below it; giving it twice changes nothing."""
    area = load_area(session, area_id)
    actor.needs("coordinator" if role == RoleName.VOLUNTEER else "administrator", area.path)
    if role not in ROLES:
        raise Invalid({"role": N_("请选一个角色")})
    load_person(session, person_id)
    fresh = insert_once(
        session,
        Role,
        person_id=person_id,
        role=role,
        area_id=area.id,
        area_path=area.path,
        granted_at=now,
        granted_by=actor.person_id,
    )
    if fresh:
        record(
            session,
            actor=actor,
            kind="role.granted",
            subject=("person", person_id),
            area_path=area.path,
            now=now,
            details={"role": role, "area": area.id},
        )


def end_role(session: Session, *, actor: Actor, role_id: int, now: datetime) -> None:
    """Ends a role. One's own as administrator only another administrator can end."""
    held = session.scalar(select(Role).where(Role.id == role_id))
    if held is None:
        raise NotFound(N_("没有找到这个角色"))
    actor.needs(
        "coordinator" if held.role == RoleName.VOLUNTEER else "administrator", held.area_path
    )
    if held.role == RoleName.ADMINISTRATOR and held.person_id == actor.person_id:
        raise Refused(N_("自己的管理员角色要由另一位管理员结束"))
    still = update(Role).where(Role.id == role_id, Role.ended_at.is_(None))
    if not changed(session, still.values(ended_at=now)):
        raise Stale(N_("这个角色已经结束了"))
    session.refresh(held)
    record(
        session,
        actor=actor,
        kind="role.ended",
        subject=("person", held.person_id),
        area_path=held.area_path,
        now=now,
        details={"role": held.role, "area": held.area_id},
    )
