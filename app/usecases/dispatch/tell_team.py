"""Tells those who accepted a help request that is done together whether their team is whole."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.statements import changed
from app.dispatch.models import Match
from app.dispatch.rules import MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.teams import TeamNotice
from app.people.models import Person
from app.usecases.messages.notify import notify_volunteer
from app.usecases.shared.request_matches import matches_with_people
from app.usecases.shared.team_state import forget_notice, waits_for_team
from app.usecases.shared.together import is_together

NOTICES = {TeamNotice.SHORT: "team_short", TeamNotice.HOLD: "team_hold"}
OFF, WHOLE, ALONE, GO = "team_off", "team_whole", "team_alone", "team_go"
TOLD_NOT_TO_GO = (TeamNotice.HOLD, TeamNotice.OFF)
NOT_THERE_YET = {MatchState.ACCEPTED, MatchState.ON_THE_WAY}


def yes_words(session: Session, request: HelpRequest) -> str:
    """The template that confirms a yes: with whom the volunteer waits for, if the team is short."""
    return "match_accepted_waits" if waits_for_team(session, request) else "match_accepted"


def keep_waiting(context: Context, request: HelpRequest, match: Match) -> None:
    """Keeps that whoever accepted is told to wait, so that they hear when they need not any more.

    The confirmation of their yes says so, see `yes_words`.
    """
    if waits_for_team(context.session, request):
        _keep(context, match.id, waits=True)


def tell_team(context: Context, request: HelpRequest, template: str) -> None:
    """Notifies each volunteer who accepted and has not arrived that they are to wait."""
    for match, person in matches_with_people(context.session, request, NOT_THERE_YET):
        _keep(context, match.id, waits=True)
        _tell(context, request, match, person, template)


def tell_newcomer(context: Context, request: HelpRequest, match: Match, person: Person) -> None:
    """Notifies who accepts after all were told not to set out, if the team still is not whole.

    How many are missing stands in the confirmation of the yes. What those had been told who all
    gave up since is forgotten: another team begins.
    """
    if request.team_notice is None:
        return
    if request.places_taken == 1:
        forget_notice(context.session, request)
    elif request.team_notice == TeamNotice.HOLD and waits_for_team(context.session, request):
        _tell(context, request, match, person, NOTICES[TeamNotice.HOLD])


def tell_whole(context: Context, request: HelpRequest, *, except_id: int | None = None) -> None:
    """The team is whole: notifies those who waited for it, or who goes alone after all."""
    coming = matches_with_people(context.session, request, NOT_THERE_YET)
    waited = request.team_notice is not None or any(match.waits for match, _ in coming)
    if not waited and not is_together(context.session, request):
        return
    template = WHOLE if request.volunteers_needed > 1 else ALONE
    for match, person in coming:
        _keep(context, match.id, waits=False, arrival_from=context.now)
        if match.id != except_id:
            _tell(context, request, match, person, template)
    forget_notice(context.session, request)


def tell_free(context: Context, request: HelpRequest) -> None:
    """Nobody waits for the team any more: notifies those who had been told to wait, if any.

    The first has arrived without the others, or they need not come together after all.
    """
    for match, person in matches_with_people(context.session, request, NOT_THERE_YET):
        if match.waits:
            _keep(context, match.id, waits=False, arrival_from=context.now)
            _tell(context, request, match, person, GO)
    if request.team_notice is not None:
        forget_notice(context.session, request)


def _keep(context: Context, match_id: int, **values: object) -> None:
    """What a volunteer knows of the team; no change of the match that others must not cross."""
    changed(context.session, update(Match).where(Match.id == match_id).values(**values))


def _tell(
    context: Context, request: HelpRequest, match: Match, person: Person, template: str
) -> None:
    notify_volunteer(
        context.session,
        match,
        person,
        template,
        now=context.now,
        occurrence=f"{template}:{int(context.now.timestamp())}",
        # In the night it can wait until the morning who is missing, or that nobody is any more; not
        # to set out cannot, nor that those may who were told not to.
        urgent=request.team_notice in TOLD_NOT_TO_GO or template in (OFF, GO),
        missing=request.volunteers_needed - request.places_taken,
    )
