"""Places the next occurrence of repeating help: once a local day, however many processes tick."""

import secrets
from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.areas.queries import zone_of
from app.catalogue.models import Category
from app.catalogue.rules import DispatchMode
from app.core.codes import new_code
from app.core.context import Context
from app.core.statements import changed, insert_once
from app.core.urgency import Urgency
from app.help_requests import rules as request_rules
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.repeats.models import RepeatDay, RepeatRule
from app.repeats.queries import schedule_of
from app.repeats.rules import (
    DayState,
    RepeatState,
    look_at,
    next_day,
    period_on,
    read_holidays,
)
from app.settings.queries import read_setting
from app.trail.chain import record
from app.usecases.dispatch.ask_familiar import ask_familiar
from app.usecases.messages.notify import notify_resident
from app.usecases.requests.stop_repeat import pause_rule
from app.usecases.shared.place_state import fit_places
from app.usecases.shared.repeat_state import move_day, move_rule, record_rule
from app.usecases.shared.request_state import deadlines_of

# What every occurrence has in common with the first.
SAME = (
    "category_id",
    "area_id",
    "area_path",
    "language",
    "name",
    "phone",
    "phone_lookup",
    "visited_name",
    "visited_phone",
    "need",
    "address",
    "rough_place",
    "place_id",
    "lat",
    "lon",
    "place_state",
    "spoken_language",
    "wishes",
    "volunteers_needed",
    "phone_confirmed_at",
    "phone_confirmed_by",
)


def place_next(context: Context, *, rule_id: int) -> int | None:
    """Places the next day of a rule if it is due. Returns the help request, None if there is none.

    Safe to run twice at once: the day is a unique key, and the rule is locked.
    """
    rule = context.session.get(RepeatRule, rule_id, with_for_update=True, populate_existing=True)
    if rule is None or rule.state != RepeatState.RUNNING or rule.next_day is None:
        return None
    if rule.next_look_at is None or rule.next_look_at > context.now:
        return None
    day, source = rule.next_day, context.session.get_one(HelpRequest, rule.from_request_id)
    if source.erased_at is not None:
        move_rule(context, rule, "end", reason="erased")
        return None
    if switched_off := _switched_off(context.session, source):
        pause_rule(context, rule, source, why=switched_off)
        return None
    if day in read_holidays(read_setting(context.session, "repeat_holidays")):
        _leave_out(context, rule, day)
        return None
    new = insert_once(
        context.session,
        RepeatDay,
        rule_id=rule.id,
        day=day,
        state=DayState.PLACED,
        made_at=context.now,
    )
    go_on(context, rule, day)
    period = period_on(schedule_of(rule), day, zone_of(context.session, rule.area_path))
    if not new:
        return None
    if period[1] <= context.now:
        # The service was down for days: record the missed day instead of hiding it.
        move_day(context.session, rule, day, "miss")
        record_rule(context, rule, "repeat.missed", day=day.isoformat())
        return None
    request = _copy(context.session, source, period, context.now)
    fit_places(context, request, request.volunteers_needed)
    placed = update(RepeatDay).where(RepeatDay.rule_id == rule.id, RepeatDay.day == day)
    changed(context.session, placed.values(request_id=request.id))
    _tell(context, rule, request, day)
    ask_familiar(context, request)
    return request.id


def _switched_off(session: Session, source: HelpRequest) -> str:
    """Why nothing may be ordered of this kind at this place any more; empty if it may."""
    if not session.get_one(Category, source.category_id).active:
        return "category_off"
    return "" if session.get_one(Area, source.area_id).active else "area_retired"


def _leave_out(context: Context, rule: RepeatRule, day: date) -> None:
    """A holiday: the day is left out once, and the rule goes on with the next."""
    fresh = insert_once(
        context.session,
        RepeatDay,
        rule_id=rule.id,
        day=day,
        state=DayState.SKIPPED,
        made_at=context.now,
    )
    if fresh:
        details = {"day": day.isoformat(), "reason": "holiday"}
        record_rule(context, rule, "repeat.day_skipped", **details)
    go_on(context, rule, day)


def go_on(context: Context, rule: RepeatRule, after: date | None) -> None:
    """Schedules the first day after this one, or ends the rule when there is none."""
    schedule = schedule_of(rule)
    day = next_day(schedule, after)
    if day is None:
        move_rule(context, rule, "end", reason="until")
        return
    rule.next_day = day
    rule.next_look_at = look_at(schedule, day, zone_of(context.session, rule.area_path))
    context.session.flush()


def _copy(
    session: Session, source: HelpRequest, period: tuple[datetime, datetime], now: datetime
) -> HelpRequest:
    """Copies the first order to another day. It needs no new verification."""
    category = session.get_one(Category, source.category_id)
    deadlines = deadlines_of(category)
    request = HelpRequest(
        **{name: getattr(source, name) for name in SAME},
        code=new_code(),
        state=str(State.OPEN),
        urgency=Urgency.PLANNED,
        source="repeat",
        wanted_from=period[0],
        wanted_to=period[1],
        arrival_code=f"{secrets.randbelow(10_000):04d}",
        submitted_at=now,
        state_since=now,
        due_at=request_rules.due_at(State.OPEN, deadlines, since=now, wanted_from=period[0]),
        next_action_at=now + timedelta(seconds=1),
        auto_dispatch=category.mode == DispatchMode.AUTO,
    )
    session.add(request)
    session.flush()
    return request


def _tell(context: Context, rule: RepeatRule, request: HelpRequest, day: date) -> None:
    record(
        context,
        kind="help_request.placed",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"source": "repeat", "repeat": rule.id, "day": day.isoformat()},
    )
    notify_resident(context.session, request, "request_received", now=context.now)
