"""Volunteers: they register themselves, a coordinator approves, suspends, brings back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.crypto import lookup_hash
from app.core.errors import Invalid, NotAllowed, NotFound, Refused, Stale
from app.core.i18n import DEFAULT_LOCALE, LOCALES, N_
from app.core.statements import changed, insert_once
from app.offers.models import Offer
from app.people.models import BlockedPair, Organisation, Person, PersonSkill
from app.people.queries import by_phone, scopes_of
from app.trail.chain import record
from app.usecases.accounts.grant_roles import NAME_MAX, checked_phone, grant, load_area, load_person
from app.usecases.accounts.log_in import end_log_ins
from app.usecases.messages.notify import tell_person
from app.usecases.shared.community_zone import house_zone
from app.usecases.shared.count_limit import count
from app.usecases.shared.request_state import load_request
from app.usecases.volunteers.offer_terms import (
    OfferTerms,
    errors_of,
    rewrite_offer,
    set_active,
    set_pause,
    write_offer,
)
from app.usecases.volunteers.release_volunteer import release

REASON_MAX = 300
CHANGED = N_("这个人的资料已经被改过了，请看最新内容")


@dataclass(frozen=True, slots=True)
class NewVolunteer:
    """Who registers, and what they stand ready to do. Membership is private and optional."""

    name: str
    phone: str
    area_id: int
    terms: OfferTerms
    language: str = DEFAULT_LOCALE
    email: str | None = None
    organisation_id: int | None = None
    party_member: str | None = None


def register_volunteer(
    session: Session,
    *,
    actor: Actor,
    volunteer: NewVolunteer,
    now: datetime,
    region: str,
    address_range: str | None = None,
    active: bool = False,
) -> int | None:
    """Registers a volunteer, who waits for a coordinator; `active` is for one's own import.

    A number that is known already gives None and changes nothing: the public form answers the
    same, so that nobody learns who is enrolled. Raises Invalid, LimitReached.
    """
    if address_range is not None:
        zone = house_zone(session)
        count(session, kind="join_range", subject=address_range, now=now, zone=zone)
    number = check_volunteer(session, volunteer, region)
    area = load_area(session, volunteer.area_id)
    if active:
        actor.needs("coordinator", area.path)
    fresh = insert_once(
        session,
        Person,
        name=volunteer.name.strip(),
        phone=number,
        phone_lookup=lookup_hash("phone", number),
        email=volunteer.email or None,
        party_member=volunteer.party_member or None,
        language=volunteer.language,
        state="active" if active else "pending",
        area_id=area.id,
        area_path=area.path,
        organisation_id=volunteer.organisation_id,
        registered_at=now,
    )
    person = by_phone(session, number)
    if not fresh or person is None:
        return None
    write_offer(
        session,
        person_id=person.id,
        area_path=area.path,
        terms=volunteer.terms,
        active=active,
        now=now,
    )
    _note(session, actor, person, "account.imported" if active else "account.registered", now)
    if active:
        grant(session, actor=actor, person_id=person.id, role="volunteer", area_id=area.id, now=now)
    return person.id


def check_volunteer(session: Session, volunteer: NewVolunteer, region: str) -> str:
    """The number in E.164. Raises Invalid with every field that is wrong."""
    errors = errors_of(session, volunteer.terms)
    name = volunteer.name.strip()
    if not name or len(name) > NAME_MAX:
        errors["name"] = N_("请写姓名，最多 40 个字")
    if volunteer.language not in LOCALES:
        errors["language"] = N_("请选一种语言")
    email = volunteer.email or ""
    if email and (not 3 <= len(email) <= 120 or "@" not in email[1:-1]):
        errors["email"] = N_("这个邮箱不对，请检查一下")
    chosen = volunteer.organisation_id
    if chosen is not None and session.get(Organisation, chosen) is None:
        errors["organisation"] = N_("没有这个组织")
    number = ""
    for check in (
        lambda: checked_phone(volunteer.phone, region),
        lambda: load_area(session, volunteer.area_id),
    ):
        try:
            found = check()
            number = found if isinstance(found, str) else number
        except Invalid as wrong:
            errors.update(wrong.fields)
    if errors:
        raise Invalid(errors)
    return number


def _note(
    session: Session,
    actor: Actor,
    person: Person,
    kind: str,
    now: datetime,
    *,
    details: dict[str, Any] | None = None,
    note: str | None = None,
) -> None:
    record(
        session,
        actor=actor,
        kind=kind,
        subject=("person", person.id),
        area_path=person.area_path,
        now=now,
        details=details,
        note=note,
    )


def _authorised(session: Session, actor: Actor, person_id: int) -> Person:
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
    person = _authorised(session, actor, person_id)
    _change_state(session, person, ("pending",), "active", version)
    area_id = person.area_id
    grant(session, actor=actor, person_id=person.id, role="volunteer", area_id=area_id, now=now)
    _note(session, actor, person, "account.approved", now)
    tell_person(session, person, "volunteer_approved", subject=f"person:{person.id}", now=now)


def reject_volunteer(
    session: Session, *, actor: Actor, person_id: int, version: int, reason: str, now: datetime
) -> None:
    """This time not, with a reason that is kept."""
    person = _authorised(session, actor, person_id)
    words = _needed(reason)
    _change_state(session, person, ("pending",), "rejected", version, words)
    _note(session, actor, person, "account.rejected", now, note=words)


def suspend(
    session: Session, *, actor: Actor, person_id: int, version: int, reason: str, now: datetime
) -> None:
    """Ends what they may do at once: log-ins, open matches, tasks, shifts."""
    person = _authorised(session, actor, person_id)
    if person.id == actor.person_id:
        raise Refused(N_("不能停用自己的账号"))
    words = _needed(reason)
    _change_state(session, person, ("active",), "suspended", version, words)
    end_log_ins(session, actor=actor, person_id=person.id, now=now)
    back = release(session, person, actor=actor, reason="suspended", now=now)
    _note(session, actor, person, "account.suspended", now, details={"back": back}, note=words)


def resume(session: Session, *, actor: Actor, person_id: int, version: int, now: datetime) -> None:
    """Back to what they were. Somebody who was rejected may be reconsidered the same way."""
    person = _authorised(session, actor, person_id)
    _change_state(session, person, ("suspended",), "active", version)
    _note(session, actor, person, "account.resumed", now)


def offer_of(session: Session, actor: Actor, person_id: int) -> tuple[Person, Offer]:
    """One's own offer, or as a coordinator that of somebody in the area."""
    person = load_person(session, person_id)
    if actor.person_id != person_id:
        actor.needs("coordinator", person.area_path)
    elif person.state not in ("active", "pending"):
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    offer = session.scalar(
        select(Offer).where(Offer.person_id == person_id).execution_options(populate_existing=True)
    )
    if offer is None:
        raise NotFound(N_("还没有填写服务供给"))
    return person, offer


def change_offer(
    session: Session,
    *,
    actor: Actor,
    person_id: int,
    terms: OfferTerms,
    version: int,
    now: datetime,
) -> None:
    """Other hours, another radius, other categories or skills."""
    person, offer = offer_of(session, actor, person_id)
    errors = errors_of(session, terms)
    if errors:
        raise Invalid(errors)
    rewrite_offer(session, offer, terms, version=version, now=now)
    details = {"categories": sorted(terms.category_ids), "radius_m": terms.radius_m}
    _note(session, actor, person, "offer.changed", now, details=details)


def pause(
    session: Session, *, actor: Actor, person_id: int, until: datetime | None, now: datetime
) -> None:
    """Not asked until then; None ends the pause. No reason is asked for."""
    person, offer = offer_of(session, actor, person_id)
    if until is not None and until <= now:
        raise Invalid({"until": N_("请选以后的日期")})
    set_pause(session, offer, until, now=now)
    session.refresh(offer)
    details = {"until": until.isoformat() if until else None}
    _note(
        session, actor, person, "offer.paused" if until else "offer.resumed", now, details=details
    )


def set_language(
    session: Session, *, actor: Actor, person_id: int, language: str, now: datetime
) -> None:
    """The language of texts and pages; everybody's own choice."""
    if actor.person_id != person_id:
        raise NotAllowed(N_("只能改自己的语言"))
    if language not in LOCALES:
        raise Invalid({"language": N_("请选一种语言")})
    person = load_person(session, person_id)
    person.language = language
    session.flush()
    _note(session, actor, person, "account.language_set", now, details={"language": language})


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
    _note(session, actor, person, "skill.verified", now, details={"skill": skill_id})


def block_pair(
    session: Session, *, actor: Actor, person_id: int, request_id: int, now: datetime
) -> None:
    """This volunteer is never sent to whoever ordered this request. No page shows why or whom."""
    request = load_request(session, request_id)
    actor.needs("coordinator", request.area_path)
    person = load_person(session, person_id)
    fresh = insert_once(
        session,
        BlockedPair,
        person_id=person_id,
        phone_lookup=request.phone_lookup,
        made_at=now,
        made_by=actor.person_id,
    )
    if fresh:
        _note(session, actor, person, "pair.blocked", now, details={"request": request_id})
