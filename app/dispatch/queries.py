"""Reads of matches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.dispatch.models import DispatchPolicy, Match, Wave
from app.dispatch.rules import ACTIVE, MatchState


def by_reply_number(session: Session, person_id: int, number: int) -> Match | None:
    """The newest match of a person with this number: the one meant by "1 42"."""
    return session.scalar(
        select(Match)
        .where(Match.person_id == person_id, Match.reply_number == number)
        .order_by(Match.id.desc())
        .limit(1)
    )


def waiting_for(session: Session, person_id: int) -> list[Match]:
    """Matches that wait for this person's answer, the newest first."""
    rows = session.scalars(
        select(Match)
        .where(Match.person_id == person_id, Match.state == MatchState.SENT)
        .order_by(Match.id.desc())
    )
    return list(rows)


def active_of(session: Session, person_id: int) -> list[Match]:
    """Tasks that this person has accepted and not finished."""
    rows = session.scalars(
        select(Match)
        .where(Match.person_id == person_id, Match.state.in_(sorted(ACTIVE)))
        .order_by(Match.id)
    )
    return list(rows)


@dataclass(frozen=True, slots=True)
class MatchLine:
    """A match in a request's story."""

    id: int
    person_id: int
    state: str
    wave_id: int | None
    round_no: int
    position: int
    distance_m: int | None
    score: float
    reasons: Any
    end_reason: str | None
    sent_at: datetime | None
    deadline_at: datetime | None
    accepted_at: datetime | None
    arrived_at: datetime | None
    arrival_confirmed: bool
    finished_at: datetime | None


def matches_of(session: Session, request_id: int) -> list[MatchLine]:
    """Every match of a help request, the newest round and the best position first."""
    columns = [getattr(Match, name) for name in MatchLine.__dataclass_fields__]
    rows = session.execute(
        select(*columns)
        .where(Match.request_id == request_id)
        .order_by(Match.round_no.desc(), Match.wave_id.desc(), Match.position, Match.id)
    )
    return [MatchLine(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many answers a help request waits for, and until when at the latest."""

    asked: int
    until: datetime | None
    proposed: int


def waiting_answers(session: Session, request_ids: Sequence[int]) -> dict[int, Waiting]:
    """Open asks by help request; requests without any are absent."""
    rows = session.execute(
        select(Match.request_id, Match.state, func.count(), func.max(Match.deadline_at))
        .where(
            Match.request_id.in_(request_ids),
            Match.state.in_((MatchState.SENT, MatchState.PROPOSED)),
        )
        .group_by(Match.request_id, Match.state)
        .order_by(Match.request_id, Match.state.desc())
    )
    found: dict[int, Waiting] = {}
    for request_id, state, number, until in rows:
        if state == MatchState.SENT:
            found[request_id] = Waiting(number, until, 0)
        else:
            sent = found.get(request_id, Waiting(0, None, 0))
            found[request_id] = Waiting(sent.asked, sent.until, number)
    return found


def policy_in_force(
    session: Session, area_path: str, category_id: int, urgency: str
) -> dict[str, Any] | None:
    """The policy of the smallest area at or above this one that chose one; None if none did."""
    areas = [int(part) for part in area_path.split("/") if part]
    rows = session.execute(
        select(DispatchPolicy.area_id, DispatchPolicy.policy).where(
            DispatchPolicy.category_id == category_id,
            DispatchPolicy.urgency == urgency,
            DispatchPolicy.area_id.in_(areas),
        )
    )
    chosen: dict[int, dict[str, Any]] = {row.area_id: row.policy for row in rows}
    return next((chosen[area_id] for area_id in reversed(areas) if area_id in chosen), None)


def last_wave(session: Session, request_id: int, round_no: int) -> Wave | None:
    """The newest wave of a round."""
    return session.scalar(
        select(Wave)
        .where(Wave.request_id == request_id, Wave.round_no == round_no)
        .order_by(Wave.number.desc())
        .limit(1)
    )


def last_number(session: Session, request_id: int) -> int:
    """The number of the newest wave of a help request, 0 before the first."""
    number = session.scalar(select(func.max(Wave.number)).where(Wave.request_id == request_id))
    return int(number or 0)


def is_waiting(session: Session, wave_id: int) -> bool:
    """Whether any ask of this wave is still open."""
    asked = select(Match.id).where(Match.wave_id == wave_id, Match.state == MatchState.SENT)
    return session.scalar(asked.limit(1)) is not None
