"""Faults to put into the product for a while: the checks must find each of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.core.context import Context
from app.core.statements import changed
from app.help_requests.models import HelpRequest
from app.help_requests.rules import State
from app.jobs import recurring_jobs
from app.notifications import wording
from app.notifications.outbox import Recipient, enqueue_notification
from app.rotation.models import Shift
from app.usecases.dispatch import (
    answer_match,
    choose_volunteers,
    look_up_volunteers,
    take_place,
)
from app.usecases.duty.plan import publish_duty
from app.usecases.duty.shifts import advance_shifts, hand_over_duty
from app.usecases.duty.swaps import close_swap, settle_swap
from app.usecases.messages import notify
from app.usecases.messages.reach import Reach
from app.usecases.requests import (
    cancel_request,
    do_task,
    end_matches,
    follow_change,
    place_request,
    process_deadlines,
    rate_request,
    verify_request,
)
from app.usecases.shared import place_state, request_state
from app.usecases.volunteers import decide_account
from tests.life import provider

Patch = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, the promise that it breaks, and how it is put into the product."""

    name: str
    promise: str
    put: Patch


def replaced(module: Any, name: str, by: Any) -> Patch:
    """Replaces a function in the module that calls it."""
    return lambda patch: patch.setattr(module, name, by)


def nothing(*given: Any, **named: Any) -> int:
    """Accepts any arguments and does nothing."""
    return 0


def silent_about(module: Any, function: str, *templates: str) -> Patch:
    """Leaves out the messages of some kinds that this module sends."""

    def put(patch: pytest.MonkeyPatch) -> None:
        real = getattr(module, function)

        def some(*given: Any, **told: Any) -> bool:
            # The template is the last that is given by place.
            return given[-1] not in templates and bool(real(*given, **told))

        patch.setattr(module, function, some)

    return put


def _forget_open(session: Any, **given: Any) -> list[int]:
    """Checks everything that is due, except what is new."""
    ids = process_deadlines.due_deadlines(session, **given)
    return [one for one in ids if session.get_one(HelpRequest, one).state != State.OPEN]


def _forget_matching(session: Any, **given: Any) -> list[int]:
    """Checks everything that is due, except what is being matched."""
    ids = process_deadlines.due_deadlines(session, **given)
    return [one for one in ids if session.get_one(HelpRequest, one).state != State.MATCHING]


def _wait_for_ever(patch: pytest.MonkeyPatch) -> None:
    """Neither assigns what can wait nor asks about it alone."""
    patch.setattr(recurring_jobs, "gather_batch", lambda session, now: [])
    patch.setattr(recurring_jobs, "due_deadlines", _forget_open)


def _look_later(context: Context, request: HelpRequest, reason: str) -> None:
    """Puts off what is overdue without notifying anybody."""
    later = update(HelpRequest).where(HelpRequest.id == request.id)
    changed(context.session, later.values(next_action_at=context.now + timedelta(minutes=30)))


def _text_strangers(session: Any, request: HelpRequest, template: str, **told: Any) -> bool:
    """Texts a resident whose phone nobody has confirmed."""
    return enqueue_notification(
        session,
        recipient=Recipient(f"phone:{request.phone_lookup}", "sms", request.phone, "zh_Hans"),
        template=template,
        subject=f"help_request:{request.id}",
        params={"code": request.code},
        now=told["now"],
        request_id=request.id,
    )


def _tell_early(patch: pytest.MonkeyPatch) -> None:
    """Notifies the resident at the first yes that all is well."""
    real = place_state.take_place_for

    def take(context: Context, place: Any, match: Any) -> None:
        real(context, place, match)
        request = context.session.get_one(HelpRequest, match.request_id)
        notify.notify_resident(
            context.session, request, "request_matched", now=context.now, occurrence=str(match.id)
        )

    patch.setattr("app.usecases.dispatch.take_place.take_place_for", take)


def _heedless(patch: pytest.MonkeyPatch) -> None:
    """Texts people who want no texts."""
    real = notify._text

    def text(session: Any, person: Any, template: str, **told: Any) -> Reach:
        with session.no_autoflush:
            before, person.opted_out_at = person.opted_out_at, None
            sent = real(session, person, template, **told)
            person.opted_out_at = before
        return sent

    patch.setattr(notify, "_text", text)


def _send_again(patch: pytest.MonkeyPatch) -> None:
    """Sends what may be out already, over a provider that often does not say."""
    patch.setattr(provider, "hand_over", lambda channel, one: channel.send(one.outgoing))
    patch.setattr(provider, "LOST_AFTER", 0.3)


def _agree_for_all(patch: pytest.MonkeyPatch) -> None:
    """Counts everybody in the plan as on duty."""
    real = publish_duty._make

    def make(*given: Any) -> Shift:
        shift = real(*given)
        shift.state = "agreed"
        return shift

    patch.setattr(publish_duty, "_make", make)


def _explain_nothing(patch: pytest.MonkeyPatch) -> None:
    """Refuses an order without the reason that was given."""
    real = request_state.move_request

    def move(context: Context, request: HelpRequest, action: str, **given: Any) -> None:
        given.get("extra", {}).pop("reason", None)
        real(context, request, action, **given)

    patch.setattr(verify_request, "move_request", move)


def _tell_no_giver(patch: pytest.MonkeyPatch) -> None:
    """Never notifies the person who gave a shift away of what becomes of it."""
    for module in (settle_swap, close_swap):
        patch.setattr(module, "tell_giver", nothing)


def _break_down(*given: Any) -> int:
    raise ZeroDivisionError


def _with_link(patch: pytest.MonkeyPatch) -> None:
    asked = f"{wording.TEMPLATES['match_asked']} http://example.org"
    patch.setitem(wording.TEMPLATES, "match_asked", asked)


def _faults() -> Iterable[Fault]:
    yield Fault(
        "place kept", "places-are-counted", replaced(answer_match, "follow_freed_place", nothing)
    )
    yield Fault(
        "nobody can take", "nothing-breaks", replaced(take_place, "open_place", _break_down)
    )
    yield Fault(
        "slower not told",
        "too-late-is-told",
        silent_about(take_place, "notify_volunteer", "match_taken"),
    )
    yield Fault(
        "yes not told",
        "yes-is-confirmed",
        silent_about(take_place, "notify_volunteer", "match_accepted"),
    )
    yield Fault(
        "withdrawn not told",
        "taken-away-is-told",
        replaced(choose_volunteers, "notify_volunteer", nothing),
    )
    yield Fault(
        "new is not looked at",
        "first-look-at-once",
        replaced(recurring_jobs, "due_deadlines", _forget_open),
    )
    yield Fault(
        "matching is not looked at",
        "somebody-looks-again",
        replaced(recurring_jobs, "due_deadlines", _forget_matching),
    )
    yield Fault("what can wait waits", "what-can-wait-waits-briefly", _wait_for_ever)
    yield Fault(
        "asked in vain",
        "asks-reach-somebody",
        replaced(look_up_volunteers, "unreachable", lambda *given: {}),
    )
    yield Fault(
        "unreached asks hang",
        "asks-reach-somebody",
        replaced(recurring_jobs, "unreached_asks", lambda session, now, limit: []),
    )
    yield Fault("asks hang", "silence-makes-room", replaced(process_deadlines, "_expire", nothing))
    yield Fault(
        "change not told",
        "changes-are-told",
        replaced(follow_change, "_notify_of_change", nothing),
    )
    yield Fault(
        "overdue is put off",
        "overdue-is-raised",
        replaced(process_deadlines, "escalate_overdue", _look_later),
    )
    yield Fault(
        "match not told",
        "resident-hears-each-change",
        silent_about(take_place, "notify_resident", "request_matched"),
    )
    yield Fault(
        "stranger texted",
        "unconfirmed-is-not-texted",
        replaced(place_request, "notify_resident", _text_strangers),
    )
    yield Fault("told early", "matched-is-true", _tell_early)
    yield Fault(
        "cancelled, asks stay",
        "end-tells-everybody",
        replaced(cancel_request, "end_matches", nothing),
    )
    yield Fault(
        "cancelled, not told",
        "end-tells-everybody",
        replaced(end_matches, "notify_volunteer", nothing),
    )
    yield Fault(
        "poor rating closes",
        "poor-rating-comes-back",
        replaced(rate_request, "rating_action", lambda stars: "close"),
    )
    yield Fault(
        "hours made up",
        "hours-are-served-hours",
        replaced(do_task, "served_minutes", lambda a, b: 600),
    )
    yield Fault(
        "suspended goes on",
        "suspended-has-nothing",
        replaced(decide_account, "release_volunteer", nothing),
    )
    yield Fault("link in a text", "texts-tell-nothing-private", _with_link)
    yield Fault("texted after STOP", "stop-is-heeded", _heedless)
    yield Fault("sent again", "nobody-is-texted-twice", _send_again)
    yield Fault("duty unasked", "duty-needs-a-yes", _agree_for_all)
    yield Fault(
        "beginning unasked",
        "beginning-is-asked",
        replaced(advance_shifts, "ask_whether_there", nothing),
    )
    yield Fault("absence hidden", "absence-is-raised", replaced(advance_shifts, "_raise", nothing))
    yield Fault("no cover", "cover-is-sought", replaced(hand_over_duty, "cover_for", nothing))
    yield Fault("giver not told", "giver-is-told", _tell_no_giver)
    yield Fault("no reason", "rejection-is-explained", _explain_nothing)
    yield Fault("no trace", "every-change-is-traced", replaced(request_state, "record", nothing))


FAULTS = tuple(_faults())
