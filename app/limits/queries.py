"""Reads of limits."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.limits.models import LimitRule
from app.limits.rules import DEFAULTS


def per_day(session: Session, kind: str) -> int:
    """The daily limit of `kind`: the row, else the default."""
    row = session.scalar(select(LimitRule.per_day).where(LimitRule.kind == kind))
    return DEFAULTS[kind] if row is None else row


def all_limits(session: Session) -> dict[str, int]:
    """Every kind with its limit in force."""
    rows = session.execute(select(LimitRule.kind, LimitRule.per_day)).all()
    return {**DEFAULTS, **dict(rows)}
