"""Reads of the ledger of hours."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.hours.models import ServiceRecord


def minutes_served(session: Session, person_id: int, *, since: datetime | None = None) -> int:
    """Valid minutes of a person, from `since` on."""
    chosen = select(func.coalesce(func.sum(ServiceRecord.minutes), 0)).where(
        ServiceRecord.person_id == person_id, ServiceRecord.voided_at.is_(None)
    )
    if since is not None:
        chosen = chosen.where(ServiceRecord.ended_at >= since)
    return int(session.scalar(chosen) or 0)


def records_of(session: Session, person_id: int, *, limit: int = 100) -> list[ServiceRecord]:
    """The lines of a person, newest first."""
    rows = session.scalars(
        select(ServiceRecord)
        .where(ServiceRecord.person_id == person_id)
        .order_by(ServiceRecord.started_at.desc())
        .limit(limit)
    )
    return list(rows)
