"""Who may do what, and where: roles are granted and ended, never deleted."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.actor import RoleName
from app.core.context import Context
from app.core.crypto import lookup_hash
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import DEFAULT_LOCALE, N_
from app.core.statements import changed, insert_once
from app.people.models import Person, Role
from app.people.queries import by_phone
from app.people.rules import BadPhone, PersonState, normalise_phone
from app.trail.chain import record

ROLES = tuple(one.value for one in RoleName)
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
    context: Context,
    *,
    name: str,
    phone: str,
    role: str,
    area_id: int,
    region: str,
    language: str = DEFAULT_LOCALE,
) -> int:
    """Gives a role to the person with this number; an unknown number gets a new account.

    Only an administrator of the area. Returns the person's id. Raises Invalid, Refused.
    """
    area = load_area(context.session, area_id)
    context.actor.needs(RoleName.ADMINISTRATOR, area.path)
    number = checked_phone(phone, region)
    words = name.strip()
    if not words or len(words) > NAME_MAX:
        raise Invalid({"name": N_("请写姓名，最多 40 个字")})
    person = by_phone(context.session, number)
    if person is None:
        person = _new_person(context, words, number, area, language)
    elif person.state != PersonState.ACTIVE:
        raise Refused(N_("这个人的账号不在使用中，请先恢复"))
    grant_role(context, person_id=person.id, role=role, area_id=area_id)
    return person.id


def _new_person(context: Context, name: str, number: str, area: Area, language: str) -> Person:
    person = Person(
        name=name,
        phone=number,
        phone_lookup=lookup_hash("phone", number),
        language=language,
        state=PersonState.ACTIVE,
        area_id=area.id,
        area_path=area.path,
        registered_at=context.now,
    )
    context.session.add(person)
    context.session.flush()
    record(context, kind="account.made", subject=("person", person.id), area_path=area.path)
    return person


def grant_role(context: Context, *, person_id: int, role: str, area_id: int) -> None:
    """Gives a role for an area and all below it; giving it twice changes nothing."""
    area = load_area(context.session, area_id)
    context.actor.needs(
        RoleName.COORDINATOR if role == RoleName.VOLUNTEER else RoleName.ADMINISTRATOR, area.path
    )
    if role not in ROLES:
        raise Invalid({"role": N_("请选一个角色")})
    load_person(context.session, person_id)
    fresh = insert_once(
        context.session,
        Role,
        person_id=person_id,
        role=role,
        area_id=area.id,
        area_path=area.path,
        granted_at=context.now,
        granted_by=context.actor.person_id,
    )
    if fresh:
        record(
            context,
            kind="role.granted",
            subject=("person", person_id),
            area_path=area.path,
            details={"role": role, "area": area.id},
        )


def end_role(context: Context, *, role_id: int) -> None:
    """Ends a role. Only another administrator can end one's own administrator role."""
    held = context.session.scalar(select(Role).where(Role.id == role_id))
    if held is None:
        raise NotFound(N_("没有找到这个角色"))
    context.actor.needs(
        RoleName.COORDINATOR if held.role == RoleName.VOLUNTEER else RoleName.ADMINISTRATOR,
        held.area_path,
    )
    if held.role == RoleName.ADMINISTRATOR and held.person_id == context.actor.person_id:
        raise Refused(N_("自己的管理员角色要由另一位管理员结束"))
    still = update(Role).where(Role.id == role_id, Role.ended_at.is_(None))
    if not changed(context.session, still.values(ended_at=context.now)):
        raise Stale(N_("这个角色已经结束了"))
    context.session.refresh(held)
    record(
        context,
        kind="role.ended",
        subject=("person", held.person_id),
        area_path=held.area_path,
        details={"role": held.role, "area": held.area_id},
    )
