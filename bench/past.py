"""The past of the made-up city, and the help requests to rank."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from app.core.crypto import lookup_hash
from app.dispatch.models import AnswerCount, AreaAnswerCount, Match
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from bench.city import NOW, PATH, SKILLS, City, pour

# How often each volunteer was asked in the last 60 days; a third of the answers were yes.
ASKS, DAYS, OTHERS = 3, 60, 300


def place_request(
    session: Session, place: tuple[float, float, int], number: int, *, state: State = State.OPEN
) -> HelpRequest:
    """Makes a help request of somebody who never ordered before."""
    lat, lon, skill = place
    made = HelpRequest(
        code=f"Q{number:+07d}",
        category_id=skill + 1,
        area_id=1,
        area_path=PATH,
        state=state,
        urgency="ordinary",
        source="web",
        phone="+8617400000000",
        phone_lookup=lookup_hash("phone", f"{number}"),
        need="买一盒降压药",
        arrival_code="4821",
        lat=lat,
        lon=lon,
        submitted_at=NOW,
        state_since=NOW,
    )
    session.add(made)
    session.flush()
    return made


def give_past(session: Session, city: City) -> None:
    """Gives everybody past asks, for requests of others."""
    places = [(22.6, 114.0, number % SKILLS) for number in range(OTHERS)]
    others = [
        place_request(session, place, -1 - number, state=State.CLOSED)
        for number, place in enumerate(places)
    ]
    columns = (
        "token", "request_id", "round_no", "person_id", "state", "position", "score", "reasons",
        "made_at", "sent_at", "accepted_at", "arrival_confirmed", "version",
    )  # fmt: skip
    counted = ("hour", "category_id", "band", "asks", "yeses")
    area = (1, "morning", 1, 0, 300.0, 110.0)
    pour(session.connection(), AreaAnswerCount.__table__, ("area_id", *counted), [area])
    answers = _answers(city)
    pour(session.connection(), AnswerCount.__table__, ("person_id", *counted), answers)
    pour(session.connection(), Match.__table__, columns, _asks(city, [one.id for one in others]))


def _answers(city: City) -> Iterator[tuple[Any, ...]]:
    """Learnt counts of everybody: two settings each."""
    dice = np.random.default_rng(12)
    count = len(city.lat)
    yeses = dice.uniform(0, 1, (count, 2)).tolist()
    skills = city.skills.tolist()
    for person in range(count):
        for turn, hour in enumerate(("morning", "evening")):
            yield (person + 1, hour, skills[person][turn] + 1, turn, 1.5, yeses[person][turn])


def _asks(city: City, requests: list[int]) -> Iterator[tuple[Any, ...]]:
    dice = np.random.default_rng(11)
    count = len(city.lat)
    seconds = dice.integers(0, DAYS * 86_400, (count, ASKS)).tolist()
    yes = (dice.random((count, ASKS)) < 1 / 3).tolist()
    for person in range(count):
        for turn in range(ASKS):
            at = (NOW - timedelta(seconds=seconds[person][turn])).isoformat(" ")
            state = "finished" if yes[person][turn] else "declined"
            request = requests[(person + turn) % len(requests)]
            held = at if yes[person][turn] else None
            key = (f"{person}-{turn}", request, 1, person + 1, state, 0, 0.0, "[]")
            yield (*key, at, at, held, False, 1)
