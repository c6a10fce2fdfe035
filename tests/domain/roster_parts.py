"""Small months for tests of the roster's parts, and the most that any of them could cover."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from app.rotation.rest import Limits, against
from app.rotation.roster.asked import Asked, Helper
from app.rotation.roster.built import Built
from app.rotation.roster.cuts import offer_edges
from app.rotation.roster.intervals import joined, within, without
from app.rotation.roster.pieces import open_pieces
from app.rotation.roster.search import Effort
from app.rotation.rules import Span

ZONE = ZoneInfo("Asia/Shanghai")
# Monday.
START = datetime(2026, 3, 2, tzinfo=ZONE).astimezone(UTC)
HOUR = timedelta(hours=1)
SHORT = Effort(seconds=4, workers=1)


def at(hour: float) -> datetime:
    return START + hour * HOUR


def day(number: int, since: float, to: float) -> tuple[datetime, datetime]:
    return at(24 * number + since), at(24 * number + to)


def month(
    helpers: tuple[Helper, ...],
    *,
    days: int,
    hours: int = 8,
    needs: tuple[int, ...] = (1,),
    shortest: int = 2,
    kept: tuple[Span, ...] = (),
) -> Asked:
    period = day(0, 0, 24 * days)
    pieces = open_pieces([period], hours=hours, first_hour=0, needs=needs, kept=kept, zone=ZONE)
    return Asked(ZONE, *period, pieces, helpers, kept, shortest_h=shortest)


def limits(**values: int) -> Limits:
    return Limits(**{"longest_h": 8, **values})


def turns(built: Built, person: int) -> list[Span]:
    """The turns of one person as they are asked for: touching spans in one layer are one."""
    mine = [one for one in built.spans if one.person_id == person]
    found = []
    for layer in {one.layer for one in mine}:
        here = joined((one.starts_at, one.ends_at) for one in mine if one.layer == layer)
        found += [Span(person, start, end, layer) for start, end in here]
    return found


def hours(periods: list[tuple[datetime, datetime]]) -> float:
    return sum((end - start) / HOUR for start, end in periods)


def best_coverage(asked: Asked) -> float:
    """The most hours that any roster with changes at the edges of offers covers, by trying all."""
    edges = sorted(
        {at for one in asked.pieces for at in (one.starts_at, one.ends_at)}
        | {e for e in offer_edges(asked) if asked.starts_at < e < asked.ends_at}
    )
    parts = list(pairwise(edges))
    choices = [
        [
            None,
            *(
                helper
                for helper in asked.helpers
                if within(without(joined(helper.offers), helper.held), *part) == [part]
            ),
        ]
        for part in parts
    ]
    best = 0.0
    for who in itertools.product(*choices):
        covered = sum((p[1] - p[0]) / HOUR for p, one in zip(parts, who, strict=True) if one)
        if covered > best and all(
            _may(asked, helper, [p for p, w in zip(parts, who, strict=True) if w is helper])
            for helper in asked.helpers
        ):
            best = covered
    return best


def _may(asked: Asked, helper: Helper, parts: list[tuple[datetime, datetime]]) -> bool:
    mine = [Span(helper.person_id, start, end) for start, end in joined(parts)]
    everything = [*mine, *helper.held]
    blocks = joined((one.starts_at, one.ends_at) for one in everything)
    for one in mine:
        others = [other for other in everything if other is not one]
        piece = next(p for p in asked.pieces if p.starts_at <= one.starts_at < p.ends_at)
        block = next(b for b in blocks if b[0] <= one.starts_at < b[1])
        short = (block[1] - block[0]) / HOUR < min(float(asked.shortest_h or 0), piece.hours)
        if short or against(helper.limits, others, one, asked.zone):
            return False
    return True


some_limits = st.builds(
    Limits,
    rest_h=st.sampled_from([0, 5, 11]),
    rest_after_h=st.sampled_from([0, 4, 6]),
    longest_h=st.sampled_from([4, 6, 8]),
    week_h=st.sampled_from([6, 10, 16, 40]),
    month_h=st.sampled_from([12, 120]),
    nights_week=st.integers(0, 3),
)


@st.composite
def problems(draw: st.DrawFn, days: int, people: int, edges: int, layers: bool) -> Asked:
    """A few days, people who offer from and to some hours, perhaps something kept or held."""
    halves = draw(st.lists(st.integers(1, 48 * days - 1), max_size=edges))
    points = [0.0, 24.0 * days, *(one / 2 for one in halves)]
    offer = st.tuples(st.sampled_from(points), st.sampled_from(points)).filter(
        lambda one: one[0] < one[1]
    )
    count = draw(st.integers(1, people))
    held = st.builds(
        lambda start, long: Span(0, at(start), at(start + long)),
        st.integers(-20, 24 * days),
        st.integers(1, 8),
    )
    kept = draw(st.lists(held, max_size=1)) if layers else []
    helpers = tuple(
        Helper(
            one,
            tuple((at(start), at(end)) for start, end in draw(st.lists(offer, max_size=3))),
            draw(some_limits),
            held=tuple(replace(h, person_id=one) for h in draw(st.lists(held, max_size=1))),
            couple=draw(st.none() | st.integers(1, count)) if layers else None,
        )
        for one in range(1, count + 1)
    )
    return month(
        helpers,
        days=days,
        hours=draw(st.sampled_from([4, 6, 8])),
        needs=draw(st.sampled_from([(1,), (1, 1), (2,)])) if layers else (1,),
        shortest=draw(st.integers(1, 4)),
        kept=tuple(replace(one, person_id=draw(st.integers(1, count))) for one in kept),
    )
