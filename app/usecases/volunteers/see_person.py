"""What a coordinator sees of one person: offer, skills, tasks, duty, hours, the account's story."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.catalogue.models import Category, Skill
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.hours.queries import minutes_served
from app.notifications.reach import Barrier
from app.offers.models import Offer, OfferCategory
from app.people.models import BlockedPair, Organisation, Person, PersonSkill
from app.people.queries import scopes_of
from app.rotation.queries import ShiftLine, shifts_between
from app.trail.queries import TrailLine, about_subject
from app.usecases.accounts.grant_roles import load_person
from app.usecases.messages.reach import no_way, why_no_text

LAST_TASKS = 20
MONTH = timedelta(days=30)
AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PersonFile:
    """One person as their coordinator sees them."""

    person: Person
    roles: tuple[str, ...]
    area: str
    organisation: str | None
    offer: Offer | None
    categories: list[Category]
    # (skill, when a certificate was seen)
    skills: list[tuple[Skill, datetime | None]]
    # Number of matches by state.
    answers: dict[str, int]
    # (request id, code, category id, state, when made, area, whether in the coordinator's areas)
    tasks: list[tuple[int, str, int, str, datetime, str, bool]]
    shifts: list[ShiftLine]
    # How many residents this volunteer is blocked from; no page shows whom or why.
    blocked: int
    minutes_month: int
    minutes_all: int
    story: list[TrailLine]
    names: dict[int, str]
    # Why no text reaches the person, and whether nothing else does either.
    no_text: Barrier | None
    unreachable: bool
    # Whether this coordinator may change the account.
    mine: bool


def open_person(context: Context, *, person_id: int) -> PersonFile:
    """One person, for a coordinator of their area. A constant number of queries."""
    person = load_person(context.session, person_id)
    context.actor.needs(RoleName.COORDINATOR, person.area_path)
    offer = context.session.scalar(select(Offer).where(Offer.person_id == person.id))
    roles = tuple(dict.fromkeys(scope.role for scope in scopes_of(context.session, person.id)))
    lines = about_subject(context.session, "person", str(person.id))
    actors = {line.actor_id for line in lines if line.actor_id is not None}
    names = select(Person.id, Person.name).where(Person.id.in_(actors))
    more = bool(set(roles) - {RoleName.VOLUNTEER})
    return PersonFile(
        person=person,
        roles=roles,
        area=context.session.get_one(Area, person.area_id).name_zh,
        organisation=_organisation(context.session, person),
        offer=offer,
        categories=_categories(context.session, offer),
        skills=_skills(context.session, person.id),
        answers=_answers(context.session, person.id),
        tasks=_tasks(context.session, context.actor, person.id),
        shifts=shifts_between(
            context.session, context.now, context.now + AHEAD, person_id=person.id
        ),
        blocked=_blocked(context.session, person.id),
        minutes_month=minutes_served(context.session, person.id, since=context.now - MONTH),
        minutes_all=minutes_served(context.session, person.id),
        story=lines,
        names=dict(context.session.execute(names).all()),
        no_text=why_no_text(context.session, person, context.now),
        unreachable=no_way(context.session, person.id, now=context.now) is not None,
        mine=not more or context.actor.has(RoleName.ADMINISTRATOR, person.area_path),
    )


def _organisation(session: Session, person: Person) -> str | None:
    found = select(Organisation.name).where(Organisation.id == person.organisation_id)
    return session.scalar(found)


def _categories(session: Session, offer: Offer | None) -> list[Category]:
    if offer is None:
        return []
    rows = session.scalars(
        select(Category)
        .join(OfferCategory, OfferCategory.category_id == Category.id)
        .where(OfferCategory.offer_id == offer.id)
        .order_by(Category.position, Category.id)
    )
    return list(rows)


def _skills(session: Session, person_id: int) -> list[tuple[Skill, datetime | None]]:
    rows = session.execute(
        select(Skill, PersonSkill.verified_at)
        .join(PersonSkill, PersonSkill.skill_id == Skill.id)
        .where(PersonSkill.person_id == person_id)
        .order_by(Skill.id)
    )
    return [(skill, verified_at) for skill, verified_at in rows]


def _answers(session: Session, person_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Match.state, func.count()).where(Match.person_id == person_id).group_by(Match.state)
    )
    return dict(rows.all())


def _tasks(
    session: Session, actor: Actor, person_id: int
) -> list[tuple[int, str, int, str, datetime, str, bool]]:
    rows: Any = session.execute(
        select(
            HelpRequest.id,
            HelpRequest.code,
            HelpRequest.category_id,
            Match.state,
            Match.made_at,
            HelpRequest.area_path,
        )
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(Match.person_id == person_id)
        .order_by(Match.id.desc())
        .limit(LAST_TASKS)
    )
    return [(*row, actor.has(RoleName.COORDINATOR, row[5])) for row in rows]


def _blocked(session: Session, person_id: int) -> int:
    pairs = select(func.count()).select_from(BlockedPair)
    return session.scalar(pairs.where(BlockedPair.person_id == person_id)) or 0
