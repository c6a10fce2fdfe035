"""Volunteers for the dispatch lab: their offers, skills and shifts, and no personal data."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Skill
from app.core.statements import in_chunks
from app.core.travel import Travel
from app.dispatch.models import Match
from app.dispatch.rules import MatchState
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.rules import REOPENING_STARS
from app.matching.distance import Box
from app.matching.eligibility import Candidate
from app.matching.lab.world import LabVolunteer, Visit
from app.offers.models import Offer, OfferCategory
from app.offers.rules import WORD_HOURS, BadHours, hours_touched, parse_hours
from app.people.models import BlockedPair, Person, PersonSkill
from app.people.rules import PersonState
from app.rotation.models import Shift
from app.rotation.states import ShiftState

MOST_VOLUNTEERS = 20_000


def volunteers_around(
    session: Session, *, categories: Sequence[int], box: Box, since: datetime, until: datetime
) -> list[LabVolunteer]:
    """Who serves one of these categories in the box today, with skills, hours and shifts."""
    serving = select(OfferCategory.offer_id).where(OfferCategory.category_id.in_(categories))
    offers = session.execute(
        select(
            Offer.id,
            Offer.person_id,
            Offer.lat,
            Offer.lon,
            Offer.radius_m,
            Offer.travel,
            Offer.hours,
            Offer.languages,
            Offer.wishes,
            Offer.woman,
            Offer.max_load,
            Offer.weekly_limit,
            Person.area_id,
        )
        .join(Person, Person.id == Offer.person_id)
        .where(
            Offer.id.in_(serving),
            Offer.active,
            Person.state == PersonState.ACTIVE,
            Offer.lat.between(box.south, box.north),
            Offer.lon.between(box.west, box.east),
        )
        .order_by(Offer.person_id)
        .limit(MOST_VOLUNTEERS)
    ).all()
    people = [row.person_id for row in offers]
    offered = _offered(session, [row.id for row in offers])
    skills = _skills(session, people)
    shifts = _shifts(session, people, since, until)
    avoided = _avoided(session)
    return [
        LabVolunteer(
            Candidate(
                person_id=row.person_id,
                lat=row.lat,
                lon=row.lon,
                radius_m=row.radius_m,
                travel=Travel(row.travel),
                categories=frozenset(offered[row.id]),
                skills=frozenset(skills[row.person_id]),
                languages=frozenset(row.languages or ()),
                wishes=frozenset(row.wishes),
                woman=row.woman,
                max_load=row.max_load,
                weekly_limit=row.weekly_limit,
            ),
            hours=week_bits(row.hours),
            area_id=row.area_id,
            shifts=tuple(shifts[row.person_id]),
            avoids=frozenset(avoided[row.person_id]),
        )
        for row in offers
    ]


def week_bits(hours: Any) -> int:
    """An offer's hours as bits of a week, one for every hour that a period touches."""
    try:
        words = hours_touched(parse_hours(hours or []))
    except BadHours:
        return 0
    return sum(word << WORD_HOURS * place for place, word in enumerate(words))


def resident_key(phone_lookup: str) -> int:
    """A key for the resident without the phone number: the beginning of its keyed hash."""
    return int.from_bytes(phone_lookup.encode()[:16])


def _offered(session: Session, offers: Sequence[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for some in in_chunks(offers):
        rows = session.execute(
            select(OfferCategory.offer_id, OfferCategory.category_id).where(
                OfferCategory.offer_id.in_(some)
            )
        )
        for offer_id, category_id in rows:
            found[offer_id].add(category_id)
    return found


def _skills(session: Session, people: Sequence[int]) -> dict[int, set[int]]:
    """Usable skills: one that needs a certificate only if verified."""
    found: dict[int, set[int]] = defaultdict(set)
    for some in in_chunks(people):
        rows = session.execute(
            select(PersonSkill.person_id, PersonSkill.skill_id)
            .join(Skill, Skill.id == PersonSkill.skill_id)
            .where(
                PersonSkill.person_id.in_(some),
                ~Skill.needs_certificate | PersonSkill.verified_at.is_not(None),
            )
        )
        for person_id, skill_id in rows:
            found[person_id].add(skill_id)
    return found


def _shifts(
    session: Session, people: Sequence[int], since: datetime, until: datetime
) -> dict[int, list[tuple[datetime, datetime]]]:
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for some in in_chunks(people):
        rows = session.execute(
            select(Shift.person_id, Shift.starts_at, Shift.ends_at).where(
                Shift.person_id.in_(some),
                Shift.state == ShiftState.AGREED,
                Shift.starts_at < until,
                Shift.ends_at > since,
            )
        )
        for person_id, starts_at, ends_at in rows:
            found[person_id].append((starts_at, ends_at))
    return found


def _avoided(session: Session) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for person_id, lookup in session.execute(
        select(BlockedPair.person_id, BlockedPair.phone_lookup)
    ):
        found[person_id].add(resident_key(lookup))
    return found


def visits_to(session: Session, phone_lookups: Sequence[str]) -> list[Visit]:
    """Every visit to these residents, in any area and category, oldest first."""
    found: list[tuple[int, Visit]] = []
    for some in in_chunks(phone_lookups):
        rows = session.execute(
            select(
                Match.id,
                Match.request_id,
                Match.person_id,
                Match.made_at,
                Match.accepted_at,
                HelpRequest.phone_lookup,
                Feedback.stars,
                Feedback.made_at.label("rated_at"),
            )
            .join(HelpRequest, HelpRequest.id == Match.request_id)
            .outerjoin(
                Feedback,
                and_(Feedback.request_id == Match.request_id, Feedback.round_no == Match.round_no),
            )
            .where(HelpRequest.phone_lookup.in_(some), Match.state == MatchState.FINISHED)
        )
        for row in rows:
            visit = Visit(
                person_id=row.person_id,
                request_id=row.request_id,
                resident=resident_key(row.phone_lookup),
                at=row.accepted_at or row.made_at,
                well=None if row.stars is None else row.stars > REOPENING_STARS,
                rated_at=row.rated_at,
            )
            found.append((row.id, visit))
    return [visit for _, visit in sorted(found, key=lambda one: one[0])]
