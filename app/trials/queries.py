"""Reads of trials."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.trials.models import Trial
from app.trials.rules import TrialState

# A run takes seconds. An older one was interrupted.
CUT_OFF_AFTER = timedelta(minutes=10)
MOST_TRIES = 2


def latest_trial(session: Session, paths: Sequence[str], limit: int = 10) -> Sequence[Trial]:
    """The newest trials of these areas and all below them."""
    if not paths:
        return ()
    return session.scalars(
        select(Trial)
        .where(or_(*(Trial.area_path.startswith(path, autoescape=True) for path in paths)))
        .order_by(Trial.made_at.desc(), Trial.id.desc())
        .limit(limit)
    ).all()


def waiting_trials(session: Session, area_path: str) -> int:
    """How many trials of an area wait or run."""
    return int(
        session.scalar(
            select(func.count())
            .select_from(Trial)
            .where(
                Trial.area_path == area_path,
                Trial.state.in_((TrialState.WAITING, TrialState.RUNNING)),
            )
        )
        or 0
    )


def due_trials(session: Session, now: datetime) -> Sequence[Trial]:
    """Trials to run, the oldest first, interrupted ones included."""
    return session.scalars(
        select(Trial)
        .where(
            or_(
                Trial.state == TrialState.WAITING,
                (Trial.state == TrialState.RUNNING) & (Trial.started_at < now - CUT_OFF_AFTER),
            )
        )
        .order_by(Trial.made_at, Trial.id)
        .limit(5)
    ).all()
