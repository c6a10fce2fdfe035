"""What the team of a help request still lacks, from who has accepted; and who may not fill it."""

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Skill
from app.catalogue.queries import shared_skills
from app.dispatch.models import Match, Wave
from app.dispatch.rules import HOLDING, MatchState
from app.help_requests.models import HelpRequest
from app.matching.team_needs import TeamNeed
from app.offers.models import Offer
from app.people.models import PersonSkill
from app.usecases.dispatch.open_wave import MANUAL

Brought = dict[int, tuple[frozenset[int], frozenset[str]]]


def team_need(session: Session, request: HelpRequest, shared: frozenset[int]) -> TeamNeed:
    """What is missing: of the skills `shared`, for which one member is enough, and the language.

    Of a request for one volunteer the language is no matter of a team.
    """
    return team_needs(session, [request], {request.category_id: shared})[0]


def team_needs(
    session: Session, requests: Sequence[HelpRequest], shared: Mapping[int, frozenset[int]]
) -> list[TeamNeed]:
    """The same for several requests, in their order; `shared` by category.

    At most three queries.
    """
    whole = [(shared.get(one.category_id, frozenset()), _team_language(one)) for one in requests]
    begun = [
        one
        for one, (skills, language) in zip(requests, whole, strict=True)
        if one.places_taken and (skills or language)
    ]
    members = _members(session, begun)
    people = sorted({who for some in members.values() for who in some})
    brought = _brought(session, frozenset[int]().union(*(skills for skills, _ in whole)), people)
    found = []
    for one, (skills, language) in zip(requests, whole, strict=True):
        for who in members.get(one.id, ()):
            skills -= brought[who][0]
            language = None if language in brought[who][1] else language
        places = one.volunteers_needed - one.places_taken
        found.append(TeamNeed(skills, language, max(1, places)))
    return found


def _team_language(request: HelpRequest) -> str | None:
    return request.spoken_language if request.volunteers_needed > 1 else None


def _members(session: Session, requests: Sequence[HelpRequest]) -> dict[int, list[int]]:
    if not requests:
        return {}
    rounds = {one.id: one.round_no for one in requests}
    rows = session.execute(
        select(Match.request_id, Match.round_no, Match.person_id).where(
            Match.request_id.in_(rounds), Match.state.in_(sorted(HOLDING))
        )
    )
    found: dict[int, list[int]] = {}
    for request_id, round_no, person_id in rows:
        if round_no == rounds[request_id]:
            found.setdefault(request_id, []).append(person_id)
    return found


def _brought(session: Session, shared: frozenset[int], people: Sequence[int]) -> Brought:
    """The shared skills that count and the languages of each of these people."""
    if not people:
        return {}
    counts = or_(~Skill.needs_certificate, PersonSkill.verified_at.is_not(None))
    rows = session.execute(
        select(PersonSkill.person_id, PersonSkill.skill_id)
        .join(Skill, Skill.id == PersonSkill.skill_id)
        .where(PersonSkill.person_id.in_(people), PersonSkill.skill_id.in_(shared), counts)
    ).all()
    spoken = select(Offer.person_id, cast(Offer.languages, String)).where(
        Offer.person_id.in_(people)
    )
    languages = {key: frozenset(json.loads(said) or ()) for key, said in session.execute(spoken)}
    return {
        one: (
            frozenset(row.skill_id for row in rows if row.person_id == one),
            languages.get(one, frozenset()),
        )
        for one in people
    }


def people_not_enough(
    session: Session, request: HelpRequest, people: Sequence[int]
) -> frozenset[int]:
    """Those of these people who may not take a place now: they bring too little of what is missing.

    Whom a coordinator asked by name may.
    """
    shared = shared_skills(session, request.category_id)
    need = team_need(session, request, shared)
    if not people or not need.must_bring:
        return frozenset()
    named = asked_by_name(session, request, people)
    brought = _brought(session, shared, people)
    return frozenset(
        one
        for one in people
        if one not in named and need.brought_by(*brought[one]) < need.must_bring
    )


def asked_by_name(session: Session, request: HelpRequest, people: Sequence[int]) -> frozenset[int]:
    """Those of these people whom a coordinator asked by name, whatever spoke against it."""
    rows = session.scalars(
        select(Match.person_id)
        .join(Wave, Wave.id == Match.wave_id)
        .where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.person_id.in_(people),
            Wave.audience == MANUAL,
        )
    )
    return frozenset(rows)


def asked_not_enough(session: Session, request: HelpRequest) -> frozenset[int]:
    """Those who were asked and could no longer say yes, because of what the last places need."""
    asked = session.scalars(
        select(Match.person_id).where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.state == MatchState.SENT,
        )
    ).all()
    return people_not_enough(session, request, asked)
