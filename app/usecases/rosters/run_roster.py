"""Running what was asked for: claimed, gathered, built in another process, written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.statements import changed
from app.rotation.models import Rota
from app.rotation.roster.models import RosterDraft
from app.rotation.roster.plain import Plain, plain_asked
from app.rotation.roster.queries import MOST_TRIES, due_drafts
from app.rotation.states import DraftState
from app.usecases.rosters.gather_roster import gather_roster, terms_from


@dataclass(frozen=True, slots=True)
class Claimed:
    """A draft that is this process's to build; `tries` is the fence."""

    draft_id: int
    tries: int


def claim_roster(session: Session, *, now: datetime) -> Claimed | None:
    """Takes the oldest draft that waits; one that was cut off too often has failed."""
    for draft in due_drafts(session, now):
        mine = update(RosterDraft).where(
            RosterDraft.id == draft.id,
            RosterDraft.state == draft.state,
            RosterDraft.tries == draft.tries,
        )
        if draft.tries >= MOST_TRIES:
            changed(session, mine.values(state=DraftState.FAILED, ended_at=now))
        elif changed(
            session, mine.values(state=DraftState.RUNNING, started_at=now, tries=draft.tries + 1)
        ):
            return Claimed(draft.id, draft.tries + 1)
    return None


def read_roster(session: Session, *, draft_id: int) -> Plain:
    """What the month is built from, as it is now."""
    draft = session.get_one(RosterDraft, draft_id)
    rota = session.get_one(Rota, draft.rota_id)
    terms = terms_from(draft.terms)
    return plain_asked(gather_roster(session, rota, terms, draft.starts_at, draft.ends_at))


def settle_roster(
    session: Session, *, claimed: Claimed, result: Mapping[str, Any] | None, now: datetime
) -> bool:
    """Writes down what came of it, unless another took it over meanwhile."""
    mine = update(RosterDraft).where(
        RosterDraft.id == claimed.draft_id,
        RosterDraft.state == DraftState.RUNNING,
        RosterDraft.tries == claimed.tries,
    )
    state = "failed" if result is None else "done"
    return changed(session, mine.values(state=state, result=dict(result or {}), ended_at=now)) == 1
