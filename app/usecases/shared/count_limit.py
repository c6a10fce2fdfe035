"""Counts what is limited a day: one atomic statement, then a check."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import local_day
from app.core.crypto import lookup_hash
from app.core.errors import LimitReached
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.limits.models import LimitCount
from app.limits.queries import per_day

EVERYBODY = "all"


def count_limit(session: Session, *, kind: str, subject: str, now: datetime, zone: ZoneInfo) -> int:
    """Counts one more of `kind` for `subject` today and returns the new count.

    The subject is stored as a keyed hash. Raises LimitReached when today's limit is used up.
    """
    key = subject if subject == EVERYBODY else lookup_hash(f"limit:{kind}", subject)
    day = local_day(now, zone)
    where = (LimitCount.kind == kind, LimitCount.subject == key, LimitCount.day == day)
    insert_once(session, LimitCount, kind=kind, subject=key, day=day, count=0)
    allowed = per_day(session, kind)
    fits = update(LimitCount).where(*where, LimitCount.count < allowed)
    if changed(session, fits.values(count=LimitCount.count + 1)) == 0:
        raise LimitReached(N_("今天的次数已经用完了，请明天再来，或打电话给服务点"))
    return int(session.scalar(select(LimitCount.count).where(*where)) or 0)
