"""The demo's volunteers with their standing offers, and who is on duty when. All made up."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from app.cli.demo.areas import SEED, DemoArea
from app.cli.demo.catalogue import DEMO_CATEGORIES, DEMO_SKILLS
from app.cli.demo.names import VOLUNTEERS, demo_name, demo_phone
from app.cli.demo.places import DemoPlace
from app.cli.demo.sizes import Size

ZONE = ZoneInfo("Asia/Shanghai")
WEEKDAYS, WEEKEND, EVERY_DAY = (0, 1, 2, 3, 4), (5, 6), (0, 1, 2, 3, 4, 5, 6)
# Days and hours of the week, and how many of a hundred keep them.
ROUTINES: tuple[tuple[tuple[tuple[tuple[int, ...], int, int], ...], int], ...] = (
    (((WEEKDAYS, 9, 18),), 22),
    (((WEEKDAYS, 18, 22), (WEEKEND, 9, 21)), 30),
    (((WEEKEND, 9, 21),), 16),
    (((EVERY_DAY, 7, 12),), 10),
    (((EVERY_DAY, 7, 22),), 14),
    (((EVERY_DAY, 0, 24),), 8),
)
# Beside Mandarin, and how many of a hundred speak it.
TONGUES = (("yue", 35), ("en", 12), ("hak", 10))
STATES = (("active", 94), ("pending", 4), ("suspended", 2))
TURNS = ((0, 8), (8, 16), (16, 24))
DUTY_DAYS_BEFORE, DUTY_DAYS_AFTER = 7, 14
UNFILLED = 0.06


@dataclass(frozen=True, slots=True)
class DemoVolunteer:
    """A person with the role volunteer and a standing offer. `hours` are as in an offer.

    `verified` are the skills whose certificate a coordinator saw. Only the state "active" is
    ever matched.
    """

    key: int
    name: str
    phone: str
    state: str
    community_code: str
    lat: float
    lon: float
    skills: tuple[str, ...]
    verified: tuple[str, ...]
    categories: tuple[str, ...]
    hours: tuple[dict[str, Any], ...]
    languages: tuple[str, ...]
    radius_m: int
    max_load: int
    weekly_limit: int
    registered_at: datetime

    def in_hours(self, at: datetime) -> bool:
        """Whether the offer holds at an instant."""
        local = at.astimezone(ZONE)
        clock = f"{local.hour:02}:{local.minute:02}"
        day = local.weekday()
        return any(h["day"] == day and h["from"] <= clock < h["to"] for h in self.hours)


@dataclass(frozen=True, slots=True)
class DemoRota:
    """Round the clock for one community. `pattern` is as in a rota."""

    key: int
    area_code: str
    name: str
    pattern: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class DemoShift:
    """One turn of eight hours. Layer 1 is called first; an "offered" one nobody agreed to yet."""

    rota_key: int
    volunteer_key: int
    starts_at: datetime
    ends_at: datetime
    layer: int
    state: str
    agreed_at: datetime | None


def demo_volunteers(size: Size, places: list[DemoPlace], now: datetime) -> Iterator[DemoVolunteer]:
    """As many as the size says, living near the buildings of the communities in turn."""
    random = Random(f"{SEED}:volunteers")
    homes: dict[str, list[DemoPlace]] = {}
    for place in places:
        if place.kind == "building":
            homes.setdefault(place.community_code, []).append(place)
    communities = list(homes)
    for number in range(size.volunteers):
        home = random.choice(homes[communities[number % len(communities)]])
        yield _volunteer(number, home, random, now)


def _volunteer(number: int, home: DemoPlace, random: Random, now: datetime) -> DemoVolunteer:
    skills = tuple(
        skill.code for skill in DEMO_SKILLS if random.random() < (0.2 if skill.certificate else 0.4)
    )
    able = [one.code for one in DEMO_CATEGORIES if set(one.skills) <= set(skills)]
    categories = random.sample(able, min(len(able), random.randint(3, 8)))
    return DemoVolunteer(
        key=number + 1,
        name=demo_name(number),
        phone=demo_phone(VOLUNTEERS + number),
        state=_weighted(STATES, random) if number >= 20 else "active",
        community_code=home.community_code,
        # About sixty metres around the building: nobody's own door.
        lat=round(home.lat + random.uniform(-0.0006, 0.0006), 6),
        lon=round(home.lon + random.uniform(-0.0006, 0.0006), 6),
        skills=skills,
        verified=tuple(skill for skill in skills if random.random() < 0.6),
        categories=tuple(categories),
        hours=_hours(random),
        languages=("zh_Hans", *(code for code, share in TONGUES if random.random() * 100 < share)),
        radius_m=random.choice((800, 1200, 1500, 1500, 2000, 3000)),
        max_load=random.choice((1, 2, 2, 3)),
        weekly_limit=random.choice((3, 5, 7, 7, 10)),
        registered_at=now - timedelta(days=400 + random.randint(0, 500), minutes=number % 600),
    )


def _hours(random: Random) -> tuple[dict[str, Any], ...]:
    routine = _weighted(ROUTINES, random)
    return tuple(
        {"day": day, "from": f"{start:02}:00", "to": f"{end:02}:00"}
        for days, start, end in routine
        for day in days
    )


def _weighted(choices: tuple[tuple[Any, int], ...], random: Random) -> Any:
    return random.choices([one for one, _ in choices], [share for _, share in choices])[0]


def demo_rotas(areas: list[DemoArea]) -> list[DemoRota]:
    """One for each community, wanting every hour of the week covered."""
    around = tuple({"day": day, "from": "00:00", "to": "24:00"} for day in EVERY_DAY)
    communities = [area for area in areas if area.level == "community"]
    return [
        DemoRota(key, area.code, f"{area.name_zh}全天候轮值（示例）", around)
        for key, area in enumerate(communities, start=1)
    ]


def demo_shifts(
    rotas: list[DemoRota], volunteers: list[DemoVolunteer], now: datetime
) -> Iterator[DemoShift]:
    """From a week ago to two weeks ahead, two layers; a few turns ahead are not agreed yet.

    Nobody has two turns at once or one after the other.
    """
    members: dict[str, list[DemoVolunteer]] = {}
    for volunteer in volunteers:
        if volunteer.state == "active":
            members.setdefault(volunteer.community_code, []).append(volunteer)
    today = now.astimezone(ZONE).date()
    for rota in rotas:
        who = members.get(rota.area_code, [])
        if who:
            yield from _shifts(rota, who, today, now)


def _shifts(
    rota: DemoRota, members: list[DemoVolunteer], today: date, now: datetime
) -> Iterator[DemoShift]:
    random = Random(f"{SEED}:duty:{rota.area_code}")
    turn = random.randrange(len(members))
    # With very few members one layer is all that is possible without double duty.
    layers = (1, 2) if len(members) >= 4 else (1,)
    for day in range(-DUTY_DAYS_BEFORE, DUTY_DAYS_AFTER):
        for start, end in TURNS:
            starts_at = _local(today + timedelta(days=day), start)
            for layer in layers:
                open_yet = starts_at > now + timedelta(days=1) and random.random() < UNFILLED
                yield DemoShift(
                    rota_key=rota.key,
                    volunteer_key=members[turn % len(members)].key,
                    starts_at=starts_at,
                    ends_at=starts_at + timedelta(hours=end - start),
                    layer=layer,
                    state="offered" if open_yet else "agreed",
                    agreed_at=None if open_yet else min(now, starts_at) - timedelta(days=3),
                )
                turn += 1


def _local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC)
