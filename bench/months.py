"""Made-up months of duty for the bench of rosters, and public ones turned into the same values.

The text form of schedulingbenchmarks.org (Curtois and Qu, 2014): sections of comma-separated
lines. The text form is the same, the problem is not: our limits apply here, and some of theirs
have no counterpart (`LEFT_OUT`), so no result compares with the published ones.
"""

import random
from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from app.core.wall_time import instant, on_day
from app.rotation.rest import Limits
from app.rotation.roster.asked import Asked, Helper, Piece, Wish
from app.rotation.roster.pieces import open_pieces

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, DAYS = date(2026, 4, 1), 30
HOURS = 4
HOUR = timedelta(hours=1)
# A Monday that begins a month, so that its limit counts the whole horizon once. A day is left for
# the last night.
MONDAY, LONGEST_HORIZON = date(2027, 3, 1), 30
DAY_MINUTES = 24 * 60
LEFT_OUT = (
    "MinTotalMinutes, MaxConsecutiveShifts, MinConsecutiveShifts, MinConsecutiveDaysOff, "
    "MaxWeekends, MaxShifts of one kind (but for 0), weights of cover, "
    "which kinds may follow each other (in their place: rest until the same time of the next day)"
)


def month(seed: int, people: int = 60, layers: int = 3) -> Asked:
    """A month around the clock: two in five offer nights too, limits as volunteers set them."""
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
    """A small instance in the public form, because we may not ship the published ones."""
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
    """A public instance. Its shifts have lengths but no hours: see `_clocks`.

    Raises ValueError for a horizon of more than 30 days: our limits are of a month.
    """
    parts = _sections(text)
    days = int(parts["SECTION_HORIZON"][0][0])
    if days > LONGEST_HORIZON:
        raise ValueError(f"a horizon of {days} days is longer than {LONGEST_HORIZON}")
    lengths = [int(minutes) for _, minutes, *_ in parts["SECTION_SHIFTS"]]
    # One shift a day: rest until the time of day at which the longest began, and no joined shifts.
    rest_h, longest_h = (DAY_MINUTES - max(lengths)) // 60, ceil(max(lengths) / 60)
    clocks = _clocks(parts["SECTION_SHIFTS"], within=min(lengths) + 60 * rest_h)

    def period(day: int, kind: str) -> tuple[datetime, datetime]:
        at, minutes = clocks[kind]
        since = instant(on_day(MONDAY, day * DAY_MINUTES + at), ZONE)
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
                if kind not in _never(kinds)
            ),
            # They have no week and no night limit: one sum over the horizon, and one shift a day.
            Limits(
                rest_h=rest_h,
                rest_after_h=0,
                longest_h=longest_h,
                week_h=168,
                month_h=int(most) // 60,
                nights_week=7,
            ),
            tuple(wishes.get(name, ())),
        )
        for number, (name, kinds, most, *_rest) in enumerate(parts["SECTION_STAFF"], start=1)
    )
    start = instant(on_day(MONDAY, 0), ZONE)
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


def _never(kinds: str) -> set[str]:
    """The kinds that somebody may never have: `E=14|D=14|N=0`."""
    most = (one.partition("=") for one in kinds.split("|") if one)
    return {kind for kind, _, number in most if int(number) == 0}


def _clocks(shifts: list[list[str]], within: int) -> dict[str, tuple[int, int]]:
    """Minutes after midnight and length of each kind; a kind that may not precede comes later.

    They begin from 06:00 on, evenly spaced within this many minutes, none where another ends,
    because touching duties would count as one.
    """
    ordered = sorted(shifts, key=lambda one: len([part for part in one[2:] if part]))
    lengths, step = {int(minutes) for _, minutes, *_ in ordered}, within // len(ordered)
    while any(step * apart in lengths for apart in range(1, len(ordered))):
        step -= 1
    return {
        name: (6 * 60 + place * step, int(minutes))
        for place, (name, minutes, *_) in enumerate(ordered)
    }
