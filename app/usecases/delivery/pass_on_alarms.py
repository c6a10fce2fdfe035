"""An alarm that reached no coordinator of an area is passed on to the next staffed area above."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.wakes import Topic, wake
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LIVE, State
from app.notifications.models import Notification
from app.notifications.queries import failed_since
from app.notifications.rules import NotificationState
from app.people.models import Person
from app.trail.chain import record
from app.usecases.messages.digest_alarms import ALARMS, ALONE
from app.usecases.messages.notify import EVERY_WAY
from app.usecases.messages.notify_coordinators import alarm_people, coordinators_by_level

# What failed longer ago was passed on then.
LOOKED_BACK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An alarm about a request that did not reach a coordinator, and since when."""

    request_id: int
    reason: str
    made_at: datetime
    occurrence: str


def undelivered_alarms(session: Session, *, now: datetime, limit: int = 50) -> list[int]:
    """Ids of notifications with alarms that were not delivered lately."""
    rows = session.scalars(
        select(Notification.id)
        .where(
            failed_since(now - LOOKED_BACK),
            Notification.template.in_(sorted(ALARMS)),
        )
        .order_by(Notification.id.desc())
        .limit(limit)
    )
    return list(rows)


def pass_on_alarm(context: Context, *, notification_id: int) -> int:
    """Notifies the next level of what nobody of the lower ones hears of; returns how many."""
    row = context.session.get_one(Notification, notification_id)
    return sum(_pass_on(context, one) for one in _alarms_in(row))


def _alarms_in(row: Notification) -> Iterator[Undelivered]:
    params = json.loads(row.params)
    if row.template == ALONE and row.request_id is not None:
        yield Undelivered(row.request_id, params["reason"], row.made_at, row.occurrence)
    for request_id, reason in params.get("cases", {}).items():
        yield Undelivered(int(request_id), reason, row.made_at, f"digest:{row.id}")


def _pass_on(context: Context, alarm: Undelivered) -> int:
    request = context.session.get(HelpRequest, alarm.request_id)
    if request is None or State(request.state) not in LIVE:
        return 0
    hears = _who_hears(context.session, alarm)
    for level in coordinators_by_level(context.session, request.area_path):
        if any(hears.get(person.id) for person in level):
            return 0
        fresh = [person for person in level if person.id not in hears]
        told = _alarm(context, request, alarm, fresh)
        if told:
            return told
    return 0


def _alarm(context: Context, request: HelpRequest, alarm: Undelivered, people: list[Person]) -> int:
    told = alarm_people(
        context.session,
        request,
        people,
        reason=alarm.reason,
        now=context.now,
        occurrence=alarm.occurrence,
        by=EVERY_WAY,
    )
    if told:
        wake(context.session, Topic.TEXTS)
        record(
            context,
            kind="help_request.alarm_passed_on",
            subject=("help_request", request.id),
            area_path=request.area_path,
            request_id=request.id,
            details={"reason": alarm.reason, "notified": told},
        )
    return told


def _who_hears(session: Session, alarm: Undelivered) -> dict[int, bool]:
    """Who was sent an alarm about the request since, and whether it is under way or arrived."""
    rows = session.scalars(
        select(Notification).where(
            Notification.template.in_(sorted(ALARMS)),
            Notification.made_at >= alarm.made_at,
            Notification.person_id.is_not(None),
        )
    )
    hears: dict[int, bool] = {}
    for row in rows:
        about = row.request_id == alarm.request_id or any(
            one.request_id == alarm.request_id for one in _alarms_in(row)
        )
        if about and row.person_id is not None:
            arrived = row.state not in (NotificationState.FAILED, NotificationState.CANCELLED)
            hears[row.person_id] = hears.get(row.person_id, False) or arrived
    return hears
