"""Decisions on an account: approve, reject, suspend, resume, verify a certificate."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.dispatch.rules import EndReason
from app.people.models import Person, PersonSkill
from app.people.queries import scopes_of
from app.usecases.accounts.grant_roles import grant_role, load_person
from app.usecases.accounts.log_in import end_log_ins
from app.usecases.messages.notify import notify_person
from app.usecases.shared.wake_waiting import wake_waiting_requests
from app.usecases.volunteers.change_roles import is_volunteer
from app.usecases.volunteers.offer_terms import (
    set_active,
)
from app.usecases.volunteers.register_people import record_account
from app.usecases.volunteers.release_volunteer import lock_with_tasks, release_volunteer

REASON_MAX = 300

CHANGED = N_("这个人的资料已经被改过了，请看最新内容")


def managed_person(session: Session, actor: Actor, person_id: int) -> Person:
    """The person, for a coordinator; only an administrator decides on people with other roles."""
    person = load_person(session, person_id)
    roles = {scope.role for scope in scopes_of(session, person_id)}
    more = roles - {RoleName.VOLUNTEER}
    actor.needs(RoleName.ADMINISTRATOR if more else RoleName.COORDINATOR, person.area_path)
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


def approve_volunteer(context: Context, *, person_id: int, version: int) -> None:
    """Approves after a coordinator has spoken with them: from now on they are asked."""
    person = managed_person(context.session, context.actor, person_id)
    _change_state(context.session, person, ("pending",), "active", version)
    area_id = person.area_id
    grant_role(context, person_id=person.id, role=RoleName.VOLUNTEER, area_id=area_id)
    record_account(context, person, "account.approved")
    notify_person(
        context.session,
        person,
        "volunteer_approved",
        subject=f"person:{person.id}",
        now=context.now,
    )
    wake_waiting_requests(context, person.id)


def reject_volunteer(context: Context, *, person_id: int, version: int, reason: str) -> None:
    """Rejects, with a reason that is stored."""
    person = managed_person(context.session, context.actor, person_id)
    words = _needed(reason)
    _change_state(context.session, person, ("pending",), "rejected", version, words)
    record_account(context, person, "account.rejected", note=words)


def suspend_volunteer(context: Context, *, person_id: int, version: int, reason: str) -> None:
    """Suspends, ending at once all log-ins, open matches, tasks and shifts."""
    person = managed_person(context.session, context.actor, person_id)
    if person.id == context.actor.person_id:
        raise Refused(N_("不能停用自己的账号"))
    words = _needed(reason)
    matches = lock_with_tasks(context.session, person.id)
    _change_state(context.session, person, ("active",), "suspended", version, words)
    end_log_ins(context, person_id=person.id)
    back = release_volunteer(context, person, matches, reason=EndReason.SUSPENDED)
    record_account(context, person, "account.suspended", details={"back": back}, note=words)


def resume_volunteer(context: Context, *, person_id: int, version: int) -> None:
    """Restores a suspended account, or reconsiders a rejected one."""
    person = managed_person(context.session, context.actor, person_id)
    _change_state(context.session, person, ("suspended",), "active", version)
    # Whose role ended meanwhile is no volunteer any more.
    set_active(context.session, person.id, is_volunteer(context.session, person.id))
    record_account(context, person, "account.resumed")
    wake_waiting_requests(context, person.id)


def verify_skill(context: Context, *, person_id: int, skill_id: int) -> None:
    """Records that a coordinator has seen the certificate."""
    person = load_person(context.session, person_id)
    context.actor.needs(RoleName.COORDINATOR, person.area_path)
    held = update(PersonSkill).where(
        PersonSkill.person_id == person_id, PersonSkill.skill_id == skill_id
    )
    if not changed(
        context.session, held.values(verified_at=context.now, verified_by=context.actor.person_id)
    ):
        raise NotFound(N_("这位志愿者没有填这项技能"))
    record_account(context, person, "skill.verified", details={"skill": skill_id})
