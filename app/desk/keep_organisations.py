"""Organisations (组织): party branches and partner bodies that people belong to."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.i18n import N_
from app.desk.grant_roles import load_area
from app.people.models import Organisation
from app.trail.chain import record

NAME_MAX = 120
KIND_MAX = 30
DEEPEST = 12


def _path(session: Session, organisation: Organisation) -> str:
    area_id = organisation.area_id
    return load_area(session, area_id).path if area_id is not None else "/"


def _kept(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    found = session.get(Organisation, organisation_id, populate_existing=True)
    if found is None:
        raise NotFound(N_("没有这个组织"))
    actor.needs("administrator", _path(session, found))
    return found


def _name(text: str) -> str:
    words = " ".join(text.split())
    if not 0 < len(words) <= NAME_MAX:
        raise Invalid({"name": N_("请写名称，不要太长")})
    return words


def _note(session: Session, actor: Actor, one: Organisation, kind: str, now: datetime) -> None:
    record(
        session,
        actor=actor,
        kind=kind,
        subject=("organisation", one.id),
        area_path=_path(session, one),
        now=now,
    )


def add_organisation(
    session: Session,
    *,
    actor: Actor,
    name: str,
    area_id: int,
    now: datetime,
    kind: str = "",
    parent_id: int | None = None,
) -> int:
    """A new organisation of an area, below another one or at the top."""
    actor.needs("administrator", load_area(session, area_id).path)
    words = _name(name)
    if parent_id is not None and session.get(Organisation, parent_id) is None:
        raise Invalid({"parent": N_("没有这个组织")})
    made = Organisation(
        name=words, kind=kind.strip()[:KIND_MAX], parent_id=parent_id, area_id=area_id
    )
    session.add(made)
    session.flush()
    _note(session, actor, made, "organisation.added", now)
    return made.id


def rename_organisation(
    session: Session, *, actor: Actor, organisation_id: int, name: str, now: datetime
) -> None:
    """Another name."""
    one = _kept(session, actor, organisation_id)
    one.name = _name(name)
    session.flush()
    _note(session, actor, one, "organisation.renamed", now)


def move_organisation(
    session: Session, *, actor: Actor, organisation_id: int, parent_id: int | None, now: datetime
) -> None:
    """Below another one, never below itself."""
    one = _kept(session, actor, organisation_id)
    above, steps = parent_id, 0
    while above is not None:
        steps += 1
        parent = session.get(Organisation, above)
        if parent is None or parent.id == one.id or steps > DEEPEST:
            raise Invalid({"parent": N_("不能放在自己下面")})
        above = parent.parent_id
    one.parent_id = parent_id
    session.flush()
    _note(session, actor, one, "organisation.moved", now)


def retire_organisation(
    session: Session, *, actor: Actor, organisation_id: int, now: datetime
) -> None:
    """No longer offered for choice; people keep it."""
    one = _kept(session, actor, organisation_id)
    one.active = False
    session.flush()
    _note(session, actor, one, "organisation.retired", now)
