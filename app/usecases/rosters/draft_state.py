"""The only writer of the states of roster drafts (`rotation.moves.DRAFT_LIFE`)."""

from typing import Any

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from app.core.statements import changed
from app.rotation.moves import DRAFT_LIFE
from app.rotation.roster.models import RosterDraft


def move_draft(
    session: Session, draft_id: int, action: str, *still: ColumnElement[bool], **values: Any
) -> bool:
    """One conditional UPDATE; False when the draft's state, or `still`, does not allow the move."""
    moved = update(RosterDraft).where(
        RosterDraft.id == draft_id, RosterDraft.state.in_(DRAFT_LIFE.sources(action)), *still
    )
    return changed(session, moved.values(state=DRAFT_LIFE.target(action), **values)) == 1
