"""Who may be asked: every reason is found, each at its exact limit."""

import json
import re
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.wishes import Wish
from app.matching import conflicts, eligibility
from app.matching.conflicts import Exclusion
from app.matching.eligibility import Candidate, Need, distance_m, exclusions
from app.matching.team_needs import TeamNeed


def codes_in(module: ModuleType) -> list[str]:
    """The codes of the table at the head of a module, which is what people read."""
    return re.findall(r"^\| ([a-z_]+) \|", module.__doc__ or "", re.MULTILINE)[1:]


TIME_CODES = codes_in(conflicts)
REASON_CODES = codes_in(eligibility) + TIME_CODES
NEED = Need(category_id=5, lat=22.6, lon=114.03, radius_m=1500, skills=frozenset({1, 2}))
ABLE = Candidate(
    person_id=7,
    lat=22.605,
    lon=114.03,
    radius_m=1500,
    categories=frozenset({4, 5}),
    skills=frozenset({1, 2, 3}),
    languages=frozenset({"zh", "yue"}),
)
DUTY = replace(ABLE, on_duty=True)


def reasons(need: Need, candidate: Candidate) -> tuple[Exclusion, ...]:
    return exclusions(need, candidate)


def codes(need: Need, candidate: Candidate) -> list[str]:
    return [reason.code for reason in reasons(need, candidate)]


def test_who_fits_may_be_asked() -> None:
    assert reasons(NEED, ABLE) == ()
    assert codes(NEED, ABLE) == []


@pytest.mark.parametrize(
    ("need", "candidate", "reason"),
    [
        ({"radius_m": 500}, {}, Exclusion("too_far", {"metres": 554, "limit": 500})),
        ({}, {"radius_m": 400}, Exclusion("too_far", {"metres": 554, "limit": 400})),
        ({"skills": frozenset({9, 1, 8})}, {}, Exclusion("lacks_skill", {"skills": [8, 9]})),
        (
            {},
            {"skills": frozenset({1}), "unverified": frozenset({2})},
            Exclusion("not_verified", {"skills": [2]}),
        ),
        ({"category_id": 6}, {}, Exclusion("no_such_category")),
        ({}, {"suspended": True}, Exclusion("suspended")),
        ({}, {"unreachable": "gone"}, Exclusion("unreachable", {"why": "gone"})),
        ({}, {"active_tasks": 2}, Exclusion("at_load_limit", {"tasks": 2, "limit": 2})),
        ({}, {"max_load": 0}, Exclusion("at_load_limit", {"tasks": 0, "limit": 0})),
        ({}, {"tasks_this_week": 7}, Exclusion("weekly_limit", {"tasks": 7, "limit": 7})),
        ({}, {"asked_already": True}, Exclusion("asked_already")),
        ({}, {"blocked": True}, Exclusion("blocked")),
        ({}, {"unsatisfied": True}, Exclusion("unsatisfied")),
        *(({}, {"conflicts": (Exclusion(code),)}, Exclusion(code)) for code in TIME_CODES),
        ({"language": "en"}, {}, Exclusion("language", {"wanted": "en"})),
        ({"wishes": frozenset({Wish.WOMAN})}, {}, Exclusion("wants_woman")),
        (
            {"wishes": frozenset({Wish.NO_DOGS})},
            {"wishes": frozenset({Wish.NO_DOGS})},
            Exclusion("no_dogs"),
        ),
        ({}, {"wishes": frozenset({Wish.COMPANION})}, Exclusion("alone")),
    ],
)
def test_each_obstacle_is_the_one_reason(
    need: dict[str, Any], candidate: dict[str, Any], reason: Exclusion
) -> None:
    assert reasons(replace(NEED, **need), replace(ABLE, **candidate)) == (reason,)


def test_all_reasons_are_told_at_once() -> None:
    hopeless = Candidate(
        person_id=7,
        lat=23.6,
        lon=114.03,
        radius_m=100,
        categories=frozenset(),
        unverified=frozenset({1}),
        conflicts=tuple(Exclusion(code) for code in TIME_CODES),
        suspended=True,
        unreachable="stopped",
        active_tasks=2,
        tasks_this_week=7,
        asked_already=True,
        blocked=True,
        unsatisfied=True,
        wishes=frozenset({Wish.NO_DOGS, Wish.COMPANION}),
    )
    wishes = frozenset({Wish.WOMAN, Wish.NO_DOGS})
    need = replace(NEED, language="en", team=TeamNeed(frozenset({3})), wishes=wishes)
    found = codes(need, hopeless)
    assert sorted(found) == sorted(REASON_CODES)


def test_the_limit_of_distance_itself_is_near_enough() -> None:
    metres = distance_m(NEED, ABLE)
    at_limit = replace(NEED, radius_m=int(metres) + 1)
    assert codes(at_limit, ABLE) == []
    assert codes(replace(NEED, radius_m=int(metres)), ABLE) == ["too_far"]
    assert codes(replace(NEED, radius_m=0), replace(ABLE, lat=NEED.lat)) == []


def test_one_below_a_limit_is_not_at_it() -> None:
    assert codes(NEED, replace(ABLE, active_tasks=1, tasks_this_week=6)) == []


def test_a_need_without_skills_or_language_takes_anybody() -> None:
    plain = replace(NEED, skills=frozenset())
    assert codes(plain, replace(ABLE, skills=frozenset(), languages=frozenset())) == []


def test_duty_reaches_as_far_as_the_wave_and_no_farther() -> None:
    assert codes(NEED, replace(DUTY, radius_m=100)) == []
    assert codes(replace(NEED, radius_m=500), DUTY) == ["too_far"]


def test_in_urgent_need_or_on_duty_being_asked_often_is_no_obstacle() -> None:
    often = replace(ABLE, tasks_this_week=20)
    assert codes(replace(NEED, urgency="planned"), often) == ["weekly_limit"]
    assert codes(replace(NEED, urgency="urgent"), often) == []
    assert codes(NEED, replace(often, on_duty=True)) == []


@pytest.mark.parametrize(
    "obstacle",
    [
        {"suspended": True},
        {"blocked": True},
        {"unsatisfied": True},
        {"asked_already": True},
        {"conflicts": (Exclusion("busy_then"),)},
        {"active_tasks": 2},
        {"categories": frozenset()},
        {"skills": frozenset()},
    ],
)
def test_duty_and_urgency_lift_no_other_obstacle(obstacle: dict[str, Any]) -> None:
    urgent = replace(NEED, urgency="urgent")
    assert codes(urgent, DUTY) == []
    assert len(codes(urgent, replace(DUTY, **obstacle))) == 1


FLAGS = ("on_duty", "suspended", "asked_already", "blocked")
CANDIDATES = st.builds(
    Candidate,
    person_id=st.just(7),
    lat=st.floats(22.55, 22.65),
    lon=st.floats(113.98, 114.08),
    radius_m=st.integers(0, 5000),
    categories=st.frozensets(st.integers(4, 6)),
    skills=st.frozensets(st.integers(1, 3)),
    languages=st.frozensets(st.sampled_from(["zh", "en"])),
    active_tasks=st.integers(0, 3),
    max_load=st.integers(0, 3),
    tasks_this_week=st.integers(0, 8),
    conflicts=st.sets(st.sampled_from(TIME_CODES)).map(lambda some: tuple(map(Exclusion, some))),
    **{flag: st.booleans() for flag in FLAGS},
)
NEEDS = st.builds(
    Need,
    category_id=st.just(5),
    lat=st.just(22.6),
    lon=st.just(114.03),
    radius_m=st.integers(0, 5000),
    urgency=st.sampled_from(["urgent", "ordinary", "planned"]),
    skills=st.frozensets(st.integers(1, 3)),
    language=st.sampled_from([None, "zh", "en"]),
)


@settings(max_examples=200, deadline=None)
@given(NEEDS, CANDIDATES)
def test_every_reason_is_known_told_once_and_goes_into_json(
    need: Need, candidate: Candidate
) -> None:
    found = codes(need, candidate)
    assert set(found) <= set(REASON_CODES)
    assert len(found) == len(set(found))
    told = reasons(need, candidate)
    assert json.loads(json.dumps([why.numbers for why in told])) == [why.numbers for why in told]


@settings(max_examples=200, deadline=None)
@given(NEEDS, CANDIDATES)
def test_a_wider_wave_and_going_on_duty_never_exclude_anybody(
    need: Need, candidate: Candidate
) -> None:
    found = set(codes(need, candidate))
    assert set(codes(replace(need, radius_m=need.radius_m + 500), candidate)) <= found
    assert set(codes(need, replace(candidate, on_duty=True))) <= found
