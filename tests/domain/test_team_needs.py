"""What a team needs only once: who may take a place, and who comes first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.eligibility import Candidate, Need, exclusions
from app.matching.ranking import Weights, rank
from app.matching.team_needs import TeamNeed
from tests.factories import NOW

FIRST_AID, DRIVING = 1, 2
NEED = Need(category_id=1, lat=22.6, lon=114.0, radius_m=2000)
NURSE = Candidate(
    1,
    22.6,
    114.0,
    2000,
    frozenset({1}),
    skills=frozenset({FIRST_AID}),
    languages=frozenset({"yue"}),
)
ANYBODY = Candidate(2, 22.6, 114.0, 2000, frozenset({1}), languages=frozenset({"zh_Hans"}))


def reasons(team: TeamNeed, who: Candidate) -> list[str]:
    return [why.code for why in exclusions(replace(NEED, team=team), who)]


@pytest.mark.parametrize(("places", "out"), [(3, []), (2, []), (1, ["team_needs"])])
def test_who_lacks_it_may_come_while_another_place_can_bring_it(
    places: int, out: list[str]
) -> None:
    team = TeamNeed(frozenset({FIRST_AID}), None, places)
    assert reasons(team, ANYBODY) == out
    assert reasons(team, NURSE) == []


def test_a_language_counts_like_a_skill() -> None:
    both = TeamNeed(frozenset({FIRST_AID}), "yue", 2)
    assert (reasons(both, ANYBODY), reasons(both, NURSE)) == (["team_needs"], [])
    assert reasons(TeamNeed(frozenset(), "yue", 1), ANYBODY) == ["team_needs"]
    # An unverified certificate brings nothing.
    doubtful = replace(ANYBODY, unverified=frozenset({FIRST_AID}))
    assert reasons(TeamNeed(frozenset({FIRST_AID}), None, 1), doubtful) == ["team_needs"]


def test_who_brings_it_comes_first_however_far_until_it_is_there() -> None:
    far = replace(NURSE, lat=22.614, chance=0.01)
    near = replace(ANYBODY, chance=0.99)
    team = TeamNeed(frozenset({FIRST_AID}), None, 3)
    found = rank(replace(NEED, team=team), [near, far], Weights(), now=NOW).ranked
    assert [one.person_id for one in found] == [1, 2]
    assert [part.code for part in found[0].parts][-1] == "team"
    plain = rank(NEED, [near, far], Weights(), now=NOW).ranked
    assert [one.person_id for one in plain] == [2, 1]


@given(
    skills=st.frozensets(st.integers(1, 4)),
    places=st.integers(1, 5),
    people=st.lists(st.frozensets(st.integers(1, 4)), max_size=12),
)
def test_as_long_as_places_are_not_fewer_than_what_is_missing_they_never_become_so(
    skills: frozenset[int], places: int, people: list[frozenset[int]]
) -> None:
    need = TeamNeed(skills, None, places)
    possible = need.missing <= places
    for has in people:
        if need.brought_by(has, frozenset()) >= need.must_bring:
            if need.places == 1:
                assert need.skills <= has
                break
            need = TeamNeed(need.skills - has, None, need.places - 1)
            assert not possible or need.missing <= need.places
