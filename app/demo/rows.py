"""The demo's past as rows of the tables, as the use cases would have written them."""

from datetime import timedelta
from typing import Any

from app.areas.models import Place
from app.catalogue.rules import DispatchMode
from app.core.codes import new_code
from app.core.crypto import lookup_hash
from app.demo.learnt import learnt_at
from app.demo.people import full_name, phone
from app.demo.request_texts import COMMENTS, COMPLAINTS, NEEDS
from app.demo.simulated_request import Ask, Past, SimulatedRequest
from app.demo.world import World
from app.dispatch.rules import REPLY_NUMBERS, MatchState
from app.help_requests.places import PlaceState
from app.hours.rules import served_minutes

FIRST_CALLER = 5_000_000
REASONS = ("这件事需要物业处理，已帮您转告。", "同一件事已经有一张需求单在办。")


def request_row(world: World, past: Past) -> dict[str, Any]:
    """One help request that has ended."""
    chance, category, estate, at = world.chance, past.category, past.estate, past.at
    number = phone(FIRST_CALLER + past.caller)
    last = past.rounds[-1] if past.rounds else None
    return {
        "code": new_code(),
        "category_id": category.id,
        "area_id": estate.area_id,
        "area_path": estate.area_path,
        "state": past.outcome,
        "urgency": category.urgency,
        "source": past.source,
        "language": "zh_Hans",
        "name": full_name(chance),
        "phone": number,
        "phone_lookup": lookup_hash("phone", number),
        "need": chance.choice(NEEDS[category.code]),
        "address": address(estate, past.caller),
        "rough_place": estate.name,
        "place_id": estate.id,
        "lat": round(estate.lat + chance.uniform(-0.0008, 0.0008), 6),
        "lon": round(estate.lon + chance.uniform(-0.0008, 0.0008), 6),
        "place_state": "known",
        "volunteers_needed": category.volunteers_needed,
        "places_taken": len(last.came) if last else 0,
        "arrival_code": f"{chance.randrange(10_000):04d}",
        "phone_confirmed_at": at,
        "submitted_at": at,
        "state_since": (last and last.ended_at) or at + timedelta(minutes=30),
        "due_at": None,
        "next_action_at": None,
        "auto_dispatch": category.mode == DispatchMode.AUTO,
        "escalation": 0,
        "reason": chance.choice(REASONS) if past.outcome == "rejected" else None,
        "round_no": max(1, len(past.rounds)),
        "version": 4 + 4 * len(past.rounds),
    }


def address(estate: Place, caller: int) -> str:
    """The building and flat of a caller."""
    return f"{estate.name}{1 + caller % 8}栋{1 + caller % 7}0{1 + caller % 4}"


def wave_rows(request_id: int, past: Past) -> list[tuple[tuple[int, int], dict[str, Any]]]:
    """The waves of a request, each with its round and its number within the round."""
    rows: list[tuple[tuple[int, int], dict[str, Any]]] = []
    for round_no, simulated in enumerate(past.rounds, start=1):
        for wave in simulated.waves:
            row: dict[str, Any] = {
                "request_id": request_id,
                "number": len(rows) + 1,
                "round_no": round_no,
                "size": wave.size,
                "audience": "best" if wave.number == 1 else "wider",
                "radius_m": past.category.radius_m * min(2, wave.number),
                "made_at": wave.at,
                "deadline_at": wave.deadline_at,
                "ended_at": wave.ended_at,
                "left_out": [],
            }
            rows.append(((round_no, wave.number), row))
    return rows


def match_row(
    request_id: int, round_no: int, simulated: SimulatedRequest, ask: Ask, numbers: dict[int, int]
) -> dict[str, Any]:
    """One match; `numbers` continues each person's reply numbers."""
    came = ask.state == MatchState.FINISHED
    person_id = ask.helper.person_id
    turn = numbers[person_id] = numbers.get(person_id, -1) + 1
    over = min(ask.deadline_at, simulated.matched_at or ask.deadline_at)
    return {
        "token": f"demo-{request_id}-{round_no}-{person_id}",
        "request_id": request_id,
        "round_no": round_no,
        "person_id": person_id,
        "state": ask.state,
        "reply_number": REPLY_NUMBERS[turn % len(REPLY_NUMBERS)],
        "distance_m": ask.metres,
        "position": ask.position,
        "score": 0.0,
        "reasons": [],
        "end_reason": ask.end_reason,
        "made_at": ask.sent_at,
        "sent_at": ask.sent_at if ask.wave else None,
        "deadline_at": ask.deadline_at,
        "answered_at": ask.answered_at,
        "accepted_at": ask.answered_at if came else None,
        "on_the_way_at": simulated.set_out_at if came else None,
        "arrived_at": simulated.arrived_at if came else None,
        "arrival_confirmed": came,
        "finished_at": simulated.finished_at if came else None,
        "ended_at": None if came else ask.answered_at or over,
        "learnt_at": learnt_at(ask),
        "version": 5 if came else 2,
    }


def place_rows(request_id: int, past: Past, match_ids: dict[int, int]) -> list[dict[str, Any]]:
    """The places of each round: served, or left when it ended."""
    rows: list[dict[str, Any]] = []
    needed = past.category.volunteers_needed
    for round_no, simulated in enumerate(past.rounds, start=1):
        came = [match_ids[id(ask)] for ask in simulated.came]
        holders: list[int | None] = [*came, *([None] * (needed - len(came)))]
        rows += [
            {
                "request_id": request_id,
                "round_no": round_no,
                "number": number,
                "state": str(PlaceState.LEFT if match_id is None else PlaceState.FINISHED),
                "match_id": match_id,
                "state_since": simulated.ended_at or past.at,
            }
            for number, match_id in enumerate(holders, start=1)
        ]
    return rows


def service_row(past: Past, simulated: SimulatedRequest, ask: Ask, match_id: int) -> dict[str, Any]:
    """The service record."""
    assert simulated.arrived_at is not None and simulated.finished_at is not None
    return {
        "person_id": ask.helper.person_id,
        "match_id": match_id,
        "area_path": past.estate.area_path,
        "started_at": simulated.arrived_at,
        "ended_at": simulated.finished_at,
        "minutes": served_minutes(simulated.arrived_at, simulated.finished_at),
        "basis": "checked",
        "made_at": simulated.finished_at,
        "made_by": ask.helper.person_id,
    }


def rating_row(
    world: World, request_id: int, round_no: int, simulated: SimulatedRequest
) -> dict[str, Any]:
    """The resident's rating."""
    said = COMPLAINTS if (simulated.stars or 5) <= 2 else COMMENTS
    return {
        "request_id": request_id,
        "round_no": round_no,
        "stars": simulated.stars,
        "comment": world.chance.choice(said) if world.chance.random() < 0.4 else None,
        "door": world.chance.choice(("web", "web", "sms")),
        "made_at": simulated.ended_at,
    }
