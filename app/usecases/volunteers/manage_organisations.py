"""Organisations (组织): party branches and partner bodies that people belong to."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.people.models import Organisation
from app.trail.chain import record
from app.usecases.accounts.grant_roles import load_area

NAME_MAX = 120
KIND_MAX = 30
DEEPEST = 12


@dataclass(frozen=True, slots=True)
class OrganisationSeen:
    """An organisation for its edit page."""

    id: int
    name: str
    kind: str
    area_id: int | None
    parent_id: int | None
    active: bool


def _path(session: Session, organisation: Organisation) -> str:
    area_id = organisation.area_id
    return load_area(session, area_id).path if area_id is not None else "/"


def load_organisation(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    """The organisation, for an administrator of its area. Raises NotFound, NotAllowed."""
    found = session.get(Organisation, organisation_id, populate_existing=True)
    if found is None:
        raise NotFound(N_("没有这个组织"))
    actor.needs(RoleName.ADMINISTRATOR, _path(session, found))
    return found


def see_organisation(session: Session, actor: Actor, organisation_id: int) -> OrganisationSeen:
    """The organisation to display. Raises NotFound, NotAllowed."""
    one = load_organisation(session, actor, organisation_id)
    return OrganisationSeen(one.id, one.name, one.kind, one.area_id, one.parent_id, one.active)


def _name(text: str) -> str:
    words = " ".join(text.split())
    if not 0 < len(words) <= NAME_MAX:
        raise Invalid({"name": N_("请写名称，不要太长")})
    return words


def _note(context: Context, one: Organisation, kind: str) -> None:
    record(
        context, kind=kind, subject=("organisation", one.id), area_path=_path(context.session, one)
    )


def add_organisation(
    context: Context, *, name: str, area_id: int, kind: str = "", parent_id: int | None = None
) -> int:
    """Adds an organisation to an area, below another one or at the top."""
    context.actor.needs(RoleName.ADMINISTRATOR, load_area(context.session, area_id).path)
    words = _name(name)
    if parent_id is not None and context.session.get(Organisation, parent_id) is None:
        raise Invalid({"parent": N_("没有这个组织")})
    made = Organisation(
        name=words, kind=kind.strip()[:KIND_MAX], parent_id=parent_id, area_id=area_id
    )
    context.session.add(made)
    context.session.flush()
    _note(context, made, "organisation.added")
    return made.id


def change_organisation(
    context: Context, *, organisation_id: int, name: str, parent_id: int | None, kind: str = ""
) -> None:
    """Changes an organisation's name, kind or parent; never below itself."""
    one = load_organisation(context.session, context.actor, organisation_id)
    words = _name(name)
    _check_above(context.session, one, parent_id)
    one.name, one.kind, one.parent_id = words, kind.strip()[:KIND_MAX], parent_id
    context.session.flush()
    _note(context, one, "organisation.changed")


def _check_above(session: Session, one: Organisation, parent_id: int | None) -> None:
    above, steps = parent_id, 0
    while above is not None:
        steps += 1
        parent = session.get(Organisation, above)
        if parent is None or parent.id == one.id or steps > DEEPEST:
            raise Invalid({"parent": N_("不能放在自己下面")})
        above = parent.parent_id


def switch_organisation(context: Context, *, organisation_id: int, active: bool) -> None:
    """Stops or resumes offering it for choice; its people keep it."""
    one = load_organisation(context.session, context.actor, organisation_id)
    still = update(Organisation).where(
        Organisation.id == one.id, Organisation.active.is_(not active)
    )
    if not changed(context.session, still.values(active=active)):
        raise Stale(N_("这个组织已经被改过了，请看最新内容"))
    context.session.refresh(one)
    kind = "organisation.restored" if active else "organisation.retired"
    _note(context, one, kind)
