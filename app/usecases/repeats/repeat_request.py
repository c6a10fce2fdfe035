"""Makes help repeat (定期服务): pause, end, skip a day, name familiar volunteers."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.actor import Actor, RoleName
from app.core.clock import local_day
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import N_
from app.core.statements import insert_once
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.people.models import Person
from app.people.rules import PersonState
from app.repeats.models import RepeatDay, RepeatRule
from app.repeats.queries import day_of, last_day, rule_of, schedule_of
from app.repeats.rules import (
    RULE_LIFE,
    DayState,
    RepeatState,
    Schedule,
    errors_of,
    next_day,
    period_on,
)
from app.usecases.repeats.place_repeat import go_on
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.shared.repeat_state import move_day, move_rule, record_rule
from app.usecases.shared.request_state import load_request

SKIPPED = N_("这一天不上门")
LATEST = timedelta(days=366)
FOUND_WANTING = (State.SUBMITTED, State.REJECTED, State.CANCELLED)


def start_repeat(
    context: Context,
    *,
    request_id: int,
    schedule: Schedule,
    familiar_id: int | None = None,
    substitute_id: int | None = None,
) -> int:
    """Makes a help request repeat. Its own day is not placed again. Returns the rule's id."""
    request = load_request(context.session, request_id)
    context.actor.needs(RoleName.COORDINATOR, request.area_path)
    if request.state in FOUND_WANTING or request.lat is None or request.erased_at is not None:
        raise Refused(N_("请先审核并确定位置，再设为定期服务"))
    if rule_of(context.session, request_id) is not None:
        raise Stale(N_("这一单已经是定期服务了"))
    zone = zone_of(context.session, request.area_path)
    today = local_day(context.now, zone)
    errors = errors_of(schedule)
    if not today <= schedule.first <= today + LATEST:
        errors["first"] = N_("请选一年以内的一天")
    errors |= _errors_of_named(context.session, familiar_id, substitute_id)
    if errors:
        raise Invalid(errors)
    rule = RepeatRule(
        from_request_id=request.id,
        category_id=request.category_id,
        area_path=request.area_path,
        state=str(RepeatState.RUNNING),
        weekdays=sorted(set(schedule.weekdays)),
        start_minute=schedule.start,
        minutes=schedule.minutes,
        first_day=schedule.first,
        until_day=schedule.until,
        familiar_id=familiar_id,
        substitute_id=substitute_id,
        made_at=context.now,
        made_by=context.actor.person_id,
    )
    context.session.add(rule)
    context.session.flush()
    record_rule(
        context,
        rule,
        "repeat.started",
        weekdays=rule.weekdays,
        start=rule.start_minute,
        familiar=familiar_id,
        substitute=substitute_id,
    )
    _take_own_day(context.session, rule, request, context.now)
    go_on(context, rule, _last_settled(context.session, rule, context.now))
    return rule.id


def _take_own_day(session: Session, rule: RepeatRule, request: HelpRequest, now: datetime) -> None:
    """Marks the first request's own day as served by that request."""
    wanted = request.wanted_from
    if wanted is None:
        return
    day = local_day(wanted, zone_of(session, rule.area_path))
    if day >= rule.first_day and day.weekday() in rule.weekdays:
        insert_once(
            session,
            RepeatDay,
            rule_id=rule.id,
            day=day,
            state=DayState.PLACED,
            request_id=request.id,
            made_at=now,
        )


def _errors_of_named(session: Session, *people: int | None) -> dict[str, str]:
    named = [person_id for person_id in people if person_id is not None]
    active = session.scalars(
        select(Person.id).where(Person.id.in_(named), Person.state == PersonState.ACTIVE)
    )
    errors = {}
    if set(active) != set(named):
        errors["familiar"] = N_("这位志愿者现在不能接单")
    if len(set(named)) != len(named):
        errors["substitute"] = N_("替补请选另一位志愿者")
    return errors


def _rule_for(session: Session, actor: Actor, rule_id: int) -> RepeatRule:
    rule = session.get(RepeatRule, rule_id, with_for_update=True, populate_existing=True)
    if rule is None:
        raise NotFound(N_("没有这项定期服务"))
    actor.needs(RoleName.COORDINATOR, rule.area_path)
    return rule


def pause_repeat(context: Context, *, rule_id: int) -> None:
    """Places nothing more until resumed; what was placed stays."""
    rule = _rule_for(context.session, context.actor, rule_id)
    _move(context, rule, "pause")


def resume_repeat(context: Context, *, rule_id: int) -> None:
    """Continues with the next day from today that is not settled yet."""
    rule = _rule_for(context.session, context.actor, rule_id)
    _move(context, rule, "resume")
    go_on(context, rule, _last_settled(context.session, rule, context.now))


def _last_settled(session: Session, rule: RepeatRule, now: datetime) -> date:
    """The last day that cannot be placed any more: it has begun or is settled."""
    zone = zone_of(session, rule.area_path)
    today = local_day(now, zone)
    begun = period_on(schedule_of(rule), today, zone)[0] <= now
    gone = today if begun else today - timedelta(days=1)
    return max(gone, last_day(session, rule.id) or gone)


def end_repeat(context: Context, *, rule_id: int) -> None:
    """Ends a rule for good; what was placed stays."""
    rule = _rule_for(context.session, context.actor, rule_id)
    _move(context, rule, "end", reason="coordinator")


def _move(context: Context, rule: RepeatRule, action: str, **details: object) -> None:
    if not move_rule(context, rule, action, **details):
        raise Stale(RULE_LIFE.stale)


def skip_day(context: Context, *, rule_id: int, day: date) -> None:
    """Skips one day and cancels what was placed for it. Idempotent."""
    rule = _rule_for(context.session, context.actor, rule_id)
    schedule = schedule_of(rule)
    if next_day(schedule, day - timedelta(days=1)) != day:
        raise Invalid({"day": N_("这一天没有安排")})
    if day < local_day(context.now, zone_of(context.session, rule.area_path)):
        raise Invalid({"day": N_("这一天已经过了")})
    fresh = insert_once(
        context.session,
        RepeatDay,
        rule_id=rule.id,
        day=day,
        state=DayState.SKIPPED,
        made_at=context.now,
    )
    if not fresh and not _take_back(context, rule, day):
        return
    record_rule(context, rule, "repeat.day_skipped", day=day.isoformat())
    if rule.next_day == day:
        go_on(context, rule, day)


def _take_back(context: Context, rule: RepeatRule, day: date) -> bool:
    """Cancels what was placed for a day; returns whether there was anything to cancel."""
    known = day_of(context.session, rule.id, day)
    if known is None or known.state != DayState.PLACED or known.request_id is None:
        return False
    cancel_request(context, request_id=known.request_id, why=SKIPPED)
    moved = move_day(context.session, rule, day, "skip")
    context.session.refresh(known)
    return moved


def name_volunteers(
    context: Context, *, rule_id: int, familiar_id: int | None, substitute_id: int | None
) -> None:
    """Sets the volunteer asked first from now on, and their substitute."""
    rule = _rule_for(context.session, context.actor, rule_id)
    if rule.state == RepeatState.ENDED:
        raise Stale(RULE_LIFE.stale)
    errors = _errors_of_named(context.session, familiar_id, substitute_id)
    if errors:
        raise Invalid(errors)
    rule.familiar_id, rule.substitute_id = familiar_id, substitute_id
    rule.version += 1
    record_rule(
        context, rule, "repeat.volunteers_named", familiar=familiar_id, substitute=substitute_id
    )
