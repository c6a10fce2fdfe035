"""Registering a volunteer: by themselves, or by a coordinator."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.core.actor import RoleName
from app.core.context import Context
from app.core.crypto import lookup_hash
from app.core.errors import Invalid
from app.core.i18n import DEFAULT_LOCALE, LOCALES, N_
from app.core.statements import insert_once
from app.people.models import Organisation, Person
from app.people.queries import by_phone
from app.people.rules import PersonState
from app.trail.chain import record
from app.usecases.accounts.grant_roles import NAME_MAX, checked_phone, grant_role, load_area
from app.usecases.shared.community_zone import community_zone
from app.usecases.shared.count_limit import count_limit
from app.usecases.volunteers.offer_terms import (
    OfferTerms,
    errors_of,
    write_offer,
)


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
    context: Context,
    *,
    volunteer: NewVolunteer,
    region: str,
    address_range: str | None = None,
    active: bool = False,
) -> int | None:
    """Registers a volunteer, who waits for a coordinator; `active` is for imports.

    Returns None for a known number and changes nothing: the public form answers the same, so that
    nobody learns who is enrolled. Raises Invalid, LimitReached.
    """
    if address_range is not None:
        zone = community_zone(context.session)
        count_limit(
            context.session, kind="join_range", subject=address_range, now=context.now, zone=zone
        )
    number = check_volunteer(context.session, volunteer, region)
    area = load_area(context.session, volunteer.area_id)
    if active:
        context.actor.needs(RoleName.COORDINATOR, area.path)
    fresh = insert_once(
        context.session,
        Person,
        name=volunteer.name.strip(),
        phone=number,
        phone_lookup=lookup_hash("phone", number),
        email=volunteer.email or None,
        party_member=volunteer.party_member or None,
        language=volunteer.language,
        state=PersonState.ACTIVE if active else PersonState.PENDING,
        area_id=area.id,
        area_path=area.path,
        organisation_id=volunteer.organisation_id,
        registered_at=context.now,
    )
    person = by_phone(context.session, number)
    if not fresh or person is None:
        return None
    write_offer(
        context.session,
        person_id=person.id,
        area_path=area.path,
        terms=volunteer.terms,
        active=active,
        now=context.now,
    )
    record_account(context, person, "account.imported" if active else "account.registered")
    if active:
        grant_role(context, person_id=person.id, role=RoleName.VOLUNTEER, area_id=area.id)
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


def record_account(
    context: Context,
    person: Person,
    kind: str,
    *,
    details: dict[str, Any] | None = None,
    note: str | None = None,
) -> None:
    """Records an account event in the trail."""
    record(
        context,
        kind=kind,
        subject=("person", person.id),
        area_path=person.area_path,
        details=details,
        note=note,
    )
