"""Acceptance probability: backed off, decayed, and calibrated."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.matching.acceptance import (
    HALF_LIFE,
    PRIOR_RATE,
    Counts,
    Known,
    Learnt,
    Outcome,
    Setting,
    acceptance_chance,
    distance_band,
    hour_class,
    seen_at,
    weight_at,
)
from app.matching.calibration import calibration, walk_forward

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
SHENZHEN = ZoneInfo("Asia/Shanghai")
DAY = Setting("morning", 1, 0)
NIGHT = Setting("night", 1, 0)


def outcomes(person_id: int, yeses: int, noes: int, setting: Setting = DAY) -> list[Outcome]:
    return [Outcome(person_id, 7, setting, NOW, n < yeses) for n in range(yeses + noes)]


def test_nobody_ever_asked_has_the_prior() -> None:
    assert Learnt().chance(1, 7, DAY, NOW).p == pytest.approx(PRIOR_RATE)


def test_a_newcomer_has_the_rate_of_the_area() -> None:
    learnt = Learnt(outcomes(2, 400, 100))
    assert 0.75 < learnt.chance(1, 7, DAY, NOW).p < 0.8
    assert learnt.chance(1, 8, DAY, NOW).p == pytest.approx(PRIOR_RATE)


def test_who_often_answers_has_the_own_rate() -> None:
    learnt = Learnt([*outcomes(1, 1, 39), *outcomes(2, 38, 2)])
    assert learnt.chance(1, 7, DAY, NOW).p < 0.1
    said = learnt.chance(2, 7, DAY, NOW)
    assert said.p > 0.9
    assert [said.asked, said.accepted] == pytest.approx([40, 38])


def test_night_is_another_matter_than_day() -> None:
    learnt = Learnt([*outcomes(1, 20, 0), *outcomes(1, 0, 20, NIGHT)])
    assert learnt.chance(1, 7, DAY, NOW).p > 0.75
    assert learnt.chance(1, 7, NIGHT, NOW).p < 0.25


def test_the_past_fades_by_half_in_sixty_days() -> None:
    learnt = Learnt(outcomes(1, 10, 0))
    later = learnt.chance(1, 7, DAY, NOW + HALF_LIFE)
    assert later.asked == pytest.approx(5)
    assert learnt.chance(1, 7, DAY, NOW + 40 * HALF_LIFE).p == pytest.approx(PRIOR_RATE)
    assert seen_at(Counts(weight_at(NOW), 0.0), NOW).asks == pytest.approx(1)


@pytest.mark.parametrize(
    ("hour", "name"),
    [(0, "night"), (6, "night"), (7, "morning"), (12, "afternoon"), (18, "evening"), (22, "night")],
)
def test_hours_are_those_of_the_community(hour: int, name: str) -> None:
    assert hour_class(datetime(2026, 3, 4, hour, tzinfo=SHENZHEN), SHENZHEN) == name


def test_bands_of_distance() -> None:
    assert [distance_band(metres) for metres in (0, 299, 300, 999, 1000, 9000)] == [
        0,
        0,
        1,
        1,
        2,
        2,
    ]


COUNTS = st.builds(
    lambda asks, share: Counts(asks, asks * share), st.floats(0, 1e6), st.floats(0, 1)
)


@given(st.builds(Known, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS))
@example(Known(*(Counts(asks, asks) for asks in (0.0, 65507.0, 218044.0, 57701.0, 65527.0))))
@example(Known(*(Counts(1e6, 1e6) for _ in range(5))))
@example(Known(*(Counts(1e6, 0.0) for _ in range(5))))
def test_a_chance_is_always_a_chance_and_never_certain(known: Known) -> None:
    said = acceptance_chance(known)
    assert 0 < said.p < 1 and said.a > 0 and said.b > 0


@given(st.lists(st.booleans(), max_size=30))
def test_one_more_yes_never_lowers_the_chance_and_one_more_no_never_raises_it(
    past: list[bool],
) -> None:
    made = [Outcome(1, 7, DAY, NOW, yes) for yes in past]
    before = Learnt(made).chance(1, 7, DAY, NOW).p
    assert Learnt([*made, *outcomes(1, 1, 0)]).chance(1, 7, DAY, NOW).p >= before - 1e-12
    assert Learnt([*made, *outcomes(1, 0, 1)]).chance(1, 7, DAY, NOW).p <= before + 1e-12


def test_learnt_chances_are_calibrated_and_better_than_one_rate_for_all() -> None:
    dice = Random(7)
    willing = {person: dice.betavariate(2, 3) for person in range(60)}
    past = []
    for n in range(4000):
        person = dice.randrange(60)
        setting = Setting(dice.choice(("morning", "evening", "night")), 1, dice.randrange(3))
        true = willing[person] * (0.4 if setting.hour == "night" else 1.0)
        past.append(
            Outcome(person, 7, setting, NOW + n * timedelta(minutes=20), dice.random() < true)
        )
    report = calibration(walk_forward(past))
    assert report.count == 4000
    assert report.brier < 0.93 * report.brier_of_rate
    assert report.reliability < 0.003
    assert all(abs(one.said - one.was) < 0.12 for one in report.bins if one.count > 100)


def test_report_of_perfect_and_of_no_predictions() -> None:
    perfect = calibration([(1.0, True), (0.0, False)])
    assert (perfect.brier, perfect.reliability, perfect.rate) == (0, 0, 0.5)
    assert [(one.low, one.count) for one in perfect.bins] == [(0.0, 1), (0.9, 1)]
    assert calibration([]).count == 0
