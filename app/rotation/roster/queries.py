"""Reads of drafts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.rotation.models import Rota
from app.rotation.roster.models import RosterDraft
from app.rotation.states import DraftState

# A run gets half a minute. An older one was interrupted.
CUT_OFF_AFTER = timedelta(minutes=3)
MOST_TRIES = 3


def latest_drafts(
    session: Session, paths: Sequence[str], limit: int = 10
) -> Sequence[tuple[RosterDraft, Rota]]:
    """The newest drafts of these areas and all below them, with their rota."""
    if not paths:
        return ()
    rows = session.execute(
        select(RosterDraft, Rota)
        .join(Rota, Rota.id == RosterDraft.rota_id)
        .where(or_(*(Rota.area_path.startswith(path, autoescape=True) for path in paths)))
        .order_by(RosterDraft.made_at.desc(), RosterDraft.id.desc())
        .limit(limit)
    )
    return [(draft, rota) for draft, rota in rows]


def being_built(session: Session, rota_id: int) -> int:
    """How many drafts of a rota are waiting or running."""
    return int(
        session.scalar(
            select(func.count())
            .select_from(RosterDraft)
            .where(
                RosterDraft.rota_id == rota_id,
                RosterDraft.state.in_((DraftState.WAITING, DraftState.RUNNING)),
            )
        )
        or 0
    )


def due_drafts(session: Session, now: datetime) -> Sequence[RosterDraft]:
    """Drafts to build, the oldest first, interrupted ones included."""
    return session.scalars(
        select(RosterDraft)
        .where(
            or_(
                RosterDraft.state == DraftState.WAITING,
                (RosterDraft.state == DraftState.RUNNING)
                & (RosterDraft.started_at < now - CUT_OFF_AFTER),
            )
        )
        .order_by(RosterDraft.made_at, RosterDraft.id)
        .limit(5)
    ).all()


def backup_wanted(
    session: Session, rota_id: int, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """The periods of published months that touch [start, end) and want more than one layer."""
    rows = session.execute(
        select(RosterDraft.starts_at, RosterDraft.ends_at, RosterDraft.terms).where(
            RosterDraft.rota_id == rota_id,
            RosterDraft.state == DraftState.PUBLISHED,
            RosterDraft.starts_at < end,
            RosterDraft.ends_at > start,
        )
    )
    return [(since, to) for since, to, terms in rows if len(terms["needs"]) > 1]
