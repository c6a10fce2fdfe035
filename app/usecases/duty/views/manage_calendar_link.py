"""Secret calendar links: made, replaced, ended. A token is shown once and stored only as a hash."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.crypto import lookup_hash, token_hashes
from app.core.errors import NotAllowed, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.people.models import Person
from app.people.rules import PersonState
from app.rotation.models import CalendarLink, Rota
from app.trail.chain import record

KIND = "calendar"


def found_by(token: str) -> tuple[str, ...]:
    """The hashes under which a link may be stored."""
    return token_hashes(KIND, token)


def make_link(context: Context, *, rota_id: int | None = None) -> str:
    """Makes a link to one's own duty, or to a rota's; returns its token. Ends the earlier link.

    Raises NotAllowed for a rota of which the actor is not a coordinator.
    """
    person, area_path = _holder(context.session, context.actor, rota_id)
    _end(context.session, person.id, rota_id, context.now)
    token = secrets.token_urlsafe(32)
    fresh = insert_once(
        context.session,
        CalendarLink,
        token_hash=lookup_hash(KIND, token),
        person_id=person.id,
        rota_id=rota_id,
        made_at=context.now,
    )
    if not fresh:
        raise Stale(N_("刚刚已经换过链接了，请看最新的那一个"))
    _record(context, "calendar.linked", rota_id, area_path)
    return token


def end_link(context: Context, *, rota_id: int | None = None) -> None:
    """Ends the link, if there is one. Needs no role in the rota any more."""
    person, area_path = _holder(context.session, context.actor, rota_id, leaving=True)
    if _end(context.session, person.id, rota_id, context.now):
        _record(context, "calendar.ended", rota_id, area_path)
    else:
        context.actor.needs(
            RoleName.VOLUNTEER if rota_id is None else RoleName.COORDINATOR, area_path
        )


def links_of(session: Session, person_id: int) -> dict[int | None, datetime]:
    """Since when a person has each link, by rota; None is their own duty."""
    rows = session.execute(
        select(CalendarLink.rota_id, CalendarLink.made_at).where(
            CalendarLink.person_id == person_id, CalendarLink.ended_at.is_(None)
        )
    )
    return dict(rows.all())


def _holder(
    session: Session, actor: Actor, rota_id: int | None, *, leaving: bool = False
) -> tuple[Person, str]:
    """The link's owner and its area. Ending a link needs no role."""
    person = session.get(Person, actor.person_id or 0)
    if person is None or person.state != PersonState.ACTIVE:
        raise NotAllowed(N_("您没有这个区域的权限"))
    if rota_id is None:
        if not leaving:
            actor.needs(RoleName.VOLUNTEER, person.area_path)
        return person, person.area_path
    rota = session.get(Rota, rota_id)
    if rota is None:
        raise NotFound(N_("没有找到这个轮值表"))
    if not leaving:
        actor.needs(RoleName.COORDINATOR, rota.area_path)
    return person, rota.area_path


def _end(session: Session, person_id: int, rota_id: int | None, now: datetime) -> int:
    same = CalendarLink.rota_id.is_(None) if rota_id is None else CalendarLink.rota_id == rota_id
    living = update(CalendarLink).where(
        CalendarLink.person_id == person_id, CalendarLink.ended_at.is_(None), same
    )
    return changed(session, living.values(ended_at=now))


def _record(context: Context, kind: str, rota_id: int | None, area_path: str) -> None:
    subject = ("person", context.actor.person_id or 0) if rota_id is None else ("rota", rota_id)
    record(context, kind=kind, subject=subject, area_path=area_path)
