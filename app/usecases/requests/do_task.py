"""The steps of a task: on the way, arrived, finished."""

import hmac
from datetime import datetime

from app.core.actor import ActorKind
from app.core.context import Context
from app.core.errors import Invalid, Refused
from app.core.i18n import N_
from app.core.statements import insert_once
from app.dispatch.models import Match
from app.dispatch.rules import MatchState
from app.help_requests.models import HelpRequest, RequestNote
from app.help_requests.places import PlaceState, state_from_places
from app.help_requests.rules import State
from app.hours.models import ServiceRecord
from app.hours.rules import served_minutes
from app.matching.distance import metres_between
from app.offers.queries import travel_of
from app.usecases.messages.notify import notify_resident
from app.usecases.requests.end_of_window import window_is_over
from app.usecases.shared.lock_request import lock_own_match
from app.usecases.shared.match_state import move_match
from app.usecases.shared.place_state import follow_places, places_of
from app.usecases.shared.team_state import waits_for_team
from app.usecases.shared.wake_waiting import wake_waiting_requests

NOTE_MAX = 500
TEAM_SHORT = N_("这一单要一起去，还缺 %(missing)s 位。人齐了再出发，我们会告诉您")


def set_out(context: Context, *, match_id: int) -> Match:
    """The volunteer is on the way; notifies the resident.

    Raises Refused while others are missing without whom nobody sets out.
    """
    match, request, _ = lock_own_match(context.session, context.actor, match_id)
    if match.state == MatchState.ON_THE_WAY:
        return match
    _check_whole(context, request, match)
    went_by = str(travel_of(context.session, match.person_id))
    values = {"on_the_way_at": context.now, "went_by": went_by}
    move_match(context, request, match, "set_out", values=values)
    notify_resident(
        context.session,
        request,
        "volunteer_on_way",
        now=context.now,
        occurrence=f"match:{match.id}:{match.version}",
    )
    return match


def _check_whole(context: Context, request: HelpRequest, match: Match) -> None:
    """Raises Refused for who has not set out while somebody of the team is missing."""
    if match.state == MatchState.ACCEPTED and waits_for_team(context.session, request):
        missing = request.volunteers_needed - request.places_taken
        raise Refused(TEAM_SHORT, missing=missing)


def arrive_at_task(
    context: Context,
    *,
    match_id: int,
    code: str | None = None,
    lat: float | None = None,
    lon: float | None = None,
) -> Match:
    """Checks in. The resident's four digits confirm it; a position is optional and not stored.

    Raises Invalid for wrong digits, Refused like `set_out`.
    """
    match, request, _ = lock_own_match(context.session, context.actor, match_id)
    if match.state == MatchState.ARRIVED:
        return match
    _check_whole(context, request, match)
    digits = (code or "").strip()
    if digits and not hmac.compare_digest(digits.encode(), request.arrival_code.encode()):
        raise Invalid({"code": N_("四位数字不对，请再问一下居民")})
    off = None
    if None not in (lat, lon, request.lat, request.lon):
        off = round(metres_between(lat, lon, request.lat, request.lon))  # type: ignore[arg-type]
    confirmed = bool(digits)
    values = {
        "arrived_at": context.now,
        "arrival_confirmed": confirmed,
        "arrived_off_m": off,
    }
    details = {"confirmed": confirmed, "off_m": off}
    move_match(context, request, match, "arrive", values=values, details=details)
    follow_places(context, request, "start")
    return match


def finish_task(context: Context, *, match_id: int, note: str | None = None) -> Match:
    """Checks out: adds service time to the ledger. After the last volunteer asks for a rating.

    Looks again for volunteers for places that nobody has taken, and notifies the resident.
    """
    match, request, _ = lock_own_match(context.session, context.actor, match_id)
    if match.state == MatchState.FINISHED:
        return match
    started = min(match.arrived_at or context.now, context.now)
    # A clock that was set back counts as zero minutes.
    minutes = served_minutes(started, context.now)
    move_match(
        context,
        request,
        match,
        "finish",
        values={"finished_at": context.now},
        details={"minutes": minutes},
    )
    _to_ledger(context, request, match, started, minutes)
    words = (note or "").strip()[:NOTE_MAX]
    if words:
        context.session.add(
            RequestNote(
                request_id=request.id,
                kind=ActorKind.VOLUNTEER,
                text=words,
                person_id=context.actor.person_id,
                made_at=context.now,
            )
        )
    follow_finished(context, request)
    wake_waiting_requests(context, match.person_id)
    return match


def follow_finished(context: Context, request: HelpRequest) -> None:
    """Asks for a rating when all is done; says what is missing when nobody is left at work.

    After the wished time nobody is looked for, and the resident may choose another.
    """
    states = [PlaceState(one.state) for one in places_of(context.session, request)]
    after = state_from_places(State(request.state), states)
    if after == State.FINISHED:
        follow_places(context, request, "finish", extra={"cancelled_at": None})
        notify_resident(context.session, request, "request_finished_rate", now=context.now)
        return
    follow_places(context, request, "finish_part")
    if after == State.MATCHING:
        over = window_is_over(request, context.now)
        notify_resident(
            context.session,
            request,
            "request_part_over" if over else "request_part_finished",
            now=context.now,
            occurrence=f"part:{request.round_no}:{states.count(PlaceState.FINISHED)}",
            missing=states.count(PlaceState.OPEN),
        )


def _to_ledger(
    context: Context, request: HelpRequest, match: Match, started: datetime, minutes: int
) -> None:
    insert_once(
        context.session,
        ServiceRecord,
        person_id=match.person_id,
        match_id=match.id,
        area_path=request.area_path,
        started_at=started,
        ended_at=context.now,
        minutes=minutes,
        basis="checked" if match.arrival_confirmed else "reported",
        made_at=context.now,
        made_by=match.person_id,
    )
