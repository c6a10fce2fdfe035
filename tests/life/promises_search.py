"""Promises about the search for volunteers: that it goes on, in time, and tells coordinators."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from app.core.actor import ActorKind
from app.core.urgency import Urgency
from app.dispatch.models import Wave
from app.dispatch.rules import ACTIVE, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.matching.policy import DUTY
from app.notifications.models import Notification
from app.people.models import Role
from app.rotation.queries import on_duty_now
from app.trail.models import Event
from app.usecases.dispatch.rank_volunteers import rank_for
from app.usecases.shared.acknowledged import acknowledged_until
from tests.life.history import LOCAL, Step
from tests.life.invariant import Every, Found, promise
from tests.life.simulation import REFUSED
from tests.life.view import Row, View

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WANTED = (State.OPEN, State.MATCHING, State.ASSIGNED, State.IN_PROGRESS)
# This many texts in an hour are read one by one.
BEARABLE = 20


def done(view: View, *words: str) -> Iterator[Step]:
    """Steps since the last check that begin with one of these words and were not refused."""
    for step in view.steps:
        if step.what.startswith(words) and not step.outcome.startswith(REFUSED):
            yield step


@promise(Every.HOUR)
def looked_for_while_open(view: View) -> Found:
    """While a place is open and its time not over, somebody is asked or a coordinator notified at
    least every two hours at first, every four on the first day, then at nine and at three."""
    for one in view.live:
        if one.wanted_to is not None and one.wanted_to <= view.now:
            continue
        is_open = one.state in WANTED and one.lat is not None and view.open_places(one) > 0
        age = view.age(one.state_since)
        if not is_open or view.asked(one.id) or age < 2 * HOUR:
            continue
        last = view.told_about(one.id) or one.submitted_at
        if one.urgency != Urgency.URGENT:
            # Nobody is woken for what is not urgent.
            last = max(last, night_ended(view))
        silent = view.age(last)
        longest = 2 * HOUR if age < 3.5 * HOUR else 4 * HOUR
        if age > 8 * HOUR and last >= latest_clock(view, 9, 15):
            continue
        soon = (one.wanted_from or view.now) < view.now + 3 * HOUR
        if soon and silent > longest + 5 * MINUTE:
            yield view.order(one.id), f"{view.open_places(one)} open, nothing for {silent}"


@promise(Every.STEP)
def arrived_may_finish(view: View) -> Found:
    """A volunteer who has arrived can finish."""
    for step in view.steps:
        if step.what == "finishes" and step.outcome.startswith(REFUSED):
            yield f"{step.about} {step.who}", step.outcome


@promise(Every.STEP)
def open_work_has_somebody(view: View) -> Found:
    """No order counts as taken, or as being served, without anybody who can do it."""
    for one in view.live:
        if one.state in (State.ASSIGNED, State.IN_PROGRESS) and not view.active(one.id):
            yield view.order(one.id), f"is {one.state} and nobody has it"


@promise(Every.HOUR)
def far_orders_keep_their_people(view: View) -> Found:
    """An order for a day far ahead does not use up everybody at once."""
    for one in view.live:
        far = one.wanted_from is not None and one.wanted_from > view.now + timedelta(days=3)
        early = view.now - one.submitted_at < timedelta(hours=12)
        # One or two who are the only ones to fit are not everybody.
        used_up = len(view.matches[one.id]) > 3
        searched = far and early and used_up and one.attention == "nobody_near"
        # A coordinator who asks more people does not wait.
        if searched and not _by_hand(view, one.id):
            days = (one.wanted_from - view.now).days
            yield view.order(one.id), f"alarms {days} days ahead: nobody is left"


def _by_hand(view: View, request_id: int) -> bool:
    """Whether a coordinator sent a wave."""
    sent = select(Event.seq).where(
        Event.request_id == request_id,
        Event.kind == "help_request.dispatch",
        Event.actor_kind == ActorKind.COORDINATOR,
    )
    return view.session.scalar(sent.limit(1)) is not None


@promise(Every.HOUR)
def passed_time_is_noticed(view: View) -> Found:
    """Nobody is asked for a time that is over."""
    for one in view.live:
        if one.wanted_to is None or one.wanted_to > view.now - 10 * MINUTE:
            continue
        late = [ask for ask in view.asked(one.id) if ask.sent_at > one.wanted_to]
        if late:
            yield view.order(one.id), f"{len(late)} asked after {one.wanted_to:%d%H%M}"


@promise(Every.STEP)
def changes_are_told(view: View) -> Found:
    """A volunteer with a task is notified when its kind or time changes."""
    return untold_of_changes(view, view.active)


def night_ended(view: View) -> datetime:
    """When the last night ended; now, in the night: what can wait wakes nobody."""
    local = view.now.astimezone(LOCAL)
    morning = local.replace(hour=7, minute=0, second=0, microsecond=0)
    return view.now if local.hour < 7 or local.hour >= 22 else morning


def latest_clock(view: View, *hours: int) -> datetime:
    """The latest of these hours of the day, by the clocks of the community."""
    local = view.now.astimezone(LOCAL)
    today = [local.replace(hour=hour, minute=0, second=0, microsecond=0) for hour in hours]
    days = (timedelta(0), timedelta(days=1))
    return max(at - back for at in today for back in days if at - back <= local)


def untold_of_changes(view: View, concerned: Callable[[int], list[Row]]) -> Found:
    """Those of these matches whose volunteers got no message after a change of kind or time."""
    told = {one.subject for one in view.messages}
    for step in done(view, "changes"):
        request_id = view.sim.known.request_id(step.about)
        if request_id is None or not ("category=" in step.what or "from_h=" in step.what):
            continue
        for match in concerned(request_id):
            # Whoever is at the door is doing it now.
            if match.state == MatchState.ARRIVED and "category=" not in step.what:
                continue
            if f"match:{match.id}" not in told and match.person_id not in view.unheard:
                yield f"{step.about} {view.person(match.person_id)}", step.what


def may_come(view: View, request_id: int, person_id: int, *, again: bool = False) -> bool:
    """Whether the product itself would rank this person now; `again`: as if not asked before."""
    request = view.session.get_one(HelpRequest, request_id)
    ranking = rank_for(
        view.session,
        request=request,
        now=view.now,
        radius_m=1500,
        people=[person_id],
        again=again,
    )
    return bool(ranking.ranked)


@promise(Every.STEP)
def urgent_is_never_silent(view: View) -> Found:
    """Somebody is notified of an urgent order at least every ten minutes until there is a yes or a
    coordinator looks after it."""
    for one in view.live:
        waits = one.state in (State.SUBMITTED, State.OPEN, State.MATCHING)
        if one.urgency != Urgency.URGENT or not waits or _is_later(view, one):
            continue
        silent = view.age(max(view.told_about(one.id) or one.submitted_at, one.state_since))
        # It goes on within a minute after a coordinator's half hour.
        heard = any(
            acknowledged_until(view.session, one.id, at) is not None
            for at in (view.now, view.now - MINUTE)
        )
        if silent > 11 * MINUTE and not heard:
            yield view.order(one.id), f"{one.state}, nobody was told anything for {silent}"


def _is_later(view: View, request: Row) -> bool:
    return request.wanted_from is not None and request.wanted_from > view.now + HOUR


@promise(Every.STEP)
def urgent_reaches_duty(view: View) -> Found:
    """People on duty are notified of an urgent order within two minutes, verified or not."""
    for one in view.live:
        waits = one.state in (State.SUBMITTED, State.OPEN)
        if one.urgency != Urgency.URGENT or not waits or _is_later(view, one):
            continue
        # Without a place nobody on duty can be told; only a coordinator can find it out.
        known = one.id, one.area_path, one.lat is None
        people = set(on_duty_now(view.session, one.area_path, view.now)) - view.unheard
        # Somebody may have taken over a moment ago.
        ages = [view.age(view.memory.setdefault((*known, key), view.now)) for key in people]
        late = bool(ages) and max(ages) >= 2 * MINUTE
        if late and not people & _told(view, one.id):
            yield view.order(one.id), f"{one.state}, {len(people)} on duty heard nothing"


def _told(view: View, request_id: int) -> set[int]:
    rows = select(Notification.person_id).where(Notification.request_id == request_id)
    return set(view.session.scalars(rows))


@promise(Every.STEP)
def urgent_widens_in_time(view: View) -> Found:
    """When those on duty are silent, neighbours are asked within three minutes, unless a
    coordinator chooses the volunteers."""
    for one in view.live:
        if not one.auto_dispatch:
            continue
        sent = [match.sent_at for match in view.matches[one.id] if match.sent_at is not None]
        # Somebody may have accepted and given up since.
        began = max(min(sent), one.state_since, one.matching_since) if sent else view.now
        late = view.age(began) > 3 * MINUTE
        if one.urgency != Urgency.URGENT or one.state != State.MATCHING or not late:
            continue
        audiences = view.session.scalars(
            select(Wave.audience).where(Wave.request_id == one.id, Wave.round_no == one.round_no)
        ).all()
        if set(audiences) == {DUTY} and view.open_places(one) > 0:
            asked = {match.person_id for match in view.matches[one.id]}
            near = [
                key
                for key in view.sim.known.people.values()
                if key not in asked and may_come(view, one.id, key)
            ]
            if near:
                yield view.order(one.id), f"{len(near)} neighbours were not asked"


@promise(Every.STEP)
def made_urgent_begins_anew(view: View) -> Found:
    """An order that becomes urgent is asked about again within a minute."""
    waiting = view.memory.setdefault("made", {})
    for step in done(view, "changes"):
        if "urgency=urgent" in step.what:
            waiting[step.about] = view.now
    for order, at in list(waiting.items()):
        request_id = view.sim.known.request_id(order)
        one = view.request_of.get(request_id or 0)
        if one is None or one.state != State.MATCHING or view.open_places(one) < 1:
            waiting.pop(order)
        elif view.age(at) > MINUTE:
            waiting.pop(order)
            told = view.told_about(one.id)
            if told is None or told < at:
                yield order, "became urgent and nothing happened"


@promise(Every.HOUR)
def nobody_fitting_is_told(view: View) -> Found:
    """When nobody fits an order that waits for a coordinator, one is notified within an hour."""
    for one in view.live:
        manual = one.state == State.OPEN and not one.auto_dispatch and one.lat is not None
        since = one.state_since
        if one.urgency != Urgency.URGENT:
            since = max(since, night_ended(view))
        late = manual and view.age(since) > HOUR
        if late and not view.matches[one.id] and view.told_about(one.id) is None:
            yield (
                view.order(one.id),
                f"nobody fits and nobody knows, for {view.age(one.state_since)}",
            )


@promise(Every.HOUR)
def no_show_is_replaced(view: View) -> Found:
    """When a volunteer does not come, a search for another begins two hours after the time."""
    for one in view.live:
        late = one.state == State.ASSIGNED and view.age(one.due_at) > 2 * HOUR
        if late and view.open_places(one) == 0:
            yield view.order(one.id), f"nobody came, {view.age(one.due_at)} after the time"


@promise(Every.STEP)
def cancelled_is_true(view: View) -> Found:
    """A volunteer is notified that an order was cancelled only when it was."""
    for one in view.said("match_request_cancelled"):
        request = view.request_of.get(one.request_id)
        if request is not None and request.state not in (State.CANCELLED, State.REJECTED):
            yield view.order(one.request_id), f"is {request.state}"


@promise(Every.HOUR)
def coordinators_are_not_flooded(view: View) -> Found:
    """A coordinator gets a few texts an hour; what is more comes as one."""
    heads = set(view.session.scalars(select(Role.person_id).where(Role.role == "coordinator")))
    counts = Counter(
        one.person_id for one in view.messages if one.person_id in heads and one.channel == "sms"
    )
    for person_id, count in counts.items():
        if count > BEARABLE:
            yield view.person(person_id), f"{count} texts in an hour"


@promise(Every.STEP)
def places_end_with_the_order(view: View) -> Found:
    """An order that ended without service counts nobody as coming."""
    for one in view.requests:
        over = one.state in (State.CANCELLED, State.REJECTED)
        if over and one.places_taken and not any(m.state in ACTIVE for m in view.matches[one.id]):
            yield view.order(one.id), f"is {one.state} with {one.places_taken} places taken"
