"""Every page of residents and volunteers in every state, set up once in a small database."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.core.actor import Actor
from app.core.context import Context
from app.core.crypto import lookup_hash
from app.core.db import db
from app.dispatch.models import Match
from app.factory import create_app
from app.help_requests.models import Feedback, HelpRequest
from app.people.models import LoginSession, Person
from app.trail.chain import record
from app.usecases.requests.write_order import save_answers
from tests import factories
from tests.databases import Database
from tests.usecases.heat import begun

MINUTE = timedelta(minutes=1)
TRACKED = (
    "submitted",
    "open",
    "matching",
    "assigned",
    "in_progress",
    "finished",
    "closed",
    "reopened",
    "rejected",
    "cancelled",
)
# State of the match, state of its request, and why it ended.
MATCHED = (
    ("sent", "matching", None),
    ("accepted", "assigned", None),
    ("on_the_way", "assigned", None),
    ("arrived", "in_progress", None),
    ("finished", "finished", None),
    ("expired", "assigned", "taken"),
    ("declined", "matching", "busy"),
)
REASONS = [
    {"code": "distance", "points": 30.0, "numbers": {"metres": 240}},
    {"code": "load", "points": 15.0, "numbers": {"tasks": 0, "limit": 2}},
    {"code": "idle", "points": 9.0, "numbers": {"days": 9}},
    {"code": "duty", "points": 5.0, "numbers": {}},
]


@dataclass
class Stage:
    """The server's address, each page's address by name, and the cookies of its visitors."""

    url: str
    paths: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serves the application on a thread of this process; yields its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@contextmanager
def stage(database: Database) -> Iterator[Stage]:
    """The application with every state set up."""
    with serving(create_app(database.config)) as url:
        made = Stage(url)
        with database.new_session() as session:
            _furnish(session, made)
        yield made


def _furnish(session: Session, made: Stage) -> None:
    now = datetime.now(UTC)
    place = factories.community(session)
    factories.service_point(session, place.here, phone="0755-00000001")
    helper = factories.volunteer(session, place, name="林晓", categories=[place.medicine])
    factories.on_duty(session, helper, place.here, start=now - MINUTE)
    begun(session, place, helper, now)
    idle = factories.volunteer(session, place, name="陈静", categories=[])
    newcomer = factories.person(session, place.here, name="何新", state="pending")
    made.cookies = {
        "resident": {"order": _draft(session, place, now)},
        "volunteer": {"diandan": log_in(session, helper, now)},
        "idle": {"diandan": log_in(session, idle, now)},
        "newcomer": {"diandan": log_in(session, newcomer, now)},
    }
    codes = [_track(session, made, place, helper, state, now) for state in TRACKED]
    made.paths["cancel"] = f"/t/{codes[1]}/cancel"
    made.cookies["resident"]["mine"] = ".".join(codes[:3])
    for number, (state, of_request, why) in enumerate(MATCHED):
        _match(session, made, place, helper, (state, of_request, why), now - number * MINUTE)
    place.visit.urgency = "urgent"
    session.commit()


def _draft(session: Session, place: factories.Community, now: datetime) -> str:
    answers = {
        "category": "medicine",
        "need": "买一盒降压药",
        "place": place.building.name,
        "place_id": str(place.building.id),
        "door": "502",
        "phone": "17409990001",
        "name": "陈女士",
        "for_family": "y",
        "visited_name": "陈阿姨",
        "visited_phone": "17409990002",
    }
    return save_answers(session, token=None, answers=answers, now=now)


def log_in(session: Session, who: Person, now: datetime) -> str:
    """The cookie value of a new log-in."""
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            token_hash=lookup_hash("session", token),
            person_id=who.id,
            device="测试手机",
            made_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=1),
        )
    )
    session.flush()
    return token


def _request(
    session: Session, place: factories.Community, state: str, now: datetime, **values: Any
) -> HelpRequest:
    return factories.request(
        session,
        place,
        state=state,
        submitted_at=now - 20 * MINUTE,
        state_since=now - 10 * MINUTE,
        wanted_from=None,
        wanted_to=None,
        due_at=now + 20 * MINUTE,
        next_action_at=None,
        **values,
    )


def _track(
    session: Session,
    made: Stage,
    place: factories.Community,
    helper: Person,
    state: str,
    now: datetime,
) -> str:
    held = {"assigned": "on_the_way", "in_progress": "arrived", "finished": "finished"}.get(state)
    reason = "这件事要请物业处理" if state == "rejected" else None
    one = _request(
        session, place, state, now, places_taken=1 if held else 0, reason=reason, urgency="urgent"
    )
    if held:
        session.add(_row(one, helper, held, now, None))
        _look(session, one, helper, now)
    if state == "closed":
        session.add(Feedback(request_id=one.id, stars=4, door="web", made_at=now))
    made.paths[f"track {state}"] = f"/t/{one.code}"
    session.commit()
    return one.code


def _look(session: Session, one: HelpRequest, helper: Person, now: datetime) -> None:
    for kind in ("match.accepted", "match.revealed"):
        record(
            Context(session, Actor("volunteer", "web", helper.id), now),
            kind=kind,
            subject=("match", 1),
            area_path=one.area_path,
            request_id=one.id,
            details={"person": helper.id},
        )


def _row(one: HelpRequest, helper: Person, state: str, now: datetime, why: str | None) -> Match:
    reached = ("accepted", "on_the_way", "arrived", "finished")
    holds = state in reached
    return Match(
        token=secrets.token_urlsafe(18),
        request_id=one.id,
        person_id=helper.id,
        state=state,
        place_no=1 if holds else None,
        reply_number=11,
        distance_m=240,
        reasons=REASONS,
        end_reason=why,
        made_at=now,
        sent_at=now - MINUTE,
        deadline_at=now + 15 * MINUTE,
        accepted_at=now if holds else None,
        arrived_at=now if state in ("arrived", "finished") else None,
        finished_at=now if state == "finished" else None,
        ended_at=now if why else None,
    )


def _match(
    session: Session,
    made: Stage,
    place: factories.Community,
    helper: Person,
    states: tuple[str, str, str | None],
    now: datetime,
) -> None:
    state, of_request, why = states
    one = _request(session, place, of_request, now, visited_name="陈阿姨")
    match = _row(one, helper, state, now, why)
    session.add(match)
    made.paths[f"match {state}"] = f"/v/m/{match.token}"
    session.commit()
