"""Coverage forecast (值守预报): the chance that somebody answers, hour by hour of an area. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import prod
from zoneinfo import ZoneInfo

from app.core.wall_time import instant, on_day, wall_of
from app.rotation.rules import Span

HOUR = timedelta(hours=1)
# Below this somebody should be asked to join: one call in five would not be answered.
THIN = 0.8
# Below this more calls are missed than answered.
RARE = 0.5


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour from `starts_at`: the chance of an answer, and the people it depends on.

    `agreed` are on duty, `on_call` offered the hour, `asked` have not answered yet. The last do
    not count in the chance, which is that of the hour's worst part, but the hour waits for them.
    """

    starts_at: datetime
    chance: float
    agreed: int
    on_call: int
    asked: int


@dataclass(frozen=True, slots=True)
class Thin:
    """Consecutive hours that are all thin, all rare or all empty; `chance` is their lowest."""

    starts_at: datetime
    ends_at: datetime
    chance: float


@dataclass(frozen=True, slots=True)
class Duties:
    """Known duty in the coming hours: agreed, offered as on-call, and asked for."""

    agreed: Sequence[Span]
    on_call: Sequence[Span] = ()
    asked: Sequence[Span] = ()


def anybody(chances: Iterable[float], swing: float = 0.0) -> float:
    """The chance that at least one answers: 1 - prod(1 - p) if they are independent.

    With a `swing` (0 to 1) they are not: half of the time is good for all and each p is larger by
    this share, half is bad and it is smaller, so that the mean stays p. This is a mixture of two
    binomials (S. P. Brooks et al., Biometrics 53, 1997, 1097-1115).
    """
    usual = [min(1.0, max(0.0, one)) for one in chances]
    good = [min(1.0, one * (1 + swing)) for one in usual]
    bad = [2 * one - better for one, better in zip(usual, good, strict=True)]
    return 1 - (prod(1 - one for one in good) + prod(1 - one for one in bad)) / 2


def hours_of(first: date, days: int, zone: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """The hours of some days in wall time; hours that the clock skips are left out."""
    found = []
    for offset in range(days * 24):
        wall = on_day(first, offset * 60)
        start, end = instant(wall, zone), instant(wall + HOUR, zone)
        if start < end:
            found.append((start, end))
    return found


def forecast(
    hours: Iterable[tuple[datetime, datetime]],
    duties: Duties,
    chances: Mapping[int, Mapping[str, float]],
    hour_class: Mapping[datetime, str],
    swing: float = 0.0,
) -> list[Cell]:
    """A cell for each hour. `chances` are those of each person by class of hour.

    `swing` is by which share they go up and down together.
    """
    cells = []
    for start, end in hours:
        name = hour_class[start]
        agreed, on_call = _in(duties.agreed, start, end), _in(duties.on_call, start, end)
        worst = min(
            anybody((chances[one][name] for one in people), swing)
            for people in _moments([*agreed, *on_call], start, end)
        )
        asked = _people(_in(duties.asked, start, end)) - _people(agreed)
        cells.append(
            Cell(
                start,
                worst,
                len(_people(agreed)),
                len(_people(on_call) - _people(agreed)),
                len(asked),
            )
        )
    return cells


def _in(spans: Sequence[Span], start: datetime, end: datetime) -> list[Span]:
    return [one for one in spans if one.starts_at < end and start < one.ends_at]


def _people(spans: Iterable[Span]) -> set[int]:
    return {one.person_id for one in spans}


def _moments(spans: list[Span], start: datetime, end: datetime) -> Iterable[set[int]]:
    """The people on duty at the beginning of the hour and after each change in it."""
    edges = {start, *(at for one in spans for at in (one.starts_at, one.ends_at))}
    for edge in sorted(at for at in edges if start <= at < end):
        yield _people(one for one in spans if one.starts_at <= edge < one.ends_at)


def thin_hours(cells: Sequence[Cell], below: float = THIN) -> list[Thin]:
    """Consecutive hours below this chance for which nobody is asked, as `_in_a_row` orders them."""
    return _in_a_row([one for one in cells if one.chance < below and not one.asked])


def waiting_hours(cells: Sequence[Cell], below: float = THIN) -> list[Thin]:
    """The same for hours below this chance that wait for an answer."""
    return _in_a_row([one for one in cells if one.chance < below and one.asked])


def hours_to_recruit_for(cells: Sequence[Cell], below: float = THIN) -> list[Thin]:
    """The same for hours in which nobody agreed to be on duty and nobody is asked.

    Those with a rare answer if there are any, else all below this chance.
    """
    empty = [one for one in cells if not one.agreed and not one.asked]
    return thin_hours(empty, RARE) or thin_hours(empty, below)


def _in_a_row(cells: Iterable[Cell]) -> list[Thin]:
    """Consecutive hours together, those with the lowest chance first, then the soonest."""
    found: list[Thin] = []
    for cell in cells:
        end = cell.starts_at + HOUR
        alike = found and _step(found[-1].chance) == _step(cell.chance)
        if alike and found[-1].ends_at == cell.starts_at:
            last = found.pop()
            found.append(Thin(last.starts_at, end, min(last.chance, cell.chance)))
        else:
            found.append(Thin(cell.starts_at, end, cell.chance))
    return sorted(found, key=lambda one: (round(one.chance, 2), one.starts_at))


def _step(chance: float) -> int:
    """Empty, rare or thin."""
    return 0 if chance == 0 else 1 if chance < RARE else 2


def usual_gaps(thin: Iterable[Thin], zone: ZoneInfo) -> list[tuple[int, int, int]]:
    """When to recruit for: (weekday, hour, end hour) in wall time, in order.

    A gap over midnight is one night; one of a day or longer is split by days.
    """
    found = []
    for one in thin:
        start, end = wall_of(one.starts_at, zone), wall_of(one.ends_at, zone)
        while end - start >= timedelta(days=1):
            midnight = on_day(start.date(), 24 * 60)
            found.append((start.weekday(), start.hour, 24))
            start = midnight
        if start < end:
            found.append((start.weekday(), start.hour, end.hour or 24))
    return list(dict.fromkeys(found))
