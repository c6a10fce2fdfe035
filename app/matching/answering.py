"""The chance that somebody answers at an hour of the day, and that anybody of several does. Pure.

For the coverage forecast. As in `acceptance`, each narrower level shrinks to the wider one by a
Beta prior worth a few asks. What differs is the hour: a level shifts the hours of the wider one
together, by the same log-odds, before its own hours count. So somebody who is always
asked by day is not expected to answer as often at night.

People on agreed duty answer differently from people asked at home. Their chance comes from answers
on duty; other answers of the same person count less, the more answers on duty the area has.

Answers go up and down together: on a holiday or in a storm many say no at once. How much is
estimated by the method of moments from asks of the same area, day and hour class, as for
overdispersed proportions (D. A. Williams, Applied Statistics 31, 1982, 144-148);
`rotation.forecast.anybody` takes it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, log, sqrt

from app.matching.acceptance import (
    AREA_STRENGTH,
    HOUR_CLASSES,
    LEAST_DOUBT,
    NARROW_STRENGTH,
    PRIOR_RATE,
    STRENGTH,
    Counts,
)

HOURS = tuple(dict.fromkeys(name for _, name in HOUR_CLASSES))
# The chance on agreed duty, where nobody was asked on duty yet. An assumption: no published rate
# is about agreed duty. The area's first answers on duty outweigh it.
DUTY_RATE = 0.85
DUTY_STRENGTH = 10.0
# Strength of the area's rate against that of its hours, in asks: hours differ much.
HOUR_STRENGTH = 5.0
# This many asks on duty in the area halve the weight of a person's other answers; this many other
# answers of a person have half of their full weight.
HALF_STANDS = 20.0
OWN_STANDS = 1.0
# Before asks of one period are known; worth this many pairs of yeses expected by chance.
USUAL_SWING = 0.2
SWING_PAIRS = 20.0
# The search stays within these log-odds, and halves the interval this often.
MOST_LOG_ODDS, HALVINGS = 40.0, 50

ByHour = Mapping[str, Counts]
Rates = dict[str, float]


@dataclass(frozen=True, slots=True)
class Answers:
    """Settled asks by hour class, decayed to now: all of them, and those that found duty."""

    asked: ByHour
    on_duty: ByHour


@dataclass(frozen=True, slots=True)
class Moments:
    """Sums over the periods of one hour class, each with n asks of which y were answered yes."""

    n: float
    y: float
    nn: float
    yy: float


def rates_of_area(area: ByHour) -> Rates:
    """The chance of a yes of somebody of the area who was never asked, by hour class."""
    flat = dict.fromkeys(HOURS, PRIOR_RATE)
    return _shifted(flat, area, AREA_STRENGTH, HOUR_STRENGTH)


def rates_if_asked(area: Rates, own: ByHour) -> Rates:
    """The chance that somebody with these answers says yes when asked, by hour class."""
    return _shifted(area, own, STRENGTH, NARROW_STRENGTH)


def duty_rates_of_area(area: Answers) -> Rates:
    """The chance that somebody new on agreed duty answers, by hour class.

    The hours differ as those of all asks do, until answers on duty say otherwise.
    """
    asked = rates_of_area(area.asked)
    middle = _log_odds(sum(asked.values()) / len(asked))
    usual = {
        hour: _chance(_log_odds(DUTY_RATE) + min(0.0, _log_odds(asked[hour]) - middle))
        for hour in HOURS
    }
    return _shifted(usual, area.on_duty, DUTY_STRENGTH, HOUR_STRENGTH)


def rates_on_duty(area: Answers, area_rates: Rates, own: Answers, asked: Rates) -> Rates:
    """The chance that somebody with these answers answers on agreed duty, by hour class.

    `area_rates` are those of `duty_rates_of_area`, `asked` the person's of `rates_if_asked`.
    """
    known = sum(one.asks for one in area.on_duty.values())
    on_duty = sum(one.asks for one in own.on_duty.values())
    elsewhere = max(0.0, sum(one.asks for one in own.asked.values()) - on_duty)
    stands = HALF_STANDS / (HALF_STANDS + known) * elsewhere / (OWN_STANDS + elsewhere)
    wider = {hour: (1 - stands) * area_rates[hour] + stands * asked[hour] for hour in HOURS}
    return _shifted(wider, own.on_duty, STRENGTH, NARROW_STRENGTH)


def swing_of(periods: Iterable[Moments]) -> float:
    """By which share the chances of all go up and down together, 0 to 1.

    Of two answers of one period, E y(y - 1) = n(n - 1) p^2 (1 + swing^2). Summed over periods, for
    each hour class with its own p, and shrunk to USUAL_SWING.
    """
    excess, expected = USUAL_SWING**2 * SWING_PAIRS, SWING_PAIRS
    for one in periods:
        p = one.y / one.n if one.n else 0.0
        alone = p * p * (one.nn - one.n)
        excess += one.yy - one.y - alone
        expected += alone
    return sqrt(min(1.0, max(0.0, excess / expected)))


def _shifted(wider: Rates, own: ByHour, strength: float, narrow: float) -> Rates:
    """Rates by hour from those of the wider level and own counts.

    First the overall rate of the own asks, with a prior of `strength` asks at the wider rates, by
    one shift of the log-odds; then each hour, with a prior of `narrow` asks at the shifted rate.
    """
    seen = {hour: own.get(hour, Counts()) for hour in wider}
    asks = sum(one.asks for one in seen.values())
    if asks <= 0:
        return dict(wider)
    expected = sum(one.asks * wider[hour] for hour, one in seen.items()) / asks
    yeses = sum(one.yeses for one in seen.values())
    wanted = (yeses + strength * expected) / (asks + strength)
    shift = _shift_to(wanted, [(one.asks / asks, wider[hour]) for hour, one in seen.items()])
    found = {}
    for hour, one in seen.items():
        moved = _chance(_log_odds(wider[hour]) + shift)
        found[hour] = (one.yeses + narrow * moved) / (one.asks + narrow)
    return found


def _shift_to(wanted: float, rates: list[tuple[float, float]]) -> float:
    """The shift of log-odds at which the weighted mean of these rates is `wanted`."""
    low, high = -MOST_LOG_ODDS, MOST_LOG_ODDS
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        mean = sum(share * _chance(_log_odds(rate) + middle) for share, rate in rates)
        low, high = (middle, high) if mean < wanted else (low, middle)
    return (low + high) / 2


def _log_odds(chance: float) -> float:
    safe = min(max(chance, LEAST_DOUBT), 1 - LEAST_DOUBT)
    return log(safe / (1 - safe))


def _chance(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))
