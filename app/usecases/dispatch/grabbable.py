"""Which of many open requests one volunteer may take: the facts of `look_up_volunteers` for one
person and all requests at once, in a number of queries that does not grow with them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.areas.zones import read_zones
from app.catalogue.models import CategorySkill, Skill
from app.dispatch.models import Match
from app.dispatch.rules import MatchState
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.rules import REOPENING_STARS
from app.matching.acceptance import PRIOR_RATE, Chance
from app.matching.eligibility import Candidate
from app.matching.ranking import Weights
from app.matching.time_left import is_over
from app.offers.models import Offer
from app.people.models import BlockedPair, Person, PersonSkill
from app.usecases.dispatch.grab_rule import GRAB_REACH_M, rank_to_grab
from app.usecases.dispatch.look_up_times import duties_then, held_around, task_time
from app.usecases.dispatch.look_up_volunteers import TERMS, WISHES, Asking, Past, candidate_of
from app.usecases.dispatch.rank_volunteers import Setting, need_of
from app.usecases.dispatch.recent_work import recent_work
from app.usecases.dispatch.team_needs import team_needs
from app.usecases.shared.together import is_together

OWN_TERMS = (
    select(*TERMS, *WISHES)
    .join(Person, Person.id == Offer.person_id)
    .where(Offer.active, Offer.person_id == bindparam("person"))
)
# Only the order of those who may take it depends on the chance.
ANY_CHANCE = Chance(PRIOR_RATE, 0, 0, 0, 0)


def grabbable(
    session: Session, requests: Sequence[HelpRequest], person_id: int, *, now: datetime
) -> frozenset[int]:
    """Ids of those of these requests that the volunteer may take now.

    The requests have a position and an open place, the offer covers their categories, and the
    volunteer was not asked about them in this round.
    """
    wanted = [one for one in requests if not is_over(one.urgency, one.wanted_to, now)]
    # The reads bypass the session, so flush its pending changes first.
    session.flush()
    terms = session.connection().execute(OWN_TERMS, {"person": person_id}).first()
    if terms is None or not wanted:
        return frozenset()
    settings = _settings(session, wanted, now)
    candidates = _candidates(session, settings, terms)
    return frozenset(
        setting.asking.request.id
        for setting, candidate in zip(settings, candidates, strict=True)
        if rank_to_grab(setting, [candidate]).ranked
    )


def _settings(session: Session, requests: Sequence[HelpRequest], now: datetime) -> list[Setting]:
    zones = read_zones(session)
    shared, of_all = _skills(session, {one.category_id for one in requests})
    teams = team_needs(session, requests, shared)
    found = []
    for request, team, duty in zip(
        requests, teams, duties_then(session, requests, now), strict=True
    ):
        zone = zones.at(request.area_path)
        need = need_of(
            request,
            radius_m=GRAB_REACH_M,
            skills=of_all[request.category_id],
            team=team,
            together=request.volunteers_needed > 1 and is_together(session, request),
            zone=zone,
        )
        task = task_time(request, now)
        asking = Asking(request, need.lat, need.lon, task, zone, frozenset(duty), now)
        found.append(Setting(need, Weights(), asking))
    return found


Skills = defaultdict[int, frozenset[int]]


def _skills(session: Session, categories: set[int]) -> tuple[Skills, Skills]:
    """By category: the skills that one member is enough for, and those that all must have."""
    shared, of_all = Skills(frozenset), Skills(frozenset)
    rows = session.execute(
        select(
            CategorySkill.category_id, CategorySkill.skill_id, CategorySkill.one_is_enough
        ).where(CategorySkill.category_id.in_(categories))
    )
    for category_id, skill_id, one_is_enough in rows:
        (shared if one_is_enough else of_all)[category_id] |= {skill_id}
    return shared, of_all


def _candidates(session: Session, settings: Sequence[Setting], terms: Any) -> list[Candidate]:
    """The volunteer before each of the requests."""
    person_id, now = terms.person_id, settings[0].asking.now
    requests = [one.asking.request for one in settings]
    past, blocked = _past(session, requests, person_id), _blocked(session, person_id)
    work = recent_work(session.connection(), [person_id], now=now)[person_id]
    split = len(TERMS)
    return [
        candidate_of(
            (*terms[:split], True, one.asking.request.phone_lookup in blocked, *terms[split:]),
            past[one.asking.request.phone_lookup],
            held,
            work,
            ANY_CHANCE,
            one.asking,
        )
        for one, held in zip(settings, held_around(session, requests, person_id, now), strict=True)
    ]


def _blocked(session: Session, person_id: int) -> frozenset[str]:
    rows = select(BlockedPair.phone_lookup).where(BlockedPair.person_id == person_id)
    return frozenset(session.scalars(rows))


def _past(session: Session, requests: Sequence[HelpRequest], person_id: int) -> dict[str, Past]:
    """By the resident's phone: earlier visits there, oldest first, and the volunteer's skills."""
    skills = session.execute(
        select(PersonSkill.skill_id, Skill.needs_certificate, PersonSkill.verified_at)
        .join(Skill, Skill.id == PersonSkill.skill_id)
        .where(PersonSkill.person_id == person_id)
    ).all()
    found = {
        one.phone_lookup: Past(
            skills={key for key, certificate, seen in skills if seen or not certificate},
            unverified={key for key, certificate, seen in skills if certificate and not seen},
        )
        for one in requests
    }
    visits = session.execute(
        select(HelpRequest.phone_lookup, Feedback.stars)
        .join(Match, Match.request_id == HelpRequest.id)
        .outerjoin(
            Feedback,
            (Feedback.request_id == Match.request_id) & (Feedback.round_no == Match.round_no),
        )
        .where(
            Match.person_id == person_id,
            Match.state == MatchState.FINISHED,
            HelpRequest.phone_lookup.in_(found),
        )
        .order_by(Match.id)
    )
    for phone, stars in visits:
        found[phone].visits.append(None if stars is None else stars > REOPENING_STARS)
    return found
