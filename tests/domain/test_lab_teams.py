"""A trial keeps to what one of a team must bring, to wishes, and to together or not at all."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.core.wishes import Wish
from app.matching.eligibility import Candidate
from app.matching.lab.crowd import Crowd, Reply
from app.matching.lab.history import YES, History, PastAsk
from app.matching.lab.outcomes import Run
from app.matching.lab.people import BEGIN, CATEGORY, ZONE
from app.matching.lab.shipped import shipped
from app.matching.lab.simulate import replay
from app.matching.lab.teams import brings_enough, team_need
from app.matching.lab.world import ALWAYS, LabRequest, LabVolunteer, World
from app.matching.team_needs import NOTHING_MISSING, TeamNeed

NURSING, DRIVING = 1, 2
HERE = (22.65, 114.03)
ALL_YES = 5.0


def person(number: int, **values: Any) -> LabVolunteer:
    """Somebody `number` steps of 50 metres away."""
    return LabVolunteer(
        Candidate(
            person_id=number,
            lat=HERE[0] + number * 50 / 111_195,
            lon=HERE[1],
            radius_m=3000,
            categories=frozenset({CATEGORY}),
            **values,
        )
    )


def at_metres(metres: int, one: LabVolunteer) -> LabVolunteer:
    return replace(one, candidate=replace(one.candidate, lat=HERE[0] + metres / 111_195))


def wanted(**values: Any) -> LabRequest:
    return LabRequest(
        id=1,
        at=BEGIN + timedelta(hours=14),
        category_id=CATEGORY,
        lat=HERE[0],
        lon=HERE[1],
        radius_m=3000,
        hours=ALWAYS,
        wait_s=3600,
        **values,
    )


def play(people: list[LabVolunteer], request: LabRequest, answers: dict[int, str]) -> Run:
    """Everybody says no after five seconds, except as given."""
    known = {
        (request.id, one.id): Reply(answers.get(one.id, "no"), ALL_YES + one.id) for one in people
    }
    crowd = Crowd(lambda *_: 0.5, 7, known=known)
    return replay(World(people, [request], ZONE), lambda _: shipped("broadcast"), crowd)


def test_what_is_missing_follows_from_who_has_accepted() -> None:
    nurse = person(1, skills=frozenset({NURSING})).candidate
    speaks = person(2, languages=frozenset({"yue"})).candidate
    request = wanted(places=3, shared=frozenset({NURSING}), language="yue")
    assert team_need(request, []) == TeamNeed(frozenset({NURSING}), "yue", 3)
    assert team_need(request, [nurse]) == TeamNeed(frozenset(), "yue", 2)
    assert team_need(request, [nurse, speaks]) == NOTHING_MISSING
    # Of one alone the language is no matter of a team.
    assert team_need(wanted(language="yue"), []) == NOTHING_MISSING
    last = TeamNeed(frozenset({NURSING}), None, 1)
    assert brings_enough(last, nurse) and not brings_enough(last, speaks)


def test_the_last_place_is_kept_for_who_brings_what_is_missing() -> None:
    people = [person(n) for n in range(1, 5)] + [person(9, skills=frozenset({NURSING}))]
    request = wanted(places=2, shared=frozenset({NURSING}))
    answers = dict.fromkeys(range(1, 5), "yes")
    # The fastest four all say yes; one of them has a place, and the nurse says no.
    alone = play(people, request, answers)
    assert alone.outcomes[0].filled == 1 and sum(alone.tasks.values()) == 1
    # The others were told that it is too late.
    assert alone.outcomes[0].too_late == 3
    both = play(people, request, {**answers, 9: "yes"})
    assert both.outcomes[0].filled == 2 and both.tasks[9] == 1
    without = play(people, replace(request, shared=frozenset()), answers)
    assert without.outcomes[0].filled == 2


def test_nobody_is_left_out_for_a_skill_that_another_may_bring() -> None:
    people = [person(n) for n in range(1, 4)] + [person(9, skills=frozenset({NURSING}))]
    request = wanted(places=2, shared=frozenset({NURSING}))
    assert all(count == 1 for count in play(people, request, {}).asked.values())
    # For one alone it must be there.
    alone = play(people, replace(request, places=1), {})
    assert {key for key, count in alone.asked.items() if count} == {9}


@pytest.mark.parametrize(
    ("wishes", "together", "asked"),
    [
        ((), False, {1, 2, 4}),
        ((Wish.WOMAN,), False, {2}),
        ((Wish.NO_DOGS,), False, {1, 2}),
        ((Wish.COMPANION,), True, {1, 2, 3, 4}),
    ],
)
def test_nobody_is_asked_against_a_wish(
    wishes: tuple[Wish, ...], together: bool, asked: set[int]
) -> None:
    people = [
        person(1),
        person(2, woman=True),
        person(3, wishes=frozenset({Wish.COMPANION})),
        person(4, wishes=frozenset({Wish.NO_DOGS})),
    ]
    request = wanted(places=2, wishes=frozenset(wishes), together=together)
    run = play(people, request, {})
    assert {key for key, count in run.asked.items() if count} == asked


def test_whoever_can_come_is_found_behind_a_crowd_of_those_who_cannot() -> None:
    """As many as are looked up at most are nearer, and go only with somebody else."""
    alone = frozenset({Wish.COMPANION})
    crowd = [at_metres(n, person(n, wishes=alone)) for n in range(1, 650)]
    people = [*crowd, at_metres(800, person(700))]
    run = play(people, wanted(), {700: "yes"})
    assert run.outcomes[0].filled == 1


@pytest.mark.parametrize(("together", "filled"), [(False, 1), (True, 0)])
def test_of_those_who_go_together_or_not_at_all_one_alone_serves_nobody(
    together: bool, filled: int
) -> None:
    people = [person(1), person(2)]
    request = wanted(places=2, together=together)
    outcome = play(people, request, {1: "yes"}).outcomes[0]
    assert outcome.filled == filled and (outcome.way_s > 0) is (filled > 0)
    ask = PastAsk(1, 1, 0, CATEGORY, 50.0, request.at, YES, 60.0, way_m=50.0)
    real = History(World(people, [request], ZONE), [ask]).real().outcomes[0]
    assert (real.filled, real.metres > 0) == (filled, filled > 0)
    both = play(people, request, {1: "yes", 2: "yes"}).outcomes[0]
    assert both.filled == 2
