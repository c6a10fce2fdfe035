"""The only writer of the states of trials (`app.trials.rules.TRIAL_LIFE`)."""

from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from app.core.statements import changed
from app.trials.models import Trial
from app.trials.rules import TRIAL_LIFE


def move_trial(
    session: Session, trial_id: int, action: str, *still: ColumnElement[bool], **values: Any
) -> bool:
    """One conditional UPDATE; False when the trial's state, or `still`, does not allow the move."""
    moved = update(Trial).where(
        Trial.id == trial_id, Trial.state.in_(TRIAL_LIFE.sources(action)), *still
    )
    return changed(session, moved.values(state=TRIAL_LIFE.target(action), **values)) == 1
