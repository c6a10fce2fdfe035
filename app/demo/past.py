"""The demo's past: closed requests with everything about them, written in large batches."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.areas.models import Place
from app.catalogue.models import Category
from app.core.context import Context
from app.demo.bulk_insert import bulk_insert
from app.demo.learnt import Answers
from app.demo.rows import match_row, place_rows, rating_row, request_row, service_row, wave_rows
from app.demo.simulated_request import Near, Past, SimulatedRequest, simulate_request
from app.demo.surroundings import Surroundings
from app.demo.trail_lines import Line, lines_of
from app.demo.world import World
from app.dispatch.models import Match, Wave
from app.help_requests.models import Feedback, HelpRequest, RequestPlace
from app.help_requests.rules import REOPENING_STARS
from app.hours.models import ServiceRecord
from app.trail.chain import record, write_pending

ZONE = ZoneInfo("Asia/Shanghai")
BATCH = 1000
TOLD_EACH = 10_000
# The last days before now, which the past leaves to `present`.
LAST = timedelta(days=3)
# Trails are complete for this long; older requests keep only the most important lines.
WHOLE = timedelta(days=31)
# Of a thousand requests, how many come in each local hour from midnight; of a hundred, how many
# for each category, in the order of CATEGORIES.
BY_HOUR = (4, 2, 2, 2, 3, 8, 22, 46, 78, 92, 88, 66, 44, 46, 66, 74, 72, 62, 58, 56, 48, 34, 18, 9)
BY_CATEGORY = (16, 3, 9, 20, 6, 9, 5, 7, 11, 3, 9, 2)
BY_SOURCE = {"web": 62, "sms": 22, "phone": 16}
REJECTED, CANCELLED = 0.02, 0.05
MOST_ROUNDS = 2


def add_past(session: Session, world: World) -> None:
    """Adds `world.size.requests` past requests, in the order in which they came."""
    surroundings = Surroundings(world.volunteers)
    numbers: dict[int, int] = {}
    answers = Answers()
    moments = _moments(world)
    for start in range(0, len(moments), BATCH):
        batch = [_one(world, surroundings, at) for at in moments[start : start + BATCH]]
        _write(session, world, batch, numbers)
        for past in batch:
            answers.count(past)
        if (start + BATCH) % TOLD_EACH == 0:
            world.tell(f"{start + BATCH} past requests")
    answers.write(session)


def _moments(world: World) -> list[datetime]:
    chance = world.chance
    first = (world.now - world.size.past).astimezone(ZONE).replace(hour=0, minute=0, second=0)
    days = (world.size.past - LAST).days
    hours = chance.choices(range(24), BY_HOUR, k=world.size.requests)
    later = (
        timedelta(days=chance.randrange(days), hours=hour, seconds=chance.randrange(3600))
        for hour in hours
    )
    return sorted((first + one).astimezone(world.now.tzinfo) for one in later)


def _one(world: World, surroundings: Surroundings, at: datetime) -> Past:
    chance = world.chance
    category: Category = chance.choices(world.categories, BY_CATEGORY)[0]
    estate: Place = chance.choice(world.estates)
    local = at.astimezone(ZONE)
    near = surroundings.of(estate, category, local.weekday() * 24 + local.hour)
    source = chance.choices(tuple(BY_SOURCE), tuple(BY_SOURCE.values()))[0]
    caller = chance.randrange(world.size.callers)
    past = Past(at, category, estate, caller, source, "closed", [])
    dice = chance.random()
    if dice < REJECTED and category.verify_first:
        past.outcome = "rejected"
    elif dice < CANCELLED or len(near) < category.volunteers_needed:
        past.outcome = "cancelled"
    else:
        past.rounds = list(_rounds(world, past, near, local.hour))
    return past


def _rounds(world: World, past: Past, near: Near, hour: int) -> Iterator[SimulatedRequest]:
    """The first round, and another if the resident was not satisfied."""
    chance, category = world.chance, past.category
    begins = past.at + timedelta(minutes=chance.randint(2, 20) if category.verify_first else 0)
    for number in range(1, MOST_ROUNDS + 1):
        told = simulate_request(
            chance,
            near,
            at=begins,
            hour=hour,
            places=category.volunteers_needed,
            wave_size=category.wave_size,
            minutes=category.accept_minutes,
        )
        if number == MOST_ROUNDS:
            # A repeated service is always rated well.
            told.stars = 5
        yield told
        if told.stars is None or told.stars > REOPENING_STARS or told.ended_at is None:
            return
        begins = told.ended_at + timedelta(minutes=20)


def _write(session: Session, world: World, batch: list[Past], numbers: dict[int, int]) -> None:
    """Writes one batch: requests, waves and matches with their ids, then what refers to them."""
    rows = [request_row(world, past) for past in batch]
    told = list(zip(bulk_insert(session, HelpRequest, rows), batch, strict=True))
    waves = _write_waves(session, told)
    asks, matches = [], []
    for request_id, past in told:
        for round_no, simulated in enumerate(past.rounds, start=1):
            places = {id(ask): place for place, ask in enumerate(simulated.came, start=1)}
            for ask in simulated.asks:
                row = match_row(request_id, round_no, simulated, ask, numbers)
                row["wave_id"] = waves.get((request_id, round_no, ask.wave))
                row["place_no"] = places.get(id(ask))
                asks.append(id(ask))
                matches.append(row)
    match_ids = dict(zip(asks, bulk_insert(session, Match, matches), strict=True))
    held = [row for request_id, past in told for row in place_rows(request_id, past, match_ids)]
    bulk_insert(session, RequestPlace, held)
    _write_ends(session, world, told, match_ids)
    _write_trail(session, world, told, match_ids)


def _write_waves(session: Session, told: list[tuple[int, Past]]) -> dict[tuple[int, int, int], int]:
    """Writes the waves; returns their ids by request, round and number within the round."""
    pairs = [
        ((request_id, *key), row)
        for request_id, past in told
        for key, row in wave_rows(request_id, past)
    ]
    ids = bulk_insert(session, Wave, [row for _, row in pairs])
    return dict(zip([key for key, _ in pairs], ids, strict=True))


def _write_ends(
    session: Session, world: World, told: list[tuple[int, Past]], match_ids: dict[int, int]
) -> None:
    """Writes the service records and the ratings."""
    ends = [
        (request_id, round_no, past, simulated)
        for request_id, past in told
        for round_no, simulated in enumerate(past.rounds, start=1)
        if simulated.ended_at is not None
    ]
    served = [
        service_row(past, simulated, ask, match_ids[id(ask)])
        for _, _, past, simulated in ends
        for ask in simulated.came
    ]
    rated = [
        rating_row(world, request_id, round_no, simulated)
        for request_id, round_no, _, simulated in ends
        if simulated.stars is not None
    ]
    for table, rows in ((ServiceRecord, served), (Feedback, rated)):
        if rows:
            session.execute(insert(table), rows)


def _write_trail(
    session: Session, world: World, told: list[tuple[int, Past]], match_ids: dict[int, int]
) -> None:
    lines: list[Line] = []
    for request_id, past in told:
        whole = past.at > world.now - WHOLE
        lines += lines_of(world, request_id, past, match_ids, whole=whole)
    for line in sorted(lines, key=lambda one: one.at):
        record(
            Context(session, line.actor, line.at),
            kind=line.kind,
            subject=line.subject,
            area_path=line.area_path,
            request_id=line.request_id,
            details=line.details,
        )
    write_pending(session)
