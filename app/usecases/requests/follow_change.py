"""Notifies people who were asked or have accepted that a help request has changed.

An ask that still fits is reworded; one that does not ends, which is no answer of the volunteer.
Volunteers who accepted see the new request and may say that they cannot come.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import update

from app.core.actor import ActorKind
from app.core.context import Context
from app.core.statements import changed
from app.core.urgency import Urgency
from app.dispatch.models import Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.matching.ranking import Ranked
from app.people.models import Person
from app.usecases.dispatch.answer_match import look_at_once
from app.usecases.dispatch.ask_question import question_values
from app.usecases.dispatch.ask_volunteers import ranked_values
from app.usecases.dispatch.take_place import end_ask
from app.usecases.dispatch.team_needs import asked_by_name
from app.usecases.dispatch.unable import AGREED, UNABLE, raise_unable, rank_asked, unable
from app.usecases.messages.notify import notify_resident, notify_volunteer
from app.usecases.messages.order_words import asked_words, round_metres
from app.usecases.requests.another_question import Question, ask_anew, is_another, question_of
from app.usecases.shared.match_state import record_match
from app.usecases.shared.request_matches import matches_with_people

# What decides whether somebody may be asked, and what their ask said.
ASKED_ABOUT = frozenset({"category_id", "place", "wanted_from", "wanted_to", "wishes"})
# What somebody who accepted must know.
AGREED_TO = ASKED_ABOUT | {"need", "address"}
# What somebody at the door must know: they are there, and it is now.
DOING = frozenset({"category_id", "need"})
TIMES = frozenset({"wanted_from", "wanted_to"})
# What its resident said. A better position on the map is no news.
ORDERED = frozenset({"category_id", "address", "wanted_from", "wanted_to"})
# With fewer volunteers, somebody who wished not to go alone may have to.
ALONE = frozenset({"alone"})


def follow_change(
    context: Context, request: HelpRequest, fields: Collection[str], *, before: Question
) -> None:
    """Rewords open asks or ends them, asks those who accepted, and notifies the resident.

    Where it is another question than `before`, those who said no may be asked once more.
    """
    touched = frozenset(fields)
    if is_another(before, question_of(request)):
        ask_anew(context, request)
    if touched & ASKED_ABOUT and request.lat is not None:
        _word_asks_anew(context, request)
        look_at_once(context, request)
    if touched & AGREED_TO:
        if "place" in touched:
            _measure_anew(context, request)
        if touched & TIMES:
            _await_anew(context, request)
        _ask_accepted(context, request)
    if touched & DOING:
        _tell_at_the_door(context, request)
    if touched & ORDERED and context.actor.kind != ActorKind.RESIDENT:
        occurrence = f"changed:{request.version}"
        notify_resident(
            context.session, request, "request_changed", now=context.now, occurrence=occurrence
        )


def _word_asks_anew(context: Context, request: HelpRequest) -> None:
    asked = matches_with_people(context.session, request, {MatchState.SENT, MatchState.PROPOSED})
    if not asked:
        return
    people = {match.person_id for match, _ in asked}
    ranking = rank_asked(context.session, request, people, now=context.now)
    fits = {one.person_id: one for one in ranking.ranked}
    for match, person in asked:
        ranked = fits.get(match.person_id)
        if ranked is None:
            end_ask(
                context,
                request,
                match,
                person,
                reason=EndReason.CHANGED,
                template="match_not_needed",
            )
        else:
            _word_anew(context, request, match, person, ranked)


def end_unfit_asks(context: Context, request: HelpRequest) -> None:
    """Fewer are needed: ends the asks of those who would go alone, or cannot bring all by then.

    Whom a coordinator asked by name keeps the ask.
    """
    asked = matches_with_people(context.session, request, {MatchState.SENT, MatchState.PROPOSED})
    people = [match.person_id for match, _ in asked]
    codes = UNABLE | {"team_needs"}
    unfit = set(unable(context.session, request, people, now=context.now, codes=codes))
    unfit -= asked_by_name(context.session, request, people)
    for match, person in asked:
        if match.person_id in unfit:
            end_ask(
                context,
                request,
                match,
                person,
                reason=EndReason.CHANGED,
                template="match_not_needed",
            )


def _word_anew(
    context: Context, request: HelpRequest, match: Match, person: Person, ranked: Ranked
) -> None:
    anew = update(Match).where(Match.id == match.id, Match.version == match.version)
    values = ranked_values(ranked)
    if match.state == MatchState.SENT:
        values |= question_values(request, ranked.metres)
    changed(context.session, anew.values(**values, version=Match.version + 1))
    context.session.refresh(match)
    record_match(context, request, match, "match.changed", metres=match.distance_m)
    if match.state == MatchState.PROPOSED:
        return
    left = (match.deadline_at or context.now) - context.now
    notify_volunteer(
        context.session,
        match,
        person,
        "match_changed",
        now=context.now,
        occurrence=f"changed:{match.version}",
        urgent=request.urgency == Urgency.URGENT,
        minutes=max(1, left // timedelta(minutes=1)),
        what=asked_words(person.language, context.session, request, ranked.metres),
        distance=round_metres(ranked.metres),
    )


def _measure_anew(context: Context, request: HelpRequest) -> None:
    """The distance of who accepted is that to the new place: their list and what ways teach."""
    accepted = matches_with_people(context.session, request, AGREED)
    people = {match.person_id for match, _ in accepted}
    if not people:
        return
    ranking = rank_asked(context.session, request, people, now=context.now)
    metres = {one.person_id: one.metres for one in ranking.ranked}
    metres |= {one.person_id: one.metres for one in ranking.left_out}
    for match, _ in accepted:
        if match.person_id in metres:
            anew = update(Match).where(Match.id == match.id, Match.version == match.version)
            far = {"distance_m": round(metres[match.person_id]), "version": Match.version + 1}
            changed(context.session, anew.values(**far))
            context.session.refresh(match)


def _await_anew(context: Context, request: HelpRequest) -> None:
    """The time to arrive of who accepted counts from when they were told the new one."""
    agreed = update(Match).where(
        Match.request_id == request.id,
        Match.round_no == request.round_no,
        Match.state.in_(sorted(AGREED)),
    )
    changed(context.session, agreed.values(arrival_from=context.now))


def _ask_accepted(context: Context, request: HelpRequest) -> None:
    """Asks whether they can still come; notifies a coordinator of those who may not."""
    for match, person in matches_with_people(context.session, request, AGREED):
        _notify_of_change(context, request, match, person, "task_changed")
    raise_unable(context, request)


def _tell_at_the_door(context: Context, request: HelpRequest) -> None:
    """Whoever has arrived does what is wanted now."""
    for match, person in matches_with_people(context.session, request, {MatchState.ARRIVED}):
        _notify_of_change(context, request, match, person, "task_changed_there")


def _notify_of_change(
    context: Context, request: HelpRequest, match: Match, person: Person, template: str
) -> None:
    notify_volunteer(
        context.session,
        match,
        person,
        template,
        now=context.now,
        occurrence=f"changed:{request.version}",
        urgent=True,
    )
    record_match(context, request, match, "match.changed")
