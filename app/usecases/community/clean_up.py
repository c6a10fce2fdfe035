"""Deletes expired rows: answers to old forms, used codes, ended log-ins, old counts."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.idempotency import IdempotentAnswer
from app.core.statements import changed
from app.dispatch.models import AnswerPeriod
from app.limits.models import LimitCount
from app.notifications.models import PhoneTrouble
from app.people.models import LoginCode, LoginSession
from app.usecases.messages.phone_troubles import old_troubles
from app.usecases.requests.write_order import drop_old_drafts

ANSWERS_KEPT = timedelta(hours=48)
CODES_KEPT = timedelta(days=2)
LOG_INS_KEPT = timedelta(days=60)
COUNTS_KEPT = timedelta(days=35)
PERIODS_KEPT = timedelta(days=200)


def clean_up(session: Session, *, now: datetime) -> dict[str, int]:
    """Deletes expired rows; returns how many of each kind. Keeps everything the trail refers to."""
    old = {
        "answers": delete(IdempotentAnswer).where(IdempotentAnswer.made_at < now - ANSWERS_KEPT),
        "codes": delete(LoginCode).where(LoginCode.made_at < now - CODES_KEPT),
        "log_ins": delete(LoginSession).where(LoginSession.expires_at < now - LOG_INS_KEPT),
        "periods": delete(AnswerPeriod).where(AnswerPeriod.day < (now - PERIODS_KEPT).date()),
        "troubles": delete(PhoneTrouble).where(old_troubles(now)),
        "counts": delete(LimitCount).where(LimitCount.day < (now - COUNTS_KEPT).date()),
    }
    deleted = {name: changed(session, statement) for name, statement in old.items()}
    return {**deleted, "drafts": drop_old_drafts(session, now=now)}
