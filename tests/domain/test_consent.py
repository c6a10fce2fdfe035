"""Only what a person agreed to counts: planned spans are cut where the agreement ends."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rotation.plan.consent import Consent, Piece, one_at_a_time, pieces
from app.rotation.rules import Span

START = datetime(2026, 3, 4, tzinfo=UTC)
PROPERTY = settings(max_examples=100, deadline=None)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def span(since: float, to: float, person: int = 1, layer: int = 1) -> Span:
    return Span(person, at(since), at(to), layer)


SPANS = st.builds(
    lambda since, length, person, layer: span(since, since + length, person, layer),
    st.integers(0, 30),
    st.integers(1, 12),
    st.integers(1, 2),
    st.integers(1, 2),
)
CONSENTS = st.builds(
    lambda since, length, person, layer: Consent(person, at(since), at(since + length), layer),
    st.integers(0, 30),
    st.integers(0, 12),
    st.integers(1, 2),
    st.sampled_from([None, 1, 2]),
)


def test_a_part_of_what_was_agreed_is_agreed_and_more_is_asked() -> None:
    found = tuple(pieces(span(0, 8), [Consent(1, at(-4), at(6)), Consent(2)]))
    assert found == (Piece(span(0, 6), True), Piece(span(6, 8), False))
    assert tuple(pieces(span(0, 8), [Consent(1, layer=2)])) == (Piece(span(0, 8), False),)
    assert tuple(pieces(span(0, 8), [Consent(1, layer=1)])) == (Piece(span(0, 8), True),)


@PROPERTY
@given(SPANS, st.lists(CONSENTS, max_size=5))
def test_pieces_are_the_span_and_agreed_exactly_where_somebody_agreed(
    planned: Span, consents: list[Consent]
) -> None:
    found = list(pieces(planned, consents))
    assert found[0].span.starts_at == planned.starts_at
    assert found[-1].span.ends_at == planned.ends_at
    for before, after in pairwise(found):
        assert before.span.ends_at == after.span.starts_at and before.agreed is not after.agreed
    for piece in found:
        middle = piece.span.starts_at + (piece.span.ends_at - piece.span.starts_at) / 2
        assert piece.agreed is any(
            one.person_id == planned.person_id
            and one.layer in (None, planned.layer)
            and one.starts_at <= middle < one.ends_at
            for one in consents
        )


@PROPERTY
@given(st.lists(SPANS, max_size=6))
def test_nobody_has_two_shifts_at_one_time_in_a_layer(spans: list[Span]) -> None:
    found = list(one_at_a_time(spans))
    for hour in range(45):
        moment = at(hour + 0.5)

        def now(some: list[Span], moment: datetime = moment) -> list[tuple[int, int]]:
            return [(s.layer, s.person_id) for s in some if s.starts_at <= moment < s.ends_at]

        assert sorted(set(now(spans))) == sorted(now(found))
