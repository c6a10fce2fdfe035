"""Calendars are read back by a library that did not write them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject

from app.calendars.ics import written
from app.calendars.rules import AGREED, CANCELLED, Calendar, Entry
from tests.domain.zones import NAMES, changes

NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def entry(number: int, at: datetime, **values: Any) -> Entry:
    """A shift of eight hours."""
    given = {"sequence": number, "status": AGREED, "title": "值班", "changed_at": NOW, **values}
    return Entry(uid=f"{number}@diandan", starts_at=at, ends_at=at + 8 * HOUR, **given)


def read(calendar: Calendar) -> list[Any]:
    """Its events as the other library understands them."""
    return list(vobject.readOne(written(calendar).decode()).contents.get("vevent", []))


@pytest.mark.parametrize("name", NAMES)
def test_instants_survive_every_change_of_the_clocks(name: str) -> None:
    """Quarters of an hour around each change from 2010 to 2036, all in one calendar."""
    around = [minutes * MINUTE for minutes in (-90, -60, -30, -15, 0, 15, 30, 60, 90)]
    starts = [at + off for at in (*changes(name), NOW) for off in around]
    entries = tuple(entry(number, at) for number, at in enumerate(starts))
    events = read(Calendar("值班", ZoneInfo(name), entries))
    # The zone from the file, not this machine's.
    assert [event.dtstart.value.astimezone(UTC) for event in events] == starts
    ends = [at + 8 * HOUR for at in starts]
    assert [event.dtend.value.astimezone(UTC) for event in events] == ends


def test_long_chinese_names_and_cancellation_survive() -> None:
    long = "民乐社区夜间轮值，" * 20 + "第1组;备用"
    calendar = Calendar(
        "我的值班",
        ZoneInfo("Asia/Shanghai"),
        (entry(3, NOW, title=long, text="一线\n请带上手电"), entry(4, NOW, status=CANCELLED)),
    )
    first, second = read(calendar)
    assert first.summary.value == long
    assert first.description.value == "一线\n请带上手电"
    assert (first.sequence.value, first.status.value) == ("3", "CONFIRMED")
    assert (second.sequence.value, second.status.value) == ("4", "CANCELLED")
    assert max(map(len, written(calendar).splitlines())) <= 75


def test_wall_times_and_their_zone_stand_in_it() -> None:
    calendar = Calendar("值班", ZoneInfo("Europe/London"), (entry(1, NOW),))
    text = written(calendar).decode()
    assert "DTSTART;TZID=Europe/London:20260304T020000" in text
    # Summer time begins at 01:00 winter time.
    assert "DTSTART:20260329T010000" in text and "DTSTART:20261025T020000" in text


def test_empty_calendar_is_one() -> None:
    assert read(Calendar("值班", ZoneInfo("Asia/Shanghai"), ())) == []


def test_tag_changes_with_anything_that_is_said() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    one = Calendar("值班", zone, (entry(1, NOW),))
    assert one.tag() == Calendar("值班", zone, (entry(1, NOW),)).tag()
    others = [
        Calendar("轮值", zone, (entry(1, NOW),)),
        Calendar("值班", ZoneInfo("Asia/Urumqi"), (entry(1, NOW),)),
        Calendar("值班", zone, (entry(1, NOW, sequence=2),)),
        Calendar("值班", zone, (entry(1, NOW, status=CANCELLED),)),
        Calendar("值班", zone, ()),
    ]
    assert len({one.tag(), *(other.tag() for other in others)}) == 6
