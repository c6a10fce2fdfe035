"""Visit history: the last rated visit decides whether it went well; unrated ones do not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.visit_history import Met, visits_between


@pytest.mark.parametrize(
    ("visits", "times", "unsatisfied"),
    [
        ([], 0, False),
        ([None], 1, False),
        ([False], 0, True),
        ([True, False], 1, True),
        ([False, True], 1, False),
        ([False, None], 1, True),
        ([True, False, None], 2, True),
        ([False, None, True], 2, False),
    ],
)
def test_the_last_rated_visit_says(
    visits: list[bool | None], times: int, unsatisfied: bool
) -> None:
    assert visits_between(visits) == Met(times, unsatisfied)


@given(st.lists(st.sampled_from([True, False, None])))
def test_a_good_visit_always_forgives_and_a_bad_one_never_counts(visits: list[bool | None]) -> None:
    before = visits_between(visits)
    assert visits_between([*visits, True]) == Met(before.times + 1, False)
    assert visits_between([*visits, False]) == Met(before.times, True)
    assert visits_between([*visits, None]) == Met(before.times + 1, before.unsatisfied)
