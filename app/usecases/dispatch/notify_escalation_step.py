"""One step of an escalation policy: who is notified now, and over which channels."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.core.attention import Attention
from app.core.context import Context
from app.core.statements import changed
from app.dispatch.escalation_policy import (
    BACKUP,
    CALL,
    COORDINATOR,
    FIRST_CALL,
    PUSH,
    SMS,
    EscalationStep,
)
from app.dispatch.models import Escalation, Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.notifications.models import Notification
from app.people.models import Person
from app.rotation.queries import duty_around, duty_by_layer
from app.usecases.dispatch.ask_on_duty import ask_on_duty
from app.usecases.messages.notify import call_person, notify_person
from app.usecases.messages.notify_coordinators import alarm_people, coordinators_by_level
from app.usecases.messages.push_to_devices import refs_of, release_texts
from app.usecases.messages.reach import Reach
from app.usecases.shared.people import people_of

# Somebody notified this recently over a channel is not notified again over it.
JUST_TOLD = timedelta(seconds=60)
EMAIL = "email"
# Ends after which a late yes still counts. A text that did not arrive says nothing of a call.
LATE = (EndReason.DEADLINE, EndReason.NOT_REACHED)


def notify_escalation_step(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    step: EscalationStep,
    channels: Collection[str],
    *,
    levels: Iterable[int],
) -> tuple[int, list[str]]:
    """Notifies those of the step; `levels` are the coordinators', 0 the smallest staffed area.

    Returns how many could be reached, and the channels that were missing and skipped.
    """
    by = [one for one in step.by if one in channels]
    skipped = [one for one in step.by if one not in channels]
    if step.who == COORDINATOR:
        told = _notify_coordinators(context, request, found, step, by, levels)
    elif found.blocked:
        told = _warn_on_duty(context, request, found, step, by)
    else:
        told = _ask_again(context, request, found, step, by)
    return told, skipped


def notify_again(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    taken: Sequence[EscalationStep],
    channels: Collection[str],
    *,
    level: int,
) -> int:
    """Notifies everybody of the steps taken once more, each as in their last step."""
    latest = {step.who: step for step in taken}
    return sum(
        notify_escalation_step(context, request, found, step, channels, levels=range(level))[0]
        for step in latest.values()
    )


def _occurrence(found: Escalation) -> str:
    return f"step:{found.round_no}:{found.turns}"


def _ask_again(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    step: EscalationStep,
    by: Sequence[str],
) -> int:
    """Asks those on duty who were not asked; notifies the others again that somebody waits."""
    people = _people(context.session, request, step.who, context.now)
    ask_on_duty(context, request, people, called=CALL in by)
    waiting = _waiting(context.session, request, people)
    known = people_of(context.session, [match.person_id for match in waiting])
    reached = 0
    for match in waiting:
        person, subject = known[match.person_id], f"match:{match.id}"
        ways = _ways(context.session, person, step, by)
        if SMS in ways:
            release_texts(context.session, person.id, subject, now=context.now)
        about = _About("urgent_again", "call_match", subject, {"number": match.reply_number})
        reached += _reach(context, request, found, person, ways, about)
    _inform_unable(context, request, found, step, by, people)
    return reached


def _inform_unable(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    step: EscalationStep,
    by: Sequence[str],
    people: Sequence[int],
) -> None:
    """Notifies those on duty who may not be asked, for want of a skill for instance; never by call.

    They can do nothing about it, so no step waits for them and nobody counts them as reached.
    """
    asked = context.session.scalars(
        select(Match.person_id).where(
            Match.request_id == request.id, Match.round_no == request.round_no
        )
    )
    unable = set(people) - set(asked)
    about = _About("urgent_near", "", f"help_request:{request.id}", {})
    for person in people_of(context.session, unable).values():
        ways = _ways(context.session, person, step, by) - {CALL}
        _reach(context, request, found, person, ways, about)


def _warn_on_duty(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    step: EscalationStep,
    by: Sequence[str],
) -> int:
    """Notifies those on duty of a request that, for now, only a coordinator can move on."""
    people = people_of(context.session, _people(context.session, request, step.who, context.now))
    subject, reached = f"help_request:{request.id}", 0
    about = _About("urgent_waits", "call_on_duty", subject, {})
    for person in people.values():
        ways = _ways(context.session, person, step, by)
        reached += _reach(context, request, found, person, ways, about)
    return reached


@dataclass(frozen=True, slots=True)
class _About:
    """What somebody is notified of: the template of the message, of the call, and their words."""

    template: str
    call_template: str
    subject: str
    params: Mapping[str, Any]


def _reach(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    person: Person,
    ways: frozenset[str],
    about: _About,
) -> bool:
    """Notifies and calls one person over these channels; whether that reaches them."""
    written = _not_just_told(context.session, person, about.subject, ways - {CALL}, context.now)
    just_told = bool(ways - {CALL} - written)
    reach = Reach(before=just_told)
    if written:
        reach |= notify_person(
            context.session,
            person,
            about.template,
            subject=about.subject,
            now=context.now,
            occurrence=_occurrence(found),
            request_id=request.id,
            urgent=True,
            by=written,
            **about.params,
        )
    if CALL in ways:
        reach |= call_person(
            context.session,
            person,
            about.call_template,
            subject=about.subject,
            now=context.now,
            occurrence=_occurrence(found),
            request_id=request.id,
        )
    return reach.reached


def _ways(
    session: Session, person: Person, step: EscalationStep, by: Sequence[str]
) -> frozenset[str]:
    """The channels for this person: a push needs a device; without one, a text goes at once."""
    if PUSH in step.by and not (PUSH in by and refs_of(session, person.id)):
        return frozenset(by) - {PUSH} | {SMS}
    return frozenset(by)


def _not_just_told(
    session: Session, person: Person, subject: str, ways: frozenset[str], now: datetime
) -> frozenset[str]:
    """The ways over which nothing about the subject was sent a moment ago."""
    lately = session.scalars(
        select(Notification.channel).where(
            Notification.person_id == person.id,
            Notification.subject == subject,
            Notification.made_at > now - JUST_TOLD,
        )
    )
    return ways - {SMS if channel == EMAIL else channel for channel in lately}


def _people(session: Session, request: HelpRequest, who: str, now: datetime) -> Sequence[int]:
    if who not in (FIRST_CALL, BACKUP):
        return duty_around(session, request.area_path, now)
    layers = duty_by_layer(session, request.area_path, now)
    first = min(layers, default=0)
    chosen = [
        one for layer in layers if (layer == first) is (who == FIRST_CALL) for one in layers[layer]
    ]
    return list(dict.fromkeys(chosen))


def _waiting(session: Session, request: HelpRequest, people: Sequence[int]) -> Sequence[Match]:
    """Those who have not answered; a late yes still counts, a no is final."""
    return session.scalars(
        select(Match)
        .where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.person_id.in_(people),
            Match.state.in_((MatchState.SENT, MatchState.EXPIRED)),
            or_(Match.end_reason.is_(None), Match.end_reason.in_(LATE)),
        )
        .order_by(Match.id)
    ).all()


def _reason(request: HelpRequest) -> Attention:
    in_danger = request.attention == Attention.DANGER
    return Attention.DANGER if in_danger else Attention.URGENT


def _notify_coordinators(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    step: EscalationStep,
    by: Sequence[str],
    levels: Iterable[int],
) -> int:
    """Notifies the coordinators of these levels; a level above the top means the top.

    Returns how many of them are reached.
    """
    staffed = coordinators_by_level(context.session, request.area_path)
    meant = {min(level, len(staffed) - 1) for level in levels} if staffed else set()
    told = 0
    for level, people in enumerate(staffed):
        # Where nobody of a level can be reached, the next one above stands in.
        if level in meant or (level > min(meant) and not told):
            told += sum(
                alarm_people(
                    context.session,
                    request,
                    [person],
                    reason=_reason(request),
                    now=context.now,
                    occurrence=_occurrence(found),
                    by=_ways(context.session, person, step, by),
                )
                for person in people
            )
    raised = update(HelpRequest).where(
        HelpRequest.id == request.id, HelpRequest.attention.is_(None)
    )
    changed(
        context.session, raised.values(attention=Attention.URGENT, version=HelpRequest.version + 1)
    )
    context.session.refresh(request)
    return told
