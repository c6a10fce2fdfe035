"""When open asks of a request end: it is checked then, whatever else it waits for."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.dispatch.models import Match
from app.dispatch.rules import MatchState


def next_silence(session: Session, request_id: int, now: datetime) -> datetime | None:
    """When the next open ask ends unanswered."""
    return session.scalar(
        select(func.min(Match.deadline_at)).where(
            Match.request_id == request_id,
            Match.state == MatchState.SENT,
            Match.deadline_at > now,
        )
    )
