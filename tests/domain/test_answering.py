"""Chances by hour and together, against people whose true chances are known."""

from collections import defaultdict
from datetime import timedelta
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.matching.acceptance import EPOCH, Counts, seen_at, weight_at
from app.matching.answering import (
    DUTY_RATE,
    HOURS,
    Answers,
    Moments,
    duty_rates_of_area,
    rates_if_asked,
    rates_of_area,
    rates_on_duty,
    swing_of,
)
from app.rotation.forecast import anybody

# How often people say yes at each time, beside their usual chance.
BY_HOUR = {"morning": 1.0, "afternoon": 0.9, "evening": 1.1, "night": 0.35}
STEADY, UPS_AND_DOWNS = (1.0,), (0.3, 1.3, 1.4)
DAYS, PEOPLE, ASKED_EACH_TIME = 90, 30, 10
DAY = timedelta(days=1)
NOTHING = Answers({}, {})


class Village:
    """Thirty people who are asked for ninety days; what they answered, and their true chances."""

    def __init__(self, seed: int, swings: tuple[float, ...]) -> None:
        self.swings, self.dice = swings, Random(seed)
        self.usual = [self.dice.uniform(0.15, 0.8) for _ in range(PEOPLE)]
        self.own = [defaultdict[str, Counts](Counts) for _ in range(PEOPLE)]
        self.area = defaultdict[str, Counts](Counts)
        self.periods = defaultdict[str, list[tuple[int, int]]](list)
        for day in range(DAYS):
            for hour in BY_HOUR:
                self._ask(day, hour, self.dice.choice(swings))

    def true(self, person: int, hour: str, swing: float) -> float:
        return min(1.0, self.usual[person] * BY_HOUR[hour] * swing)

    def _ask(self, day: int, hour: str, swing: float) -> None:
        weight, answered = weight_at(EPOCH + day * DAY), 0
        for person in self.dice.sample(range(PEOPLE), ASKED_EACH_TIME):
            yes = self.dice.random() < self.true(person, hour, swing)
            answered += yes
            for counts in (self.own[person], self.area):
                before = counts[hour]
                counts[hour] = Counts(before.asks + weight, before.yeses + weight * yes)
        self.periods[hour].append((ASKED_EACH_TIME, answered))

    def now(self, counts: dict[str, Counts]) -> dict[str, Counts]:
        return {hour: seen_at(one, EPOCH + DAYS * DAY) for hour, one in counts.items()}

    def swing(self) -> float:
        return swing_of(
            Moments(
                sum(n for n, _ in some),
                sum(y for _, y in some),
                sum(n * n for n, _ in some),
                sum(y * y for _, y in some),
            )
            for some in self.periods.values()
        )

    def chances(self, *, duty: bool) -> list[dict[str, float]]:
        area = Answers(self.now(self.area), {})
        usual, on_duty = rates_of_area(area.asked), duty_rates_of_area(area)
        own = [Answers(self.now(one), {}) for one in self.own]
        asked = [rates_if_asked(usual, one.asked) for one in own]
        if not duty:
            return asked
        return [
            rates_on_duty(area, on_duty, one, mine) for one, mine in zip(own, asked, strict=True)
        ]

    def really(self, people: list[int], hour: str) -> float:
        """The true chance that any of these people answers."""
        return fmean(
            anybody([self.true(one, hour, swing) for one in people]) for swing in self.swings
        )


@pytest.mark.parametrize("swings", [STEADY, UPS_AND_DOWNS])
@pytest.mark.parametrize("duty", [False, True])
def test_what_is_forecast_comes_true(swings: tuple[float, ...], *, duty: bool) -> None:
    """Within 0.05 for each time of day and number of people; nights and ups and downs included."""
    wrong: dict[tuple[str, int], list[float]] = defaultdict(list)
    for seed in range(4):
        village = Village(seed, swings)
        chances, swing = village.chances(duty=duty), village.swing()
        for hour in HOURS:
            for size in (1, 2, 3):
                for _ in range(60):
                    people = village.dice.sample(range(PEOPLE), size)
                    said = anybody([chances[one][hour] for one in people], swing)
                    wrong[hour, size].append(said - village.really(people, hour))
    off = {cell: round(fmean(some), 3) for cell, some in wrong.items()}
    assert {cell: by for cell, by in off.items() if abs(by) > 0.05} == {}


def test_without_ups_and_downs_none_are_found() -> None:
    assert Village(1, STEADY).swing() < 0.15
    assert 0.35 < Village(1, UPS_AND_DOWNS).swing() < 0.65


def test_somebody_new_on_duty_is_not_somebody_asked_at_home() -> None:
    """In an area where one ask in four is answered yes, less at night."""
    area = Answers({"morning": Counts(400, 120), "night": Counts(200, 20)}, {})
    usual = duty_rates_of_area(area)
    new = rates_on_duty(area, usual, NOTHING, rates_if_asked(rates_of_area(area.asked), {}))
    assert new["morning"] == pytest.approx(DUTY_RATE, abs=0.03)
    assert 0.4 < new["night"] < new["morning"]


def test_answers_on_duty_outweigh_all_others() -> None:
    """The area's people answer on duty nine times of ten, no matter what they say at home."""
    home, duty = {"morning": Counts(300, 60)}, {"morning": Counts(100, 90)}
    area = Answers(home, duty)
    usual, asked = duty_rates_of_area(area), rates_of_area(home)
    own = Answers({"morning": Counts(30, 6)}, {"morning": Counts(10, 9)})
    mine = rates_on_duty(area, usual, own, rates_if_asked(asked, own.asked))
    assert usual["morning"] > 0.85 and mine["morning"] > 0.75


def test_an_area_without_answers_has_the_usual_rates() -> None:
    assert rates_of_area({}) == dict.fromkeys(HOURS, 0.4)
    assert duty_rates_of_area(NOTHING) == pytest.approx(dict.fromkeys(HOURS, DUTY_RATE))
    assert swing_of([]) == pytest.approx(0.2)


COUNTS = st.tuples(st.floats(0, 500), st.floats(0, 1)).map(lambda x: Counts(x[0], x[0] * x[1]))
BY_HOURS = st.dictionaries(st.sampled_from(HOURS), COUNTS)


@given(BY_HOURS, BY_HOURS, BY_HOURS, BY_HOURS)
def test_a_rate_is_a_chance(
    home: dict[str, Counts],
    duty: dict[str, Counts],
    own_home: dict[str, Counts],
    own_duty: dict[str, Counts],
) -> None:
    area, own = Answers(home, duty), Answers(own_home, own_duty)
    asked = rates_if_asked(rates_of_area(area.asked), own.asked)
    found = rates_on_duty(area, duty_rates_of_area(area), own, asked)
    assert all(0 <= one <= 1 for one in (*asked.values(), *found.values()))
