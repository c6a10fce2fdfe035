"""Helpers for tests of help that is done together: who says yes, the scheduler, what was told."""

import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.context import Context
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.dispatch.choose_volunteers import assign_volunteer
from app.usecases.requests.follow_request import Followed, follow_request
from app.usecases.requests.process_deadlines import due_deadlines, process_deadline
from tests.factories import NOW, Community, actor_for, coordinator
from tests.usecases.asking import HOUSE, MINUTE, match_of, me, told

HOUR = timedelta(hours=1)
START, END = NOW + 6 * HOUR, NOW + 8 * HOUR


def ctx(session: Session, who: Person, place: Community, at: datetime) -> Context:
    return Context(session, me(who, place), at)


def office(boss: Person, place: Community) -> Actor:
    return actor_for(boss, "coordinator", place.here)


def say_yes(
    session: Session, place: Community, one: HelpRequest, who: Person, at: datetime = NOW
) -> Match:
    match = match_of(session, one, who)
    if match.id is None:
        agent = office(coordinator(session, place.here), place)
        context = Context(session, agent, at)
        match = assign_volunteer(context, request_id=one.id, person_id=who.id, agreed=True)
    else:
        accept_match(ctx(session, who, place, at), match_id=match.id)
    session.commit()
    return match


def run(session: Session, one: HelpRequest, since: datetime, until: datetime) -> None:
    """What the scheduler does every five minutes."""
    at = since
    while at <= until:
        if one.id in due_deadlines(session, now=at):
            process_deadline(Context(session, HOUSE, at), request_id=one.id)
            session.commit()
        at += 5 * MINUTE
    session.refresh(one)


def seen(session: Session, one: HelpRequest) -> Followed:
    found = follow_request(session, one.code, "zh_Hans")
    assert found is not None
    return found


def team_messages(session: Session, who: Person | None) -> list[str]:
    return [name for name in told(session, person=who) if "team" in name]


def alarms(session: Session, boss: Person) -> list[str]:
    rows = session.scalars(select(Notification).where(Notification.person_id == boss.id))
    found: list[str] = []
    for row in rows:
        params = json.loads(row.params)
        found += params["cases"].values() if "cases" in params else [params["reason"]]
    return found
