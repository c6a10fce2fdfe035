"""Reads of limits."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.limits.models import LimitRule
from app.limits.rules import DEFAULTS


def per_day(session: Session, kind: str) -> int:
    """How many of `kind` a day may have: the row, else the default."""
    row = session.scalar(select(LimitRule.per_day).where(LimitRule.kind == kind))
    return DEFAULTS[kind] if row is None else row


def all_limits(session: Session) -> dict[str, int]:
    """Every kind with what holds now."""
    rows = session.execute(select(LimitRule.kind, LimitRule.per_day)).all()
    return {**DEFAULTS, **dict(rows)}
