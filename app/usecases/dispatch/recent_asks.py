"""What a help request asked so far in this round, as `matching.waves` wants it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.dispatch.models import Match, Wave
from app.dispatch.rules import HOLDING, MatchState
from app.help_requests.models import HelpRequest
from app.matching.acceptance import PRIOR_RATE
from app.matching.waves import Ask

# The phase of an ask that a coordinator chose.
MANUAL_PHASE = -1
NOT_ASKED = (MatchState.PROPOSED, MatchState.APPROVED)


def asks_of(session: Session, request: HelpRequest) -> list[Ask]:
    """Every ask of this round, with what became of it."""
    rows: Any = session.execute(
        select(
            Match.person_id,
            Match.sent_at,
            Match.deadline_at,
            Match.chance,
            Match.state,
            Match.end_reason,
            Match.answered_at,
            Wave.phase_no,
        )
        .outerjoin(Wave, Wave.id == Match.wave_id)
        .where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.sent_at.is_not(None),
            Match.state.not_in(NOT_ASKED),
        )
        .order_by(Match.sent_at, Match.id)
    )
    return [
        Ask(
            person_id=row.person_id,
            at=row.sent_at,
            p=PRIOR_RATE if row.chance is None else row.chance,
            silent_at=row.deadline_at or row.sent_at,
            answer=_answer(row.state, row.end_reason),
            answered_at=row.answered_at,
            phase=MANUAL_PHASE if row.phase_no is None else row.phase_no,
        )
        for row in rows
    ]


def _answer(state: str, end_reason: str | None) -> str | None:
    if state in HOLDING:
        return "yes"
    silent = state == MatchState.SENT or (state == MatchState.EXPIRED and end_reason == "deadline")
    return None if silent else "no"
