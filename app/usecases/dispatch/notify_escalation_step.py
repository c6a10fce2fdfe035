"""One step of an escalation policy: who is notified now, and over what."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
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
    read_escalation_policy,
)
from app.dispatch.models import Escalation, Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.people.models import Person
from app.rotation.queries import duty_around, duty_by_layer
from app.usecases.dispatch.ask_on_duty import ask_on_duty
from app.usecases.messages.notify import call_person, notify_person
from app.usecases.messages.notify_coordinators import coordinators_of
from app.usecases.messages.push_to_devices import refs_of, release_texts
from app.usecases.shared.people import people_of

# Whoever was asked just now need not be told again by text.
JUST_ASKED = timedelta(seconds=60)


def notify_escalation_step(
    context: Context,
    request: HelpRequest,
    found: Escalation,
    step: EscalationStep,
    channels: Collection[str],
) -> tuple[int, list[str]]:
    """Tells them. Returns how many, and which channels are not there and were passed over."""
    by = [one for one in step.by if one in channels]
    skipped = [one for one in step.by if one not in channels]
    occurrence = f"step:{found.round_no}:{found.step}"
    if step.who == COORDINATOR:
        return _notify_coordinators(
            context.session, request, found, step, by, occurrence=occurrence, now=context.now
        ), skipped
    people = _people(context.session, request, step.who, context.now)
    ask_on_duty(context, request, people)
    waiting = _waiting(context.session, request, people)
    known = people_of(context.session, [match.person_id for match in waiting])
    for match in waiting:
        person = known[match.person_id]
        ways = _ways(context.session, person, step, by)
        _ask_again(
            context.session, request, match, person, ways, occurrence=occurrence, now=context.now
        )
        if CALL in ways:
            call_person(
                context.session,
                person,
                "call_match",
                subject=f"match:{match.id}",
                now=context.now,
                occurrence=occurrence,
                request_id=request.id,
            )
    return len(waiting), skipped


def _ways(
    session: Session, person: Person, step: EscalationStep, by: Sequence[str]
) -> frozenset[str]:
    """Over what this person is told: a push needs a device, without one it is a text at once."""
    if PUSH in step.by and not (PUSH in by and refs_of(session, person.id)):
        return frozenset(by) - {PUSH} | {SMS}
    return frozenset(by)


def _ask_again(
    session: Session,
    request: HelpRequest,
    match: Match,
    person: Person,
    ways: frozenset[str],
    *,
    occurrence: str,
    now: datetime,
) -> None:
    """Whoever was asked just now is not told again, but what waits of that is sent."""
    subject = f"match:{match.id}"
    if SMS in ways:
        release_texts(session, person.id, subject, now=now)
    if match.sent_at is not None and match.sent_at <= now - JUST_ASKED and ways - {CALL}:
        notify_person(
            session,
            person,
            "urgent_again",
            subject=subject,
            now=now,
            occurrence=occurrence,
            request_id=request.id,
            urgent=True,
            by=ways,
            number=match.reply_number,
        )


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
    """Those who have not answered; a late yes is welcome, a no is a no."""
    return session.scalars(
        select(Match)
        .where(
            Match.request_id == request.id,
            Match.round_no == request.round_no,
            Match.person_id.in_(people),
            Match.state.in_((MatchState.SENT, MatchState.EXPIRED)),
            or_(Match.end_reason.is_(None), Match.end_reason == EndReason.DEADLINE),
        )
        .order_by(Match.id)
    ).all()


def _notify_coordinators(
    session: Session,
    request: HelpRequest,
    found: Escalation,
    step: EscalationStep,
    by: Sequence[str],
    *,
    occurrence: str,
    now: datetime,
) -> int:
    """Each further step of the coordinators goes one staffed area up."""
    category = session.get_one(Category, request.category_id)
    before = [
        one
        for one in read_escalation_policy(category.escalation_policy)[: found.step]
        if one.who == COORDINATOR
    ]
    people = coordinators_of(session, request.area_path, levels_up=len(before))
    for person in people:
        ways = _ways(session, person, step, by)
        if ways - {CALL}:
            notify_person(
                session,
                person,
                "coordinator_attention",
                subject=f"help_request:{request.id}",
                now=now,
                occurrence=occurrence,
                request_id=request.id,
                urgent=True,
                by=ways,
                code=request.code,
                reason=Attention.URGENT,
            )
        if CALL in ways:
            call_person(
                session,
                person,
                "call_coordinator",
                subject=f"help_request:{request.id}",
                now=now,
                occurrence=occurrence,
                request_id=request.id,
            )
    raised = update(HelpRequest).where(
        HelpRequest.id == request.id, HelpRequest.attention.is_(None)
    )
    changed(session, raised.values(attention=Attention.URGENT, version=HelpRequest.version + 1))
    session.refresh(request)
    return len(people)
