"""Wall times that a clock change skips."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.core.wall_time import is_skipped


@pytest.mark.parametrize(
    ("wall", "zone", "skipped"),
    [
        ("2027-03-14T02:30", "America/New_York", True),
        ("2027-03-14T03:00", "America/New_York", False),
        ("2027-11-07T01:30", "America/New_York", False),  # shown twice
        ("2026-10-04T02:15", "Australia/Lord_Howe", True),  # half an hour is skipped
        ("2026-10-04T02:30", "Australia/Lord_Howe", False),
        ("2027-03-14T02:30", "Asia/Shanghai", False),
    ],
)
def test_a_skipped_time_is_found(wall: str, zone: str, *, skipped: bool) -> None:
    assert is_skipped(datetime.fromisoformat(wall), ZoneInfo(zone)) is skipped
