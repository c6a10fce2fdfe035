"""Times in texts at six moments: expected is from/until, ?why one has to ask, or - for no time."""

import csv
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.conversation.times import read_times

ZONE = ZoneInfo("Asia/Shanghai")
HERE = Path(__file__).parent
# The second table was written before the first was read without a mistake, to measure on.
TABLES = (HERE / "times.tsv", HERE / "more_times.tsv")


def rows() -> list[tuple[str, str, str]]:
    found = []
    for path in TABLES:
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            found += [(row["now"], row["text"], row["expected"]) for row in table]
    return found


def read(text: str, now: datetime) -> str:
    reading = read_times(text, now)
    if reading.period:
        return "/".join(f"{at:%Y-%m-%d %H:%M}" for at in reading.period)
    return f"?{reading.problem}" if reading.problem else "-"


@pytest.mark.parametrize(("now", "text", "expected"), rows())
def test_time_in_the_table(now: str, text: str, expected: str) -> None:
    assert read(text, datetime.fromisoformat(now).replace(tzinfo=ZONE)) == expected
