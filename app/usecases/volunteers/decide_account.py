"""Decisions on an account: approved, rejected, suspended, resumed, a certificate checked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.dispatch.rules import EndReason
from app.people.models import Person, PersonSkill
from app.people.queries import scopes_of
from app.usecases.accounts.grant_roles import grant_role, load_person
from app.usecases.accounts.log_in import end_log_ins
from app.usecases.messages.notify import notify_person
from app.usecases.volunteers.offer_terms import (
    set_active,
)
from app.usecases.volunteers.register_people import record_account
from app.usecases.volunteers.release_volunteer import release_volunteer

REASON_MAX = 300

CHANGED = N_("这个人的资料已经被改过了，请看最新内容")


def managed_person(session: Session, actor: Actor, person_id: int) -> Person:
    """Coordinators look after volunteers; over one with more rights an administrator decides."""
    person = load_person(session, person_id)
    roles = {scope.role for scope in scopes_of(session, person_id)}
    more = roles - {"volunteer"}
    actor.needs("administrator" if more else "coordinator", person.area_path)
    return person


def _change_state(
    session: Session,
    person: Person,
    before: Sequence[str],
    after: str,
    version: int,
    reason: str | None = None,
) -> None:
    still = update(Person).where(
        Person.id == person.id, Person.version == version, Person.state.in_(before)
    )
    values = {"state": after, "state_reason": reason, "version": Person.version + 1}
    if not changed(session, still.values(**values)):
        raise Stale(CHANGED)
    session.refresh(person)
    set_active(session, person.id, after == "active")


def _needed(reason: str) -> str:
    words = reason.strip()[:REASON_MAX]
    if not words:
        raise Invalid({"reason": N_("请写一句原因")})
    return words


def approve_volunteer(
    session: Session, *, actor: Actor, person_id: int, version: int, now: datetime
) -> None:
    """A coordinator has spoken with them: from now on they are asked."""
    person = managed_person(session, actor, person_id)
    _change_state(session, person, ("pending",), "active", version)
    area_id = person.area_id
    grant_role(
        session, actor=actor, person_id=person.id, role="volunteer", area_id=area_id, now=now
    )
    record_account(session, actor, person, "account.approved", now)
    notify_person(session, person, "volunteer_approved", subject=f"person:{person.id}", now=now)


def reject_volunteer(
    session: Session, *, actor: Actor, person_id: int, version: int, reason: str, now: datetime
) -> None:
    """This time not, with a reason that is kept."""
    person = managed_person(session, actor, person_id)
    words = _needed(reason)
    _change_state(session, person, ("pending",), "rejected", version, words)
    record_account(session, actor, person, "account.rejected", now, note=words)


def suspend_volunteer(
    session: Session, *, actor: Actor, person_id: int, version: int, reason: str, now: datetime
) -> None:
    """Ends what they may do at once: log-ins, open matches, tasks, shifts."""
    person = managed_person(session, actor, person_id)
    if person.id == actor.person_id:
        raise Refused(N_("不能停用自己的账号"))
    words = _needed(reason)
    _change_state(session, person, ("active",), "suspended", version, words)
    end_log_ins(session, actor=actor, person_id=person.id, now=now)
    back = release_volunteer(session, person, actor=actor, reason=EndReason.SUSPENDED, now=now)
    record_account(
        session, actor, person, "account.suspended", now, details={"back": back}, note=words
    )


def resume_volunteer(
    session: Session, *, actor: Actor, person_id: int, version: int, now: datetime
) -> None:
    """Back to what they were. Somebody who was rejected may be reconsidered the same way."""
    person = managed_person(session, actor, person_id)
    _change_state(session, person, ("suspended",), "active", version)
    record_account(session, actor, person, "account.resumed", now)


def verify_skill(
    session: Session, *, actor: Actor, person_id: int, skill_id: int, now: datetime
) -> None:
    """A coordinator has seen the certificate."""
    person = load_person(session, person_id)
    actor.needs("coordinator", person.area_path)
    held = update(PersonSkill).where(
        PersonSkill.person_id == person_id, PersonSkill.skill_id == skill_id
    )
    if not changed(session, held.values(verified_at=now, verified_by=actor.person_id)):
        raise NotFound(N_("这位志愿者没有填这项技能"))
    record_account(session, actor, person, "skill.verified", now, details={"skill": skill_id})
