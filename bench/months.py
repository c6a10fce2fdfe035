"""Made-up months of duty for the bench of rosters, and public ones turned into the same values.

The text form of schedulingbenchmarks.org (Curtois and Qu, 2014): sections of comma-separated
lines. What has no counterpart here is left out and named: the fewest minutes and shifts of a
person, runs of shifts and of days off, whole weekends, and the prices of too many people.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.rotation.rest import Limits
from app.rotation.roster.asked import Asked, Helper, Piece, Wish
from app.rotation.roster.pieces import open_pieces
from app.rotation.wall_time import instant, on_day

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, DAYS = date(2026, 4, 1), 30
HOURS = 4
HOUR = timedelta(hours=1)
LEFT_OUT = (
    "MinTotalMinutes, MaxConsecutiveShifts, MinConsecutiveShifts, MinConsecutiveDaysOff, "
    "MaxWeekends, MaxShifts of one kind, weights of cover"
)


def month(seed: int, people: int = 60, layers: int = 3) -> Asked:
    """A month at all hours: two people in five offer nights too, limits as volunteers set them."""
    dice = random.Random(seed)
    start, end = instant(on_day(FIRST, 0), ZONE), instant(on_day(FIRST, DAYS * 24 * 60), ZONE)
    pieces = open_pieces(
        [(start, end)], hours=HOURS, first_hour=0, needs=[1] * layers, kept=(), zone=ZONE
    )
    helpers = tuple(_helper(dice, one) for one in range(1, people + 1))
    return Asked(ZONE, start, end, pieces, helpers)


def _helper(dice: random.Random, person_id: int) -> Helper:
    owl = dice.random() < 0.4
    offers = []
    for day in range(DAYS):
        for hour in range(0, 24, HOURS):
            likely = 0.5 if owl or hour >= 8 else 0.25
            weekend = (FIRST + timedelta(days=day)).weekday() >= 5
            if dice.random() < likely * (0.8 if weekend else 1.0):
                since = instant(on_day(FIRST, (day * 24 + hour) * 60), ZONE)
                offers.append((since, since + HOURS * HOUR))
    wishes = []
    for _ in range(3):
        since = instant(on_day(FIRST, dice.randrange(DAYS) * 24 * 60), ZONE)
        wishes.append(Wish(since, since + 24 * HOUR, dice.random() < 0.5))
    limits = Limits(week_h=dice.choice([8, 12, 16, 20, 40]), month_h=dice.choice([24, 40, 60, 120]))
    return Helper(person_id, tuple(offers), limits, tuple(wishes))


def written(seed: int, people: int = 20, weeks: int = 4) -> str:
    """A small instance in the public form, since theirs are not ours to ship."""
    dice = random.Random(seed)
    days = 7 * weeks
    names = [f"P{number}" for number in range(people)]
    kinds = (("E", 480, ""), ("D", 480, "E"), ("N", 480, "E|D"))
    lines = ["SECTION_HORIZON", str(days), "", "SECTION_SHIFTS"]
    lines += [f"{name},{minutes},{after}" for name, minutes, after in kinds]
    lines += ["", "SECTION_STAFF"]
    for name in names:
        lines.append(f"{name},E={days}|D={days}|N={days // 2},{weeks * 2000},0,5,2,2,{weeks - 1}")
    lines += ["", "SECTION_DAYS_OFF"]
    lines += [f"{name},{dice.randrange(days)},{dice.randrange(days)}" for name in names]
    for asked in ("ON", "OFF"):
        lines += ["", f"SECTION_SHIFT_{asked}_REQUESTS"]
        for name in names:
            kind = dice.choice(kinds)[0]
            lines.append(f"{name},{dice.randrange(days)},{kind},{dice.randint(1, 3)}")
    lines += ["", "SECTION_COVER"]
    for day in range(days):
        lines += [f"{day},{name},{dice.randint(2, 4)},100,1" for name, *_ in kinds]
    return "\n".join(lines) + "\n"


def read(text: str) -> Asked:
    """A public instance. Its shifts have lengths but no hours: they follow each other from 6."""
    parts = _sections(text)
    days = int(parts["SECTION_HORIZON"][0][0])
    clocks = _clocks(parts["SECTION_SHIFTS"])
    monday = date(2026, 3, 30)

    def period(day: int, kind: str) -> tuple[datetime, datetime]:
        at, minutes = clocks[kind]
        since = instant(on_day(monday, day * 24 * 60 + at), ZONE)
        return since, since + timedelta(minutes=minutes)

    pieces = [
        Piece(*period(int(day), kind), 1, int(needs))
        for day, kind, needs, *_ in parts["SECTION_COVER"]
        if int(needs) > 0
    ]
    off = {name: {int(day) for day in away} for name, *away in parts["SECTION_DAYS_OFF"]}
    wishes: dict[str, list[Wish]] = {}
    for asked, like in (("ON", True), ("OFF", False)):
        for name, day, kind, _ in parts[f"SECTION_SHIFT_{asked}_REQUESTS"]:
            wishes.setdefault(name, []).append(Wish(*period(int(day), kind), like))
    helpers = tuple(
        Helper(
            number,
            tuple(
                period(day, kind)
                for day in range(days)
                if day not in off.get(name, set())
                for kind in clocks
            ),
            # No week, no night and no month limit there: one sum over the horizon, and rest.
            Limits(week_h=168, month_h=int(most) // 60, nights_week=7, longest_h=24),
            tuple(wishes.get(name, ())),
        )
        for number, (name, _, most, *_rest) in enumerate(parts["SECTION_STAFF"], start=1)
    )
    start = instant(on_day(monday, 0), ZONE)
    return Asked(ZONE, start, start + days * 24 * HOUR, tuple(pieces), helpers)


def _sections(text: str) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("SECTION_"):
            found[line] = []
        elif line and not line.startswith("#"):
            list(found.values())[-1].append([part.strip() for part in line.split(",")])
    return found


def _clocks(shifts: list[list[str]]) -> dict[str, tuple[int, int]]:
    """Minutes after midnight and length of each kind; a kind that may not precede comes later."""
    ordered = sorted(shifts, key=lambda one: len([part for part in one[2:] if part]))
    return dict(_follow(ordered))


def _follow(ordered: list[list[str]]) -> Iterator[tuple[str, tuple[int, int]]]:
    at = 6 * 60
    for name, minutes, *_ in ordered:
        yield name, (at, int(minutes))
        at = (at + int(minutes)) % (24 * 60)
