"""Promises about shifts: who has them, who is asked about them, and who takes over."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.core.urgency import Urgency
from app.dispatch.rules import MatchState
from app.matching.batch_window import AHEAD
from app.notifications.models import Notification
from app.offers.models import Offer
from app.rotation.models import DutyAsk, Rota, Shift
from app.rotation.plan.models import Swap
from app.rotation.rules import Span, gaps
from app.rotation.states import ShiftEnd, ShiftState, SwapState
from app.usecases.duty.plan.notify_duty import clock_of
from tests.life.invariant import Every, Found, promise
from tests.life.promises_duty import shift_name
from tests.life.promises_search import done, night_ended
from tests.life.promises_volunteers import said_so, task_length
from tests.life.view import Row, View

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@promise(Every.HOUR)
def never_two_shifts(view: View) -> Found:
    """Nobody has agreed to two shifts at one time."""
    by_person: dict[int, list[Row]] = {}
    for one in view.agreed:
        for other in by_person.setdefault(one.person_id, []):
            if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
                yield shift_name(view, one), f"overlaps {shift_name(view, other)}"
        by_person[one.person_id].append(one)


@promise(Every.HOUR)
def duty_and_task_do_not_meet(view: View) -> Found:
    """Nobody has a task at an appointed time and agreed duty all that time that is not for it."""
    for request in view.live:
        if request.wanted_from is None or request.wanted_from < view.now:
            continue
        end = request.wanted_to or request.wanted_from + HOUR
        for match in view.active(request.id):
            # A coordinator who gives a task sees what speaks against it, and asked the volunteer.
            if match.state == MatchState.ARRIVED or match.sent_at is None:
                continue
            duty = [
                Span(one.person_id, one.starts_at, one.ends_at)
                for one in view.agreed
                if one.person_id == match.person_id and not _is_served(view, request, match, one)
            ]
            length = task_length(request)
            free = gaps(duty, request.wanted_from, end)
            if any(until - since >= length for since, until in free):
                continue
            if not said_so(view, match.person_id, request):
                yield f"{view.order(request.id)} {view.person(match.person_id)}", "at one time"


def _is_served(view: View, request: Row, match: Row, shift: Row) -> bool:
    """Whether whoever is on duty is there for this request; they are kept free for later ones."""
    area = view.session.get_one(Rota, shift.rota_id).area_path
    soon = request.wanted_from < match.accepted_at + AHEAD
    return bool(request.area_path.startswith(area) and (soon or request.urgency == Urgency.URGENT))


@promise(Every.HOUR)
def questions_are_followed_up(view: View) -> Found:
    """A question about duty that nobody answers gets a reminder a day before at the latest."""
    for one in view.shifts:
        near = view.now < one.starts_at < view.now + 12 * HOUR
        if one.state != ShiftState.OFFERED or not near:
            continue
        asked = view.session.scalar(
            select(DutyAsk.sent_at).where(DutyAsk.shift_id == one.id, DutyAsk.swap_id.is_(None))
        )
        if asked is None or view.age(asked) < 24 * HOUR or one.person_id in view.unheard:
            continue
        again = select(Notification.id).where(
            Notification.person_id == one.person_id,
            Notification.template.in_(("duty_asked", "duty_asked_many", "duty_asked_again")),
            Notification.made_at > asked + MINUTE,
        )
        if view.session.scalar(again.limit(1)) is None:
            yield shift_name(view, one), f"asked {view.age(asked)} ago, never reminded"


@promise(Every.HOUR)
def unanswered_duty_is_raised(view: View) -> Found:
    """Hours that begin within a day and nobody has agreed to are before a coordinator."""
    for one in view.shifts:
        near = view.now + HOUR < one.starts_at < view.now + 12 * HOUR
        if one.state != ShiftState.OFFERED or not near or one.layer != 1:
            continue
        if view.age(view.memory.setdefault(one.id, view.now)) < 2 * HOUR:
            continue
        covered = any(
            other.rota_id == one.rota_id
            and other.starts_at < one.ends_at
            and one.starts_at < other.ends_at
            for other in view.agreed
        )
        told = select(Notification.id).where(
            Notification.template == "duty_attention",
            Notification.subject.in_((f"rota:{one.rota_id}", f"shift:{one.id}")),
            Notification.made_at > view.now - 72 * HOUR,
        )
        if not covered and view.session.scalar(told.limit(1)) is None:
            yield shift_name(view, one), "nobody agreed and no coordinator knows"


@promise(Every.HOUR)
def absent_is_not_on_duty(view: View) -> Found:
    """Somebody who never came is no longer on duty an hour after the beginning."""
    for one in view.running:
        if one.checked_in_at is None and view.age(one.raised_at) > HOUR:
            yield shift_name(view, one), f"never came, counts since {one.starts_at:%H:%M}"


@promise(Every.STEP)
def thanks_are_earned(view: View) -> Found:
    """Somebody who never came is not thanked."""
    for one in view.said("duty_thanks"):
        shift = view.session.get_one(Shift, int(one.subject.partition(":")[2]))
        if shift.checked_in_at is None:
            yield f"{view.person(one.person_id)} {shift.starts_at:%d%H}", "was thanked"


@promise(Every.STEP)
def giver_stays_until_agreed(view: View) -> Found:
    """The person on duty stays until the one who takes over has agreed."""
    for step in done(view, "moves to"):
        rows = view.session.scalars(
            select(Shift).where(
                Shift.state == ShiftState.CANCELLED,
                Shift.end_reason == ShiftEnd.COORDINATOR,
                Shift.agreed_at.is_not(None),
                Shift.starts_at > view.now,
            )
        ).all()
        known = view.memory.setdefault("known", set())
        for one in rows:
            taken = any(
                other.rota_id == one.rota_id
                and other.layer == one.layer
                and other.starts_at <= one.starts_at
                and other.ends_at >= one.ends_at
                for other in view.agreed
            )
            if one.id not in known and not taken:
                yield shift_name(view, one), f"is off since the coordinator {step.what}"
            known.add(one.id)


@promise(Every.STEP)
def covered_is_true(view: View) -> Found:
    """People asked to take over get the message "somebody does it" only when somebody does."""
    for one in view.said("duty_taken"):
        ask = view.session.get_one(DutyAsk, int(one.subject.partition(":")[2]))
        swap = view.session.get_one(Swap, ask.swap_id)
        if swap.state not in (SwapState.TAKEN, SwapState.SETTLED):
            yield f"swap of {view.person(swap.giver_id)} {swap.starts_at:%d%H}", f"is {swap.state}"


@promise(Every.STEP)
def cover_hours_are_true(view: View) -> Found:
    """The hours in a question to take over are the hours that are missing."""
    for one in view.said("duty_cover_asked"):
        ask = view.session.get_one(DutyAsk, int(one.subject.partition(":")[2]))
        swap = view.session.get_one(Swap, ask.swap_id)
        rota = view.session.get_one(Rota, swap.rota_id)
        said = json.loads(view.session.get_one(Notification, one.id).params)
        begins = max(swap.starts_at, one.made_at)
        hours = tuple(clock_of(view.session, rota, at) for at in (begins, swap.ends_at))
        if (said["time"], said["until"]) != hours:
            about = f"swap of {view.person(swap.giver_id)} {swap.starts_at:%d%H%M}"
            yield about, f"asks for {said['time']} to {said['until']}, missing are {hours}"


@promise(Every.HOUR)
def break_keeps_agreed_duty(view: View) -> Found:
    """A break from asks does not take agreed duty away without a question."""
    paused: dict[int, Any] = dict(
        view.session.execute(
            select(Offer.person_id, Offer.paused_until).where(Offer.paused_until > view.now)
        ).all()
    )
    rows = view.session.scalars(
        select(Shift).where(
            Shift.person_id.in_(paused),
            Shift.state == ShiftState.CANCELLED,
            Shift.end_reason == ShiftEnd.PLAN,
            Shift.agreed_at.is_not(None),
            Shift.starts_at > view.now,
        )
    )
    for one in rows:
        until = min(one.ends_at, paused[one.person_id])
        by_others = [
            Span(other.person_id, other.starts_at, other.ends_at)
            for other in view.agreed
            if (other.rota_id, other.layer) == (one.rota_id, one.layer)
        ]
        if one.starts_at < until and gaps(by_others, one.starts_at, until):
            yield shift_name(view, one), "was cancelled by a break"


@promise(Every.HOUR)
def taker_is_told(view: View) -> Found:
    """A person whose yes to a shift waits for approval is notified when it is not approved."""
    rows = view.session.scalars(
        select(Swap).where(
            Swap.taker_id.is_not(None),
            Swap.state.in_((SwapState.FAILED, SwapState.REFUSED)),
            Swap.settled_at > view.since,
        )
    )
    for one in rows:
        told = any(
            message.person_id == one.taker_id and message.template.startswith("duty_")
            for message in view.messages
            if one.settled_at is not None and message.made_at >= one.settled_at
        )
        if not told and one.taker_id not in view.unheard:
            yield f"swap {one.starts_at:%d%H} taken by {view.person(one.taker_id)}", str(one.state)


@promise(Every.STEP)
def declined_duty_goes_on(view: View) -> Found:
    """Within an hour after a no, another is asked for that duty, or a coordinator notified; of
    hours more than a day ahead coordinators are notified once a day."""
    waiting = view.memory.setdefault("declined", [])
    for step in done(view, "declines duty"):
        waiting.append((view.now, step.who, step.about))
    for at, who, about in list(waiting):
        # Nobody is asked about duty before eight in the morning.
        if view.age(max(at, night_ended(view) + HOUR)) < HOUR:
            continue
        waiting.remove((at, who, about))
        told = select(Notification.id).where(
            Notification.template.in_(("duty_cover_asked", "duty_asked", "duty_attention")),
            Notification.made_at >= at,
            Notification.person_id != view.sim.known.people[who],
        )
        today = select(Notification.id).where(
            Notification.template == "duty_attention",
            Notification.subject.like("rota:%:%"),
            Notification.made_at > at - timedelta(days=1),
        )
        if all(view.session.scalar(one.limit(1)) is None for one in (told, today)):
            yield f"{who} {about}", "said no, and nobody else was asked or told"
