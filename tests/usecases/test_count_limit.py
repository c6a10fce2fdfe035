"""Daily limits: counted atomically, by local day, without storing who it was."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import LimitReached
from app.limits.models import LimitCount, LimitRule
from app.limits.queries import all_limits, per_day
from app.limits.rules import DEFAULTS
from app.usecases.shared.count_limit import EVERYBODY, count_limit
from tests.databases import Database
from tests.factories import NOW

ZONE = ZoneInfo("Asia/Shanghai")


def allow(session: Session, kind: str, number: int) -> None:
    session.add(LimitRule(kind=kind, per_day=number))
    session.commit()


def test_counts_up_to_the_limit_and_no_further(session: Session) -> None:
    allow(session, "order_phone", 2)
    counted = [
        count_limit(session, kind="order_phone", subject="+861", now=NOW, zone=ZONE)
        for _ in range(2)
    ]
    assert counted == [1, 2]
    for _ in range(3):
        with pytest.raises(LimitReached):
            count_limit(session, kind="order_phone", subject="+861", now=NOW, zone=ZONE)
    assert session.scalars(select(LimitCount.count)).one() == 2


def test_subjects_and_kinds_are_counted_apart(session: Session) -> None:
    allow(session, "order_phone", 1)
    for kind, subject in (("order_phone", "a"), ("order_phone", "b"), ("order_range", "a")):
        assert count_limit(session, kind=kind, subject=subject, now=NOW, zone=ZONE) == 1


def test_day_ends_at_local_midnight(session: Session) -> None:
    allow(session, "order_all", 1)
    last = datetime(2026, 3, 4, 15, 59, 59, tzinfo=UTC)
    assert count_limit(session, kind="order_all", subject=EVERYBODY, now=last, zone=ZONE) == 1
    with pytest.raises(LimitReached):
        count_limit(session, kind="order_all", subject=EVERYBODY, now=last, zone=ZONE)
    midnight = last + timedelta(seconds=1)
    assert count_limit(session, kind="order_all", subject=EVERYBODY, now=midnight, zone=ZONE) == 1


def test_limit_of_zero_allows_nothing(session: Session) -> None:
    allow(session, "order_all", 0)
    with pytest.raises(LimitReached):
        count_limit(session, kind="order_all", subject=EVERYBODY, now=NOW, zone=ZONE)


def test_subject_is_kept_as_a_hash_only(session: Session) -> None:
    count_limit(session, kind="order_phone", subject="+8617409998877", now=NOW, zone=ZONE)
    kept = session.scalars(select(LimitCount.subject)).one()
    assert len(kept) == 64 and "17409998877" not in kept


def test_row_goes_before_the_default(session: Session) -> None:
    assert per_day(session, "order_phone") == DEFAULTS["order_phone"]
    allow(session, "order_phone", 3)
    assert per_day(session, "order_phone") == 3
    assert all_limits(session) == {**DEFAULTS, "order_phone": 3}


def test_many_at_once_never_pass_the_limit(database: Database) -> None:
    with database.new_session() as first:
        allow(first, "order_all", 5)

    def once(_: int) -> bool:
        with database.new_session() as session:
            try:
                count_limit(session, kind="order_all", subject=EVERYBODY, now=NOW, zone=ZONE)
            except LimitReached:
                return False
            session.commit()
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(once, range(24))) == 5
