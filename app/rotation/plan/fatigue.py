"""Turns that a person's limits forbid, as when too few people share a rotation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.rotation.plan.compose import RotaPlan
from app.rotation.plan.layers import Rotation, turns
from app.rotation.rest import Against, Limits
from app.rotation.roster.facts import Diary, fact_of
from app.rotation.rules import Span, gaps

# The field of Limits for each reason; `booked` (on duty already) has none.
LIMIT_OF = {
    "too_long": "longest_h",
    "no_rest": "rest_h",
    "week_full": "week_h",
    "month_full": "month_h",
    "nights_full": "nights_week",
}
Spans = Iterable[Span]


@dataclass(frozen=True, slots=True)
class UnrestedTurn:
    """A turn, and the first reason against it."""

    span: Span
    against: Against


@dataclass(frozen=True, slots=True)
class Known:
    """Shifts of the rota that people agreed to or are asked about."""

    agreed: tuple[Span, ...] = ()
    asked: tuple[Span, ...] = ()


def turns_of(plan: RotaPlan, start: datetime, end: datetime) -> tuple[Span, ...]:
    """The turns of every rotation of a plan that touch [start, end), whole."""
    return tuple(
        turn
        for layer in plan.layers
        if isinstance(layer.source, Rotation)
        for turn in turns(layer.source, layer.number, start, end, plan.zone)
    )


def unrested_turns(
    coming: Spans,
    in_turn: Spans,
    known: Known,
    held: Mapping[int, Spans],
    limits: Mapping[int, Limits],
    *,
    zone: ZoneInfo,
) -> tuple[UnrestedTurn, ...]:
    """Coming spans that break their person's limits, by start; a person's own never overlap.

    Judges only turns of a rotation (`in_turn`). What was agreed to stands, and so does what no
    turn gives, such as a shift that was taken over. Turns that somebody was asked about are judged
    before others, so that one more duty does not change every question; then the earlier first.
    `held` is each person's other duty.
    """
    theirs, yes, asked = _by_key(in_turn), _by_key(known.agreed), _by_key(known.asked)
    diaries = {one: Diary(limits[one]) for one in limits}
    for person_id, diary in diaries.items():
        for span in held.get(person_id, ()):
            diary.add(fact_of(span, zone))
    to_judge, standing = [], set[Span]()
    for span in sorted(coming, key=_order):
        said = [one for one in yes.get(_key(span), ()) if _meet(one, span)]
        if _cover(said, span):
            standing |= set(said)
        elif any(_within(span, one) for one in theirs.get(_key(span), ())):
            to_judge.append(span)
        elif not _cover(held.get(span.person_id, ()), span):
            standing.add(span)
    for span in standing:
        if span.person_id in diaries:
            diaries[span.person_id].add(fact_of(span, zone))
    to_judge.sort(key=lambda one: not _cover(asked.get(_key(one), ()), one))
    found = _judge(to_judge, diaries, limits, zone)
    return tuple(sorted(found, key=lambda one: _order(one.span)))


def _judge(
    spans: Spans,
    diaries: Mapping[int, Diary],
    limits: Mapping[int, Limits],
    zone: ZoneInfo,
) -> Iterator[UnrestedTurn]:
    for span in spans:
        fact = fact_of(span, zone)
        code = diaries[span.person_id].against(fact)
        if code is None:
            diaries[span.person_id].add(fact)
        else:
            name = LIMIT_OF.get(code)
            limit = getattr(limits[span.person_id], name) if name else 0
            yield UnrestedTurn(span, Against(code, 0, limit))


def _order(span: Span) -> tuple[datetime, int, int]:
    return span.starts_at, span.layer, span.person_id


def _cover(spans: Spans, span: Span) -> bool:
    """Whether these leave no part of a span free."""
    return not gaps([one for one in spans if _meet(one, span)], span.starts_at, span.ends_at)


def _key(span: Span) -> tuple[int, int]:
    return span.layer, span.person_id


def _by_key(spans: Spans) -> dict[tuple[int, int], list[Span]]:
    found: dict[tuple[int, int], list[Span]] = {}
    for span in spans:
        found.setdefault(_key(span), []).append(span)
    return found


def _meet(one: Span, other: Span) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _within(span: Span, turn: Span) -> bool:
    return turn.starts_at <= span.starts_at and span.ends_at <= turn.ends_at
