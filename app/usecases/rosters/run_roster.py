"""Builds a roster: claims the draft, gathers input, builds in another process, stores it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.rotation.models import Rota
from app.rotation.roster.models import RosterDraft
from app.rotation.roster.plain import Plain, plain_asked
from app.rotation.roster.queries import MOST_TRIES, due_drafts
from app.usecases.rosters.draft_state import move_draft
from app.usecases.rosters.gather_roster import gather_roster, terms_from


@dataclass(frozen=True, slots=True)
class Claimed:
    """A draft claimed by this process; `tries` is the fence."""

    draft_id: int
    tries: int


def claim_roster(session: Session, *, now: datetime) -> Claimed | None:
    """Claims the oldest waiting draft; one interrupted too often has failed."""
    for draft in due_drafts(session, now):
        tries = draft.tries
        mine = RosterDraft.tries == tries
        if tries >= MOST_TRIES:
            move_draft(session, draft.id, "fail", mine, ended_at=now)
        elif move_draft(session, draft.id, "build", mine, started_at=now, tries=tries + 1):
            return Claimed(draft.id, tries + 1)
    return None


def read_roster(session: Session, *, draft_id: int) -> Plain:
    """The input for the month, as it is now."""
    draft = session.get_one(RosterDraft, draft_id)
    rota = session.get_one(Rota, draft.rota_id)
    terms = terms_from(draft.terms)
    return plain_asked(gather_roster(session, rota, terms, draft.starts_at, draft.ends_at))


def settle_roster(
    session: Session, *, claimed: Claimed, result: Mapping[str, Any] | None, now: datetime
) -> bool:
    """Stores the result, unless another process took the draft over meanwhile."""
    action = "fail" if result is None else "finish"
    mine = RosterDraft.tries == claimed.tries
    values = {"result": dict(result or {}), "ended_at": now}
    return move_draft(session, claimed.draft_id, action, mine, **values)
