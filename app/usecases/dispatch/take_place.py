"""The race for a place of a help request: taking one, freeing it, ending the late ones.

The request is locked, so each place has one winner: the first to come.
"""

from typing import Any

from app.core.context import Context
from app.core.errors import Stale, Taken
from app.core.i18n import N_
from app.dispatch.models import Match
from app.dispatch.rules import EndReason, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import TAKEABLE, State
from app.people.models import Person
from app.usecases.dispatch.ask_volunteers import refused_values
from app.usecases.dispatch.end_cancelled import end_cancelled
from app.usecases.dispatch.idle_volunteers import note_busy
from app.usecases.dispatch.team_needs import asked_not_enough
from app.usecases.dispatch.tell_team import keep_waiting, tell_newcomer, tell_whole, yes_words
from app.usecases.messages.notify import notify_resident, notify_volunteer
from app.usecases.shared.match_state import move_match
from app.usecases.shared.place_state import follow_places, open_place, take_place_for
from app.usecases.shared.reply_numbers import next_number
from app.usecases.shared.request_matches import close_wave, matches_with_people
from app.usecases.shared.team_state import check_team

TAKEN = N_("刚刚已有志愿者接了这一单，谢谢您愿意帮忙")
OVER = N_("这张需求单已经不需要志愿者了，谢谢您愿意帮忙")
ASKED_ANEW = N_("这一单改了，上次问的不算了；还需要您的话会再问您，谢谢")
# These were taken by a volunteer, so the place is not open.
SERVED = (State.ASSIGNED, State.IN_PROGRESS, State.FINISHED, State.CLOSED)


def take_place(
    context: Context, request: HelpRequest, match: Match, person: Person, *, how: str
) -> None:
    """Takes a place of the locked request for this match, then notifies.

    Raises Taken when all places are taken, Stale when nobody is needed any more.
    """
    if match.round_no != request.round_no:
        raise Stale(ASKED_ANEW)
    if request.state not in (*TAKEABLE, *SERVED):
        raise Stale(OVER)
    place = open_place(context, request) if request.state in TAKEABLE else None
    if place is None:
        raise Taken(TAKEN)
    values = {
        "place_no": place.number,
        "reply_number": match.reply_number or next_number(context.session, match.person_id),
        "accepted_at": context.now,
        "answered_at": context.now,
        "accepted_from": match.state,
        "promise_learnt_at": None,
        "reopened": False,
        "end_reason": None,
        "ended_at": None,
        # Steps of an earlier yes that was given back.
        "on_the_way_at": None,
        "went_by": None,
        "waits": False,
        "arrival_from": None,
        "arrived_at": None,
        "arrival_confirmed": False,
        "arrived_off_m": None,
        **(refused_values(match) if match.reopened else {}),
    }
    move_match(context, request, match, "accept", values=values, line=how)
    take_place_for(context, place, match)
    note_busy(context.session, [match.person_id], now=context.now)
    _follow_taken(context, request, match, person)
    notify_volunteer(
        context.session,
        match,
        person,
        yes_words(context.session, request),
        now=context.now,
        occurrence=context.now.isoformat(),
        urgent=True,
        missing=request.volunteers_needed - request.places_taken,
    )


def _follow_taken(context: Context, request: HelpRequest, match: Match, person: Person) -> None:
    full = request.places_taken + 1 >= request.volunteers_needed
    extra: dict[str, Any] = {"attention": None} if full else {}
    follow_places(context, request, "fill", extra=extra)
    if full:
        _all_found(context, request)
        tell_whole(context, request, except_id=match.id)
    else:
        keep_waiting(context, request, match)
        tell_newcomer(context, request, match, person)
        check_team(context.session, request, context.now)
        _end_asks_in_vain(context, request)


def _end_asks_in_vain(context: Context, request: HelpRequest) -> None:
    """The last places are kept for who brings what the team lacks: the others' asks end."""
    others = asked_not_enough(context.session, request)
    if not others:
        return
    for match, person in matches_with_people(context.session, request, {MatchState.SENT}):
        if match.person_id in others:
            end_ask(context, request, match, person, reason=EndReason.TAKEN, template="match_taken")


def _all_found(context: Context, request: HelpRequest) -> None:
    """The last place was taken: notifies the others who were asked, and the resident."""
    end_asks(context, request, reason=EndReason.TAKEN, template="match_taken")
    notify_resident(
        context.session,
        request,
        "request_matched",
        now=context.now,
        occurrence=context.now.isoformat(),
    )


def end_asks(context: Context, request: HelpRequest, *, reason: EndReason, template: str) -> None:
    """Ends every open ask of the request and every proposal, and its wave; notifies the asked."""
    asked = {MatchState.SENT, MatchState.PROPOSED}
    for match, person in matches_with_people(context.session, request, asked):
        end_ask(context, request, match, person, reason=reason, template=template)
    close_wave(context, request)


def end_ask(
    context: Context,
    request: HelpRequest,
    match: Match,
    person: Person,
    *,
    reason: EndReason,
    template: str,
) -> None:
    """Ends an ask for a reason of ours and notifies; a proposal, not sent yet, ends silently."""
    if match.state == MatchState.PROPOSED:
        move_match(context, request, match, "withdraw", reason=reason)
        return
    move_match(context, request, match, "expire", reason=reason)
    notify_volunteer(
        context.session,
        match,
        person,
        template,
        now=context.now,
        occurrence=f"{reason}:{match.version}",
    )


def follow_freed_place(context: Context, request: HelpRequest, *, reason: str) -> bool:
    """A volunteer gave a place back: looks for another at once, unless the order was cancelled.

    Returns whether another is looked for.
    """
    if request.cancelled_at is not None:
        end_cancelled(context, request)
        return False
    follow_places(context, request, "lose_volunteer", details={"reason": reason})
    return True
