"""How long a way takes: from metres in a straight line and the means of travel to minutes.

    minutes = detour x metres / pace + fixed minutes

| means | detour | pace | fixed | of which |
|---|---|---|---|---|
| foot | 1.3 | 80 m a minute (4.8 km/h) | 1 | stairs |
| bicycle | 1.3 | 200 m a minute (12 km/h) | 3 | stairs, unlocking, parking |
| car | 1.4 | 300 m a minute (18 km/h) | 8 | stairs, to the car, parking and from there |

The pace on foot is that of adults who walk comfortably (Bohannon and Andrews, Physiotherapy 97,
2011: 1.2 to 1.4 m/s). The detour by car is that of roads (Boscoe, Henry and Zdeb, The Professional
Geographer 64, 2012: 1.4 times the line). Assumed, because no source fits a Chinese city's
neighbourhoods: the detour on foot and by bicycle, the paces of bicycle and car, the fixed minutes.
What arrivals teach about an area corrects them, see `learnt_ways`.

Whoever has a bicycle or a car walks where that is quicker: up to about 200 and 600 metres. Where
there is no way at all, it takes no time.
"""

from datetime import timedelta
from typing import NamedTuple

from app.core.travel import Travel


class Pace(NamedTuple):
    """Length of the way over the straight line, metres a minute, minutes whatever the length."""

    detour: float
    metres_a_minute: float
    fixed: float


PACES = {
    Travel.FOOT: Pace(1.3, 80.0, 1.0),
    Travel.BICYCLE: Pace(1.3, 200.0, 3.0),
    Travel.CAR: Pace(1.4, 300.0, 8.0),
}


class Way(NamedTuple):
    """How somebody goes, and how many minutes it takes."""

    by: Travel
    minutes: float


def way_of(metres: float, travel: Travel, factor: float = 1.0) -> Way:
    """The way over this straight line: walked where that is quicker than the means of travel.

    `factor` is how much longer ways take in an area than this formula says.
    """
    walked = _minutes(metres, Travel.FOOT)
    taken = _minutes(metres, travel)
    by, minutes = (Travel.FOOT, walked) if walked <= taken else (travel, taken)
    return Way(by, minutes * factor)


def way_time(metres: float, travel: Travel) -> timedelta:
    """How long the way takes, see `way_of`."""
    return timedelta(minutes=way_of(metres, travel).minutes)


def _minutes(metres: float, travel: Travel) -> float:
    if metres <= 0:
        return 0.0
    pace = PACES[travel]
    return metres * pace.detour / pace.metres_a_minute + pace.fixed
