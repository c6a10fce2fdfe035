"""A month of the demo's past, requests in every state now, and who is on duty."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.areas.models import Place
from app.catalogue.models import Category
from app.cli.demo.people import phone
from app.cli.demo.world import World
from app.core.actor import system
from app.core.codes import new_code
from app.core.crypto import lookup_hash
from app.desk.request_state import deadlines_of
from app.dispatch.models import Match
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.rules import State, due_at
from app.hours.models import ServiceRecord
from app.rotation.models import Rota, Shift
from app.trail.chain import record

NEEDS = ("麻烦帮忙，谢谢。", "老人一个人在家，请帮一下。", "腿脚不便，想请人帮忙。")
NOW_STATES = (
    State.SUBMITTED,
    State.SUBMITTED,
    State.REOPENED,
    State.REJECTED,
    State.CANCELLED,
    State.FINISHED,
    State.ASSIGNED,
    State.IN_PROGRESS,
    State.MATCHING,
    State.OPEN,
)
MONTH = timedelta(days=30)
BATCH = 2000
DUTY_DAYS = 7


def add_history(session: Session, world: World, count: int) -> None:
    """`count` closed requests of the past month, a few in every state, and a week of duty."""
    _past(session, world, count)
    for number, state in enumerate(NOW_STATES * 2):
        _present(session, world, state, number)
    _duty(session, world)


def _columns(
    world: World, category: Category, estate: Place, state: State, at: datetime, number: int
) -> dict[str, Any]:
    """The columns of one request as the desk would have written them."""
    caller = phone(5_000_000 + number)
    due = due_at(state, deadlines_of(category), since=at, wanted_from=None)
    return {
        "code": new_code(),
        "category_id": category.id,
        "area_id": estate.area_id,
        "area_path": estate.area_path,
        "state": str(state),
        "urgency": category.urgency,
        "source": world.chance.choice(("web", "web", "sms", "phone")),
        "language": "zh_Hans",
        "name": "示例居民",
        "phone": caller,
        "phone_lookup": lookup_hash("phone", caller),
        "need": world.chance.choice(NEEDS),
        "address": f"{estate.name}{1 + number % 8}栋",
        "rough_place": estate.name,
        "place_id": estate.id,
        "lat": estate.lat + world.chance.uniform(-0.0008, 0.0008),
        "lon": estate.lon + world.chance.uniform(-0.0008, 0.0008),
        "place_state": "known",
        "volunteers_needed": 1,
        "places_taken": 0,
        "arrival_code": f"{number % 10_000:04d}",
        "phone_confirmed_at": at,
        "submitted_at": at,
        "state_since": at,
        "due_at": due,
        "next_action_at": due,
        "auto_dispatch": category.mode == "auto",
        "escalation": 0,
        "round_no": 1,
        "version": 1,
    }


def _past(session: Session, world: World, count: int) -> None:
    """Closed requests with who did them, how long it took and what the resident said."""
    chance = world.chance
    for start in range(0, count, BATCH):
        requests, done = [], []
        for number in range(start, min(count, start + BATCH)):
            at = world.now - MONTH + MONTH * (number / count)
            category = chance.choice(world.categories)
            estate = chance.choice(world.estates)
            row = _columns(world, category, estate, State.CLOSED, at, number)
            requests.append({**row, "places_taken": 1})
            done.append((at, chance.choice(world.volunteers), estate.area_path))
        ids = session.scalars(
            insert(HelpRequest).returning(HelpRequest.id, sort_by_parameter_order=True), requests
        ).all()
        _served(session, world, list(ids), done)


def _served(
    session: Session, world: World, ids: list[int], done: list[tuple[datetime, int, str]]
) -> None:
    matches, records, ratings = [], [], []
    for request_id, (at, person_id, area_path) in zip(ids, done, strict=True):
        minutes = world.chance.randint(15, 90)
        arrived = at + timedelta(minutes=40)
        finished = arrived + timedelta(minutes=minutes)
        matches.append(_match(request_id, person_id, at, arrived, finished))
        records.append(
            {
                "person_id": person_id,
                "area_path": area_path,
                "started_at": arrived,
                "ended_at": finished,
                "minutes": minutes,
                "basis": "checked",
                "made_at": finished,
            }
        )
        ratings.append(
            {
                "request_id": request_id,
                "round_no": 1,
                "stars": world.chance.choice((3, 4, 5, 5, 5)),
                "door": "web",
                "made_at": finished,
            }
        )
    session.execute(insert(Match), matches)
    session.execute(insert(ServiceRecord), records)
    session.execute(insert(Feedback), ratings)


def _match(
    request_id: int, person_id: int, at: datetime, arrived: datetime, finished: datetime
) -> dict[str, Any]:
    return {
        "token": f"demo{request_id}x{person_id}",
        "request_id": request_id,
        "round_no": 1,
        "person_id": person_id,
        "state": "finished",
        "place_no": 1,
        "position": 1,
        "score": 0.0,
        "reasons": [],
        "made_at": at,
        "sent_at": at,
        "accepted_at": at + timedelta(minutes=6),
        "arrived_at": arrived,
        "arrival_confirmed": True,
        "finished_at": finished,
        "version": 1,
    }


def _present(session: Session, world: World, state: State, number: int) -> None:
    """One request that stands in `state` now, with the match that the state implies."""
    chance = world.chance
    at = world.now - timedelta(minutes=chance.randint(5, 90))
    first = [estate for estate in world.estates if estate.name.startswith("民")]
    estate = chance.choice(first)
    category = world.categories[number % len(world.categories)]
    row = HelpRequest(**_columns(world, category, estate, state, at, 900_000 + number))
    if state == State.REOPENED:
        row.attention, row.auto_dispatch = "low_rating", False
    if state == State.REJECTED:
        row.reason = "这件事需要物业处理，已帮您转告。"
    session.add(row)
    session.flush()
    record(
        session,
        actor=system("cli"),
        kind="help_request.placed",
        subject=("help_request", row.id),
        area_path=row.area_path,
        request_id=row.id,
        now=at,
        details={"source": "demo", "state": str(state)},
    )
    active = {
        State.ASSIGNED: "accepted",
        State.IN_PROGRESS: "arrived",
        State.FINISHED: "finished",
    }
    if state in active:
        row.places_taken = 1
        person_id = world.volunteers[number % len(world.volunteers)]
        made = _match(row.id, person_id, at, at, at)
        made |= {"state": active[state], "finished_at": at if state == State.FINISHED else None}
        made["arrived_at"] = at if state != State.ASSIGNED else None
        session.execute(insert(Match), [made])


def _duty(session: Session, world: World) -> None:
    """Round the clock in three turns of eight hours, by volunteers who agreed."""
    rota = Rota(
        area_id=world.top.id,
        area_path=world.top.path,
        name="全天候轮值（示例）",
        purpose="general",
        pattern=[{"day": day, "from": "00:00", "to": "24:00"} for day in range(7)],
    )
    session.add(rota)
    session.flush()
    start = world.now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for turn in range(-3, DUTY_DAYS * 3):
        begins = start + timedelta(hours=8 * turn)
        for layer in (1, 2):
            who = world.volunteers[(turn * 2 + layer) % len(world.volunteers)]
            session.add(
                Shift(
                    rota_id=rota.id,
                    person_id=who,
                    starts_at=begins,
                    ends_at=begins + timedelta(hours=8),
                    layer=layer,
                    state="agreed",
                    agreed_at=world.now,
                )
            )
