"""The bench's months in the public form: one shift a day, no forbidden kind, one month."""

from datetime import date, timedelta
from itertools import product

import pytest

from app.rotation.rest import against
from app.rotation.roster.asked import Asked
from app.rotation.rules import Span
from bench.months import MONDAY, ZONE, read, written

SHIFTS = {
    "alike": ("E,480,", "D,480,E", "N,480,E|D"),
    "of many lengths": ("a,240,", "b,600,a", "c,720,a|b", "d,250,", "e,450,a|b|c|d"),
}


def instance(*shifts: str, days: int = 28) -> Asked:
    """One person who may have any of these kinds on any day, and no demand."""
    most = "|".join(f"{shift.partition(',')[0]}=14" for shift in shifts)
    lines = ["SECTION_HORIZON", str(days), "SECTION_SHIFTS", *shifts, "SECTION_STAFF"]
    lines += [f"P0,{most},9000,0,5,2,2,3", "SECTION_DAYS_OFF", "SECTION_SHIFT_ON_REQUESTS"]
    return read("\n".join([*lines, "SECTION_SHIFT_OFF_REQUESTS", "SECTION_COVER"]))


def offered(asked: Asked) -> dict[date, list[Span]]:
    """Everything that the one person offers, by the day on which it begins."""
    found: dict[date, list[Span]] = {}
    for since, to in asked.helpers[0].offers:
        # Shifts begin from 06:00 on: earlier is the night of the day before.
        day = (since.astimezone(ZONE) - timedelta(hours=6)).date()
        found.setdefault(day, []).append(Span(1, since, to))
    return found


@pytest.mark.parametrize("name", sorted(SHIFTS))
def test_nobody_can_have_two_shifts_on_a_day_and_everybody_one_each_day(name: str) -> None:
    asked = instance(*SHIFTS[name])
    limits, days = asked.helpers[0].limits, offered(asked)
    assert len(days) == 28 and {len(those) for those in days.values()} == {len(SHIFTS[name])}
    today, tomorrow = days[MONDAY], days[MONDAY + timedelta(days=1)]
    for one, other in product(today, today):
        assert against(limits, [one], other, ZONE)
    for one, other in zip(today, tomorrow, strict=True):
        assert not against(limits, [one], other, ZONE)


def test_a_kind_of_which_somebody_has_none_is_not_offered() -> None:
    text = written(3).replace("N=14", "N=0")
    kinds = {since.astimezone(ZONE).hour for since, _ in read(text).helpers[0].offers}
    usual = {since.astimezone(ZONE).hour for since, _ in read(written(3)).helpers[0].offers}
    assert len(usual) == 3 and len(kinds) == 2 and kinds < usual


def test_the_horizon_lies_in_one_month() -> None:
    assert (MONDAY.weekday(), MONDAY.day) == (0, 1)
    asked = instance(*SHIFTS["alike"], days=30)
    ends = max(to for _, to in asked.helpers[0].offers).astimezone(ZONE)
    assert (ends.year, ends.month) == (MONDAY.year, MONDAY.month)
    with pytest.raises(ValueError, match="longer than 30"):
        instance(*SHIFTS["alike"], days=35)
