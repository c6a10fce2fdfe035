"""The hours of a shift in the list of its volunteer name the weekday, however far they are."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g

from app.web.common.formatting import during_on

# Wednesday 10:00 in Shanghai.
NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (4, "今天 周三 14:00–22:00"),
        (14, "明天 周四 00:00–08:00"),
        (38, "周五 00:00–08:00"),
        (60, "周五 22:00 – 周六 06:00"),
        (24 * 9 + 14, "3月14日 周六 00:00–08:00"),
    ],
)
def test_the_weekday_is_named(app: Flask, hours: int, said: str) -> None:
    start = NOW + timedelta(hours=hours)
    with app.test_request_context("/?lang=zh_Hans"):
        g.now = NOW
        zone = ZoneInfo("Asia/Shanghai")
        assert during_on(start, start + timedelta(hours=8), zone) == said
