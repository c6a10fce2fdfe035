"""A draft order, stored encrypted under the hash of a cookie, so that no step loses it."""

import json
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core.crypto import lookup_hash, token_hashes
from app.core.statements import changed
from app.help_requests.models import OrderDraft

KEPT = timedelta(hours=24)
KIND = "order_draft"


def save_answers(
    session: Session, *, token: str | None, answers: dict[str, str], now: datetime
) -> str:
    """Stores the answers and returns the token under which they are found again.

    An unknown or expired token is replaced by a fresh one: nobody can choose a token for others.
    """
    text = json.dumps(answers, ensure_ascii=False)
    draft = _draft(session, token)
    if draft is None:
        token = secrets.token_urlsafe(24)
        draft = OrderDraft(token_hash=lookup_hash(KIND, token))
        session.add(draft)
    draft.answers, draft.updated_at = text, now
    session.flush()
    return token or ""


def _draft(session: Session, token: str | None) -> OrderDraft | None:
    if not token:
        return None
    kept = select(OrderDraft).where(OrderDraft.token_hash.in_(token_hashes(KIND, token)))
    return session.scalar(kept.execution_options(populate_existing=True))


def read_answers(session: Session, *, token: str | None) -> dict[str, str]:
    """The answers so far; empty for an unknown token."""
    draft = _draft(session, token)
    if draft is None:
        return {}
    answers: dict[str, str] = json.loads(draft.answers)
    return answers


def forget_answers(session: Session, *, token: str | None) -> None:
    """Deletes the answers: the order was placed."""
    if token is None:
        return
    changed(session, delete(OrderDraft).where(OrderDraft.token_hash.in_(token_hashes(KIND, token))))


def drop_old_drafts(session: Session, *, now: datetime) -> int:
    """Deletes drafts unchanged for a day."""
    return changed(session, delete(OrderDraft).where(OrderDraft.updated_at < now - KEPT))
