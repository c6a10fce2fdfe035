"""The order in which the eligible are asked: named parts, bounded, summed, and fair."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.travel import Travel
from app.matching.conflicts import Exclusion
from app.matching.eligibility import Candidate, Need, exclusions, is_soon
from app.matching.ranking import (
    PARTS,
    Ranked,
    Weights,
    may_take_more,
    rank,
    score,
    weights_from,
)

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
NEED = Need(category_id=5, lat=22.6, lon=114.03, radius_m=2000)
ABLE = Candidate(
    person_id=7, lat=22.605, lon=114.03, radius_m=5000, categories=frozenset({5}), asked=4
)
PROPERTY = settings(max_examples=150, deadline=None)
WEIGHTS = st.builds(Weights, **{code: st.floats(0, 100, allow_subnormal=False) for code in PARTS})
COUNTS = st.integers(0, 12)
CANDIDATES = st.builds(
    Candidate,
    person_id=st.integers(1, 10_000),
    lat=st.floats(22.58, 22.62),
    lon=st.floats(114.01, 114.05),
    radius_m=st.integers(500, 5000),
    travel=st.sampled_from(list(Travel)),
    categories=st.sampled_from([frozenset({5}), frozenset({5, 6}), frozenset({6})]),
    on_duty=st.booleans(),
    conflicts=st.sampled_from([(), (Exclusion("out_of_hours"),)]),
    active_tasks=st.integers(0, 3),
    max_load=st.integers(0, 4),
    asked=COUNTS,
    accepted=COUNTS,
    served_this_resident=st.integers(0, 3),
    last_asked_at=st.none() | st.timedeltas(timedelta(-1), timedelta(40)).map(lambda t: NOW - t),
)
CROWDS = st.lists(CANDIDATES, max_size=12, unique_by=lambda one: one.person_id)


def scored(candidate: Candidate, need: Need = NEED) -> Ranked:
    return score(need, candidate, Weights(), now=NOW)


def value(code: str, **changes: Any) -> float:
    parts = scored(replace(ABLE, **changes)).parts
    return next(part.value for part in parts if part.code == code)


def numbers(code: str, **changes: Any) -> dict[str, Any]:
    parts = scored(replace(ABLE, **changes)).parts
    return next(part.numbers for part in parts if part.code == code)


def test_weights_take_what_a_category_sets_and_keep_the_rest() -> None:
    assert weights_from({}) == Weights()
    assert weights_from({"distance": 0, "duty": 100}) == Weights(distance=0, duty=100)
    assert weights_from(asdict(Weights())) == Weights()


@pytest.mark.parametrize(
    "values",
    [
        {"beauty": 1},
        {"distance": -0.1},
        {"distance": 100.1},
        {"distance": "40"},
        {"distance": True},
        {"distance": None},
        {"distance": float("nan")},
        {"distance": float("inf")},
    ],
)
def test_weights_out_of_bounds_are_refused_by_name(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        weights_from(values)


def test_distance_is_full_at_the_door_and_nothing_at_the_edge() -> None:
    assert value("distance", lat=NEED.lat) == 1
    assert value("distance", lat=22.7) == 0
    assert value("distance") == pytest.approx(1 - 553.69 / 2000, abs=1e-5)
    assert numbers("distance") == {"metres": 554}
    at_door = replace(ABLE, lat=NEED.lat)
    assert scored(at_door, replace(NEED, radius_m=0)).parts[0].value == 0


def test_minutes_to_the_door_count_only_where_each_minute_does() -> None:
    """554 metres: 10 minutes on foot, 6.6 by bicycle."""
    for travel, by, minutes in ((Travel.FOOT, "foot", 9.998), (Travel.BICYCLE, "bicycle", 6.599)):
        one = replace(ABLE, travel=travel)
        for soon in (False, True):
            ranked = scored(one, replace(NEED, soon=soon))
            part = next(part for part in ranked.parts if part.code == "travel")
            assert ranked.minutes == pytest.approx(minutes, abs=0.001)
            assert part.numbers == {"by": by, "minutes": round(minutes)}
            assert part.value == pytest.approx(1 - minutes / 30, abs=0.001)
            assert part.points == (part.value * Weights().travel if soon else 0)
    assert value("travel", lat=22.65) == 0
    slow = scored(ABLE, replace(NEED, way_factor=2.0))
    assert slow.minutes == pytest.approx(2 * 6.599, abs=0.002)


def test_each_minute_counts_when_urgent_or_wanted_as_soon_as_possible() -> None:
    assert is_soon("urgent", NOW) and is_soon("ordinary", None)
    assert not is_soon("ordinary", NOW)


def test_who_is_sooner_at_the_door_comes_first_when_it_is_urgent() -> None:
    walker = replace(ABLE, person_id=1, lat=NEED.lat + 0.0090, travel=Travel.FOOT)
    cyclist = replace(ABLE, person_id=2, lat=NEED.lat + 0.0105, travel=Travel.BICYCLE)
    for soon, first in ((False, 1), (True, 2)):
        ranking = rank(replace(NEED, soon=soon), [walker, cyclist], Weights(), now=NOW)
        assert ranking.ranked[0].person_id == first


def test_chance_starts_at_two_in_five_and_follows_the_past() -> None:
    assert value("chance", asked=0) == pytest.approx(0.4)
    assert value("chance", asked=5, accepted=5) == pytest.approx(0.7)
    assert value("chance", asked=5, accepted=0) == pytest.approx(0.2)
    # Assigned by a coordinator without having been asked.
    assert value("chance", asked=0, accepted=5) == pytest.approx(0.7)


def test_load_is_what_is_left_of_the_own_limit() -> None:
    assert value("load", active_tasks=0, max_load=4) == 1
    assert value("load", active_tasks=3, max_load=4) == pytest.approx(0.25)
    assert value("load", active_tasks=9, max_load=4) == 0
    assert value("load", active_tasks=0, max_load=0) == 1


def test_idle_grows_for_two_weeks() -> None:
    assert value("idle", last_asked_at=None) == 1
    assert numbers("idle", last_asked_at=None) == {"days": None, "by": None}
    assert value("idle", last_asked_at=NOW) == 0
    assert value("idle", last_asked_at=NOW - timedelta(days=7)) == pytest.approx(0.5)
    assert value("idle", last_asked_at=NOW - timedelta(days=90)) == 1
    assert value("idle", last_asked_at=NOW + timedelta(days=1)) == 0


def test_days_are_those_of_the_calendar_in_the_zone_of_the_community() -> None:
    """At noon in Shenzhen, yesterday ended twelve hours ago."""
    last = {"days": 1, "by": "ask"}
    need = replace(NEED, zone=ZoneInfo("Asia/Shanghai"))
    for hours, days in ((1, 0), (11, 0), (13, 1), (35, 1), (37, 2)):
        one = replace(ABLE, last_asked_at=NOW - timedelta(hours=hours))
        part = next(part for part in scored(one, need).parts if part.code == "idle")
        assert part.numbers == {**last, "days": days}


def test_a_task_that_was_taken_ends_idle_time_as_an_ask_does() -> None:
    yesterday, long_ago = NOW - timedelta(days=1), NOW - timedelta(days=30)
    grabbed: dict[str, Any] = {"last_asked_at": long_ago, "last_task_at": yesterday}
    assert value("idle", **grabbed) == pytest.approx(1 / 14)
    assert numbers("idle", **grabbed) == {"days": 1, "by": "task"}
    assert scored(replace(ABLE, **grabbed)).idle_days == pytest.approx(1)


def test_from_the_list_a_few_are_free_and_then_a_tenth_more_than_others() -> None:
    assert [may_take_more(mine, 0, 9) for mine in range(4)] == [True, True, True, False]
    assert [may_take_more(mine, 100, 10) for mine in (9, 10, 11)] == [True, True, False]


def test_an_ask_that_was_passed_on_is_a_turn_too() -> None:
    """Somebody who never answers is not asked more than somebody who takes the tasks."""
    busy = replace(ABLE, person_id=1, tasks_this_week=2)
    silent = replace(ABLE, person_id=2, passed_this_week=2)
    flake = replace(ABLE, person_id=4, broken_this_week=2)
    idle = replace(ABLE, person_id=3)
    parts = {
        one.person_id: next(part for part in one.parts if part.code == "load")
        for one in rank(NEED, [busy, silent, flake, idle], Weights(), now=NOW).ranked
    }
    assert parts[1].value == parts[2].value == parts[4].value < parts[3].value == 1
    assert [parts[2].numbers[name] for name in ("taken", "passed", "others")] == [0, 2, 0.7]


def test_load_is_less_for_whoever_took_more_than_the_others() -> None:
    crowd = [replace(ABLE, person_id=n, tasks_this_week=n) for n in (0, 1, 5)]
    parts = {
        one.person_id: next(part for part in one.parts if part.code == "load")
        for one in rank(NEED, crowd, Weights(), now=NOW).ranked
    }
    assert [parts[n].value for n in (0, 1, 5)] == pytest.approx([1, 3.5 / 4.5, 1.5 / 6.5])
    # The mean of the others, without oneself.
    assert [parts[n].numbers["others"] for n in (0, 1, 5)] == [3.0, 2.5, 0.5]
    assert {part.numbers["people"] for part in parts.values()} == {2}


def test_a_familiar_face_and_duty_count() -> None:
    assert [value("familiar", served_this_resident=times) for times in (0, 1, 9)] == [0, 1, 1]
    assert [value("duty", on_duty=on) for on in (False, True)] == [0, 1]


def test_equals_take_turns_from_request_to_request() -> None:
    crowd = [replace(ABLE, person_id=number) for number in (9, 3, 5)]
    orders = [
        [one.person_id for one in rank(replace(NEED, turn=n), crowd, Weights(), now=NOW).ranked]
        for n in range(60)
    ]
    firsts = [order[0] for order in orders]
    assert all(firsts.count(number) > 10 for number in (9, 3, 5))
    again = rank(replace(NEED, turn=7), crowd[::-1], Weights(), now=NOW).ranked
    assert [one.person_id for one in again] == orders[7]


def test_who_is_left_out_has_every_reason_and_the_nearest_comes_first() -> None:
    far = replace(ABLE, person_id=1, lat=22.7, suspended=True)
    blocked = replace(ABLE, person_id=2, blocked=True)
    ranking = rank(NEED, [far, blocked, ABLE], Weights(), now=NOW)
    assert [one.person_id for one in ranking.ranked] == [7]
    assert [(one.person_id, [why.code for why in one.reasons]) for one in ranking.left_out] == [
        (2, ["blocked"]),
        (1, ["too_far", "suspended"]),
    ]


def test_nobody_makes_an_empty_ranking() -> None:
    ranking = rank(NEED, [], Weights(), now=NOW)
    assert (ranking.ranked, ranking.left_out) == ((), ())


@PROPERTY
@given(CANDIDATES, WEIGHTS, st.booleans())
def test_a_score_is_the_sum_of_its_bounded_parts(
    candidate: Candidate, weights: Weights, soon: bool
) -> None:
    one = score(replace(NEED, soon=soon), candidate, weights, now=NOW)
    assert tuple(part.code for part in one.parts) == PARTS
    assert one.score == sum(part.points for part in one.parts)
    for part in one.parts:
        assert 0 <= part.value <= 1
        counts = soon or part.code != "travel"
        assert part.points == part.value * getattr(weights, part.code) * counts
    shown = [part.numbers for part in one.parts]
    assert json.loads(json.dumps(shown)) == shown


@PROPERTY
@given(CROWDS, WEIGHTS)
def test_everybody_is_either_ranked_or_left_out_with_a_reason(
    crowd: list[Candidate], weights: Weights
) -> None:
    ranking = rank(NEED, crowd, weights, now=NOW)
    able = {one.person_id for one in crowd if not exclusions(NEED, one)}
    assert {one.person_id for one in ranking.ranked} == able
    assert len(ranking.ranked) + len(ranking.left_out) == len(crowd)
    assert all(one.reasons for one in ranking.left_out)
    scores = [one.score for one in ranking.ranked]
    assert scores == sorted(scores, reverse=True)


@PROPERTY
@given(CROWDS, WEIGHTS, st.randoms())
def test_the_order_of_the_input_does_not_matter(
    crowd: list[Candidate], weights: Weights, random: Any
) -> None:
    shuffled = random.sample(crowd, len(crowd))
    assert rank(NEED, shuffled, weights, now=NOW) == rank(NEED, crowd, weights, now=NOW)


@PROPERTY
@given(CANDIDATES, WEIGHTS, st.floats(0, 1), st.booleans())
def test_nearer_never_scores_lower(
    candidate: Candidate, weights: Weights, share: float, soon: bool
) -> None:
    near = replace(
        candidate,
        lat=NEED.lat + (candidate.lat - NEED.lat) * share,
        lon=NEED.lon + (candidate.lon - NEED.lon) * share,
    )
    need = replace(NEED, soon=soon)
    ahead, behind = (score(need, one, weights, now=NOW) for one in (near, candidate))
    assert ahead.metres <= behind.metres + 1e-6
    assert ahead.score >= behind.score - 1e-6


@PROPERTY
@given(CANDIDATES, WEIGHTS)
def test_a_lighter_load_a_longer_rest_and_a_yes_never_score_lower(
    candidate: Candidate, weights: Weights
) -> None:
    before = score(NEED, candidate, weights, now=NOW).score
    better = (
        replace(candidate, active_tasks=max(0, candidate.active_tasks - 1)),
        replace(candidate, last_asked_at=None),
        replace(candidate, asked=candidate.asked + 1, accepted=candidate.accepted + 1),
        replace(candidate, served_this_resident=candidate.served_this_resident + 1),
    )
    assert all(score(NEED, one, weights, now=NOW).score >= before for one in better)
