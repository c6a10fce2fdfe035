"""Whoever cannot come because of a wish, a language or a skill is not looked up one by one."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, combinations
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.catalogue.models import CategorySkill, Skill
from app.core.wishes import OF_VOLUNTEERS, Wish, excluded_by, excluding
from app.help_requests.models import HelpRequest
from app.matching.distance import metres_between
from app.matching.eligibility import against_wishes, exclusions
from app.matching.search_limits import ENOUGH
from app.offers.models import Offer
from app.people.models import PersonSkill
from app.usecases.dispatch.idle_volunteers import longest_idle
from app.usecases.dispatch.rank_volunteers import setting_for
from app.usecases.dispatch.search_near import NearSearch
from app.usecases.volunteers.spread_offer import spread_offers, stray_offers
from tests.factories import ALL_WEEK, HOME, NOW, Community, community, request
from tests.usecases.test_rank_volunteers import crowd

REACH_M = 5000
NEAR = 300
Change = Callable[[Session, Community, list[int]], dict[str, Any]]


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def near(session: Session, place: Community) -> list[int]:
    """Four hundred people who are all ready, nearest first."""
    people = crowd(session, place, 600, Random(6))
    people.sort(key=lambda one: metres_between(*HOME, one.lat, one.lon))
    everybody = [one.person_id for one in people]
    offers(session, everybody, active=False)
    found = everybody[: NEAR + 100]
    offers(session, found, active=True, hours=ALL_WEEK, paused_until=None, radius_m=REACH_M)
    spread(session, everybody)
    return found


def spread(session: Session, people: list[int]) -> list[int]:
    spread_offers(session, people)
    session.commit()
    return people


def looked_up(session: Session, one: HelpRequest) -> tuple[int, int]:
    """How many were looked up to find enough, and how many of them may be asked."""
    setting = setting_for(session, one, radius_m=REACH_M, now=NOW)
    search = NearSearch(session, setting.need, setting.asking)
    able = [each for each in search.find(ENOUGH) if not exclusions(setting.need, each)]
    return len(search.known), len(able)


def offers(session: Session, people: list[int], **values: Any) -> None:
    session.execute(update(Offer).where(Offer.person_id.in_(people)).values(**values))


def go_only_with_others(session: Session, place: Community, near: list[int]) -> dict[str, Any]:
    offers(session, near[:NEAR], wishes=["companion"])
    return {}


def fear_dogs(session: Session, place: Community, near: list[int]) -> dict[str, Any]:
    offers(session, near[:NEAR], wishes=["no_dogs"])
    return {"wishes": ["no_dogs"]}


def say_no_woman(session: Session, place: Community, near: list[int]) -> dict[str, Any]:
    offers(session, near[NEAR:], woman=True)
    return {"wishes": ["woman"]}


def speak_no_cantonese(session: Session, place: Community, near: list[int]) -> dict[str, Any]:
    offers(session, near[NEAR:], languages=["zh_Hans", "yue"])
    return {"spoken_language": "yue"}


def have_another_skill(session: Session, place: Community, near: list[int]) -> dict[str, Any]:
    """Two skills of which one of a team is enough; one is still missing, for one place."""
    nursing = Skill(code="nursing", name_zh="护理", name_en="Nursing")
    session.add(nursing)
    session.flush()
    needed = [{"category_id": place.medicine.id, "skill_id": nursing.id, "one_is_enough": True}]
    session.execute(insert(CategorySkill), needed)
    session.execute(
        insert(PersonSkill), [{"person_id": key, "skill_id": nursing.id} for key in near[NEAR:]]
    )
    return {}


@pytest.mark.parametrize(
    "cannot",
    [go_only_with_others, fear_dogs, say_no_woman, speak_no_cantonese, have_another_skill],
)
def test_a_crowd_of_those_who_cannot_does_not_lengthen_the_search(
    session: Session, place: Community, near: list[int], cannot: Change
) -> None:
    plain, enough = looked_up(session, request(session, place))
    assert enough >= ENOUGH
    values = cannot(session, place, near)
    spread(session, near)
    one = request(session, place, **values)
    count, able = looked_up(session, one)
    assert able >= ENOUGH and count <= 2 * plain
    need = setting_for(session, one, radius_m=REACH_M, now=NOW).need
    idle = longest_idle(session, one, need, now=NOW)
    assert idle and set(idle) <= set(near[NEAR:])
    assert list(stray_offers(session)) == []


def test_of_two_skills_the_one_that_is_missing_is_enough_for_the_last_place(
    session: Session, place: Community, near: list[int]
) -> None:
    """Whoever has it and not the other is found far away, behind those who have neither."""
    have_another_skill(session, place, near)
    session.add(
        CategorySkill(
            category_id=place.medicine.id, skill_id=place.first_aid.id, one_is_enough=True
        )
    )
    session.commit()
    one = request(session, place, volunteers_needed=1)
    setting = setting_for(session, one, radius_m=REACH_M, now=NOW)
    # One of the two is brought already.
    nursing = session.scalars(select(Skill.id).where(Skill.code == "nursing")).one()
    team = replace(setting.need.team, skills=frozenset({nursing}))
    need = replace(setting.need, team=team)
    search = NearSearch(session, need, setting.asking)
    found = [each for each in search.find(ENOUGH) if not exclusions(need, each)]
    assert len(found) >= ENOUGH and {each.person_id for each in found} <= set(near[NEAR:])


def test_the_bits_say_what_the_rule_says() -> None:
    every = chain.from_iterable(combinations(Wish, n) for n in range(len(Wish) + 1))
    own_wishes = [(), *[(one,) for one in OF_VOLUNTEERS], OF_VOLUNTEERS]
    for wishes in every:
        for own in own_wishes:
            for woman in (True, False):
                for together in (True, False):
                    rule = list(against_wishes(wishes, own, woman=woman, together=together))
                    bits = excluded_by(own, woman=woman) & excluding(wishes, together=together)
                    assert bool(rule) == bool(bits)
