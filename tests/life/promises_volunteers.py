"""Promises to volunteers: when and about what they are asked, and what their answers do."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from app.core.urgency import Urgency
from app.dispatch.models import Match, Wave
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import REPEAT, State
from app.matching.batch_window import can_wait
from app.rotation.queries import on_duty_now
from app.trail.models import Event
from app.usecases.dispatch.open_wave import BY_NAME, MANUAL
from tests.life.history import LOCAL
from tests.life.invariant import Every, Found, promise
from tests.life.promises_search import done, may_come, untold_of_changes
from tests.life.view import Row, View

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# After one of these, somebody is free who was not.
FREEING = ("finishes", "is back", "resumes", "comes on duty")
# How long a task without an agreed end keeps somebody busy.
TASK = HOUR
# Three urgent, two ordinary and three planned ones.
FEW = 8
AT_NIGHT = (22, 7)


@promise(Every.STEP)
def told_taken_is_asked_first(view: View) -> Found:
    """People notified that it is taken are asked before others when it is open again, unless a
    coordinator chooses the volunteers."""
    for one in view.live:
        told = view.memory.setdefault((one.id, one.round_no), {})
        for match in view.matches[one.id]:
            if match.end_reason == EndReason.TAKEN and match.state == MatchState.EXPIRED:
                told.setdefault(match.id, match.person_id)
        searched = one.state == State.MATCHING and one.matching_since is not None
        if not searched or not one.auto_dispatch:
            continue
        asks = [ask for ask in view.asked(one.id) if ask.sent_at > view.since]
        fresh = [ask for ask in asks if ask.id not in told and ask.sent_at > one.matching_since]
        if fresh and one.urgency == Urgency.URGENT:
            # An escalation asks those on duty at once.
            duty = on_duty_now(view.session, one.area_path, view.now)
            fresh = [ask for ask in fresh if ask.person_id not in duty]
        for match in view.matches[one.id] if fresh else ():
            passed_over = match.id in told and match.end_reason == EndReason.TAKEN
            waits = passed_over and match.state == MatchState.EXPIRED
            if waits and may_come(view, one.id, match.person_id, again=True):
                yield view.order(one.id), f"{view.person(match.person_id)} was not asked again"


@promise(Every.STEP)
def a_no_can_become_a_yes(view: View) -> Found:
    """A coordinator can give a task to anybody who now agrees, even if they said no before."""
    for step in view.steps:
        if step.what.startswith("assigns") and "已经答复过了" in step.outcome:
            yield step.about, f"{step.what}: {step.outcome}"


@promise(Every.STEP)
def undoing_has_a_limit(view: View) -> Found:
    """A yes is undone freely once; a volunteer who undoes it again has given up."""
    undone = view.memory.setdefault("undone", Counter())
    for step in done(view, "undoes"):
        request_id = view.sim.known.request_id(step.about)
        request = view.request_of.get(request_id or 0)
        # An order that came back asks anew.
        key = step.who, step.about, request.round_no if request else 0
        undone[key] += 1
        person_id = view.sim.known.people.get(step.who)
        own = [one for one in view.matches[request_id or 0] if one.person_id == person_id]
        if undone[key] > 1 and any(one.state == MatchState.SENT for one in own):
            yield f"{step.about} {step.who}", f"undone {undone[key]} times"


@promise(Every.STEP)
def never_two_at_once(view: View) -> Found:
    """Nobody has two tasks, or a task and duty, at one time without having said so."""
    spans: dict[int, list[tuple[Row, str]]] = {}
    for one in view.live:
        for match in view.active(one.id):
            spans.setdefault(match.person_id, []).append((one, view.order(one.id)))
    for person_id, tasks in spans.items():
        for number, (one, order) in enumerate(tasks):
            for other, second in tasks[number + 1 :]:
                if not _both_fit(one, other) and not said_so(view, person_id, one, other):
                    yield f"{view.person(person_id)} {order} {second}", "at one time"


def _both_fit(one: Row, other: Row) -> bool:
    """Whether one can be done after the other, each in its window."""
    if one.wanted_from is None or other.wanted_from is None:
        return True
    return _fits_after(one, other) or _fits_after(other, one)


def _fits_after(first: Row, second: Row) -> bool:
    starts = max(first.wanted_from + task_length(first), second.wanted_from)
    return bool(starts + task_length(second) <= (second.wanted_to or starts + TASK))


def task_length(one: Row) -> timedelta:
    whole: timedelta = (one.wanted_to or one.wanted_from + TASK) - one.wanted_from
    return whole if one.source == REPEAT else min(TASK, whole)


def said_so(view: View, person_id: int, *orders: Row) -> bool:
    """Whether the person knew of the other when one of these was agreed to."""
    own = [
        f"{match.id}"
        for one in orders
        for match in view.active(one.id)
        if match.person_id == person_id
    ]
    said = select(Event.seq).where(
        Event.kind == "match.conflict_known",
        Event.subject_type == "match",
        Event.subject_id.in_(own),
    )
    return view.session.scalar(said.limit(1)) is not None


@promise(Every.STEP)
def asked_about_what_is(view: View) -> Found:
    """Open asks are withdrawn or reworded when the kind or time of an order changes."""
    return untold_of_changes(view, view.asked)


@promise(Every.STEP)
def free_hands_are_offered(view: View) -> Found:
    """A volunteer who becomes free is offered what waits near by within half a minute."""
    freed = view.memory.setdefault("freed", [])
    for step in done(view, *FREEING):
        name = step.what.partition(" ")[2] if step.what.startswith("resumes") else step.who
        freed.append((view.now, name))
    due = [one for one in freed if view.age(one[0]) > MINUTE / 2]
    view.memory["freed"] = [one for one in freed if one not in due]
    for at, name in due:
        person_id = view.sim.known.people.get(name)
        if person_id is not None:
            yield from _passed_by(view, person_id, f"{name} came free at {at:%H:%M:%S}")


def _passed_by(view: View, person_id: int, words: str) -> Found:
    for one in view.live:
        waits = one.state == State.MATCHING and one.auto_dispatch and not view.asked(one.id)
        if can_wait(one.urgency, one.wanted_from, view.now) or _is_past(view, one):
            continue
        # A search that begins now looks at everybody who is free.
        if view.age(one.state_since) < MINUTE / 2:
            continue
        known = any(match.person_id == person_id for match in view.matches[one.id])
        if waits and not known and view.open_places(one) > 0 and may_come(view, one.id, person_id):
            yield view.order(one.id), words


def _is_past(view: View, request: Row) -> bool:
    return request.wanted_to is not None and request.wanted_to <= view.now


@promise(Every.HOUR)
def few_asks_at_a_time(view: View) -> Found:
    """Nobody has more than eight asks to answer at one time, unless a coordinator chose them."""
    rows = view.session.scalars(
        select(Match.person_id)
        .join(Wave, Wave.id == Match.wave_id)
        .where(Match.state == MatchState.SENT, Wave.audience != MANUAL)
    )
    for person_id, count in Counter(rows).items():
        if count > FEW:
            yield view.person(person_id), f"{count} asks are open"


@promise(Every.DELIVERY)
def nights_are_quiet(view: View) -> Found:
    """What can wait wakes nobody: at night only people on duty are asked, or for urgent help."""
    for one in view.carried:
        hour = one.at.astimezone(LOCAL).hour
        if one.template != "match_asked" or one.urgent or AT_NIGHT[1] <= hour < AT_NIGHT[0]:
            continue
        match = view.session.get_one(Match, int(one.subject.partition(":")[2]))
        request = view.session.get_one(HelpRequest, match.request_id)
        wanted = request.wanted_from or request.submitted_at
        on_duty = on_duty_now(view.session, request.area_path, view.now)
        if wanted > one.at + 6 * HOUR and one.person_id not in on_duty:
            yield f"{view.order(request.id)} {view.person(one.person_id)}", f"asked at {hour}"


@promise(Every.STEP)
def asked_for_hours_they_offer(view: View) -> Found:
    """People who are asked offer the hours of the task, or are on duty: at that time, and for
    urgent help now."""
    rows = view.session.execute(
        select(Match, HelpRequest)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .join(Wave, Wave.id == Match.wave_id)
        .where(Match.sent_at > view.since, Wave.audience.not_in(BY_NAME))
    ).all()
    for match, request in rows:
        if request.wanted_from is None or request.wanted_from < view.now + HOUR:
            continue
        persona = view.sim.personas[view.person(match.person_id)]
        local = request.wanted_from.astimezone(LOCAL)
        last = (request.wanted_to or request.wanted_from + TASK).astimezone(LOCAL) - TASK
        # Any time of the window from which the task can be done will do.
        starts = (
            local + quarter * HOUR / 4 for quarter in range(int((last - local) / HOUR * 4) + 1)
        )
        offered = any(
            one["day"] == at.weekday() and one["from"] <= f"{at:%H:%M}" < one["to"]
            for at in starts
            for one in persona.traits.get("hours", ())
        )
        then = set(on_duty_now(view.session, request.area_path, request.wanted_from))
        if request.urgency == Urgency.URGENT:
            then |= set(on_duty_now(view.session, request.area_path, view.now))
        if persona.traits.get("hours") and not offered and match.person_id not in then:
            about = f"{view.order(request.id)} {view.person(match.person_id)}"
            yield about, f"asked for {local:%a %H:%M}"


@promise(Every.STEP)
def silence_makes_room(view: View) -> Found:
    """During a search for volunteers, an ask that nobody answers ends at its time."""
    for request in view.live:
        if request.state != State.MATCHING:
            continue
        for one in view.asked(request.id):
            late = view.age(max(one.deadline_at, request.matching_since or one.deadline_at))
            if late > 2 * MINUTE:
                about = f"{view.order(request.id)} {view.person(one.person_id)}"
                yield about, f"asked until {late} ago"
