"""Reads of the board: lists of help requests with plain columns; nothing is decrypted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, case, cast, func, or_, select
from sqlalchemy.orm import Session

from app.core.attention import Attention
from app.help_requests.models import HelpRequest, RequestPlace
from app.help_requests.places import PlaceState
from app.help_requests.rules import LIVE, State

PAGE = 50
LIVE_STATES = tuple(sorted(LIVE))


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One line of the board's queue, without name, phone, address or need."""

    id: int
    code: str
    state: str
    urgency: str
    category_id: int
    area_id: int
    area_path: str
    rough_place: str
    place_state: str
    lat: float | None
    lon: float | None
    submitted_at: datetime
    state_since: datetime
    due_at: datetime | None
    wanted_from: datetime | None
    wanted_to: datetime | None
    volunteers_needed: int
    places_taken: int
    escalation: int
    attention: str | None
    source: str
    auto_dispatch: bool
    version: int
    # At how many places of this round somebody has served.
    places_finished: int


_FINISHED = (
    select(func.count())
    .where(
        RequestPlace.request_id == HelpRequest.id,
        RequestPlace.round_no == HelpRequest.round_no,
        RequestPlace.state == PlaceState.FINISHED,
    )
    .scalar_subquery()
)
QUEUE_COLUMNS = (
    *(
        getattr(HelpRequest, name)
        for name in QueueLine.__dataclass_fields__
        if name != "places_finished"
    ),
    case((HelpRequest.places_taken > 0, _FINISHED), else_=0),
)
URGENCY_ORDER = case({"urgent": 0, "ordinary": 1}, value=HelpRequest.urgency, else_=2)
DANGER_FIRST = case((HelpRequest.attention == Attention.DANGER, 0), else_=1)
LIVE_ORDER = (DANGER_FIRST, URGENCY_ORDER, HelpRequest.submitted_at, HelpRequest.id)
OVER_ORDER = (HelpRequest.state_since.desc(), HelpRequest.id.desc())


def _within(paths: Sequence[str]) -> ColumnElement[bool]:
    return or_(*(HelpRequest.area_path.startswith(path) for path in paths))


def _of(category_id: int | None) -> list[ColumnElement[bool]]:
    return [] if category_id is None else [HelpRequest.category_id == category_id]


def _filtered(
    paths: Sequence[str],
    state: str | None,
    overdue_at: datetime | None,
    category_id: int | None,
    ids: Sequence[int] | None = None,
) -> Select[Any]:
    states = (state,) if state else LIVE_STATES
    chosen = select(*QUEUE_COLUMNS).where(
        HelpRequest.state.in_(states), _within(paths), *_of(category_id)
    )
    if ids is not None:
        chosen = chosen.where(HelpRequest.id.in_(ids))
    return chosen.where(HelpRequest.due_at <= overdue_at) if overdue_at else chosen


def queue(
    session: Session,
    paths: Sequence[str],
    *,
    state: str | None = None,
    overdue_at: datetime | None = None,
    category_id: int | None = None,
    ids: Sequence[int] | None = None,
    limit: int = PAGE,
    offset: int = 0,
) -> list[QueueLine]:
    """Live help requests of these areas, those in danger first, then the oldest urgent.

    Of `ids` only, if given.

    For a final `state` (closed, rejected, cancelled) the newest first.
    """
    if not paths:
        return []
    over = state is not None and state not in LIVE_STATES
    order = OVER_ORDER if over else LIVE_ORDER
    chosen = _filtered(paths, state, overdue_at, category_id, ids)
    rows = session.execute(chosen.order_by(*order).limit(limit).offset(offset))
    return [QueueLine(*row) for row in rows]


def with_code(
    session: Session, paths: Sequence[str], code: str, *, limit: int = PAGE
) -> list[QueueLine]:
    """Help requests of these areas, in any state, whose short code begins with this."""
    if not paths or not code:
        return []
    rows = session.execute(
        select(*QUEUE_COLUMNS)
        .where(HelpRequest.code.startswith(code, autoescape=True), _within(paths))
        .order_by(HelpRequest.code)
        .limit(limit)
    )
    return [QueueLine(*row) for row in rows]


def counts(
    session: Session, paths: Sequence[str], now: datetime, *, category_id: int | None = None
) -> dict[str, int]:
    """How many live help requests stand in each state, and how many are `overdue`."""
    if not paths:
        return {}
    late = func.sum(case((HelpRequest.due_at <= now, 1), else_=0))
    rows = session.execute(
        select(HelpRequest.state, func.count(), late)
        .where(HelpRequest.state.in_(LIVE_STATES), _within(paths), *_of(category_id))
        .group_by(HelpRequest.state)
    ).all()
    found = {state: number for state, number, _ in rows}
    return {**found, "overdue": sum(int(overdue or 0) for _, _, overdue in rows)}


def board_stamp(session: Session, paths: Sequence[str]) -> str:
    """A cheap value for an ETag: changes whenever a live help request of these areas does."""
    if not paths:
        return "0"
    # A new request has the newest `state_since`; a changed one has a higher version.
    weighted = func.sum(cast(HelpRequest.id, BigInteger) * HelpRequest.version)
    rows = session.execute(
        select(HelpRequest.state, func.count(), weighted, func.max(HelpRequest.state_since))
        .where(HelpRequest.state.in_(LIVE_STATES), _within(paths))
        .group_by(HelpRequest.state)
        .order_by(HelpRequest.state)
    )
    parts = [f"{state}-{n}-{weight}-{last.timestamp()}" for state, n, weight, last in rows]
    return "_".join(parts) or "0"


def pins(
    session: Session, paths: Sequence[str], *, category_id: int | None = None, limit: int = 300
) -> list[QueueLine]:
    """Live help requests with a place, for the map."""
    if not paths:
        return []
    rows = session.execute(
        _filtered(paths, None, None, category_id)
        .where(HelpRequest.lat.is_not(None), HelpRequest.state != State.FINISHED)
        .order_by(*LIVE_ORDER)
        .limit(limit)
    )
    return [QueueLine(*row) for row in rows]
