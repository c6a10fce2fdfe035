"""The places of a help request: making them, moving them, and the state that follows from them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.errors import Stale
from app.core.statements import changed
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest, RequestPlace
from app.help_requests.places import HELD, PLACE_LIFE, PlaceState, state_from_places
from app.help_requests.rules import LOOKED_FOR, REQUEST_LIFE, State
from app.usecases.shared.arrivals import check_arrivals
from app.usecases.shared.request_state import CHANGED_MEANWHILE, keep_danger, move_request

# The phases of the search restart.
SEARCH_ANEW = ("lose_volunteer", "need_more")


def places_of(session: Session, request: HelpRequest) -> list[RequestPlace]:
    """The places of the request's present round, in the order of their numbers."""
    rows = session.scalars(
        select(RequestPlace)
        .where(RequestPlace.request_id == request.id, RequestPlace.round_no == request.round_no)
        .order_by(RequestPlace.number)
        .execution_options(populate_existing=True)
    )
    return list(rows)


def fit_places(context: Context, request: HelpRequest, needed: int) -> dict[str, list[int]]:
    """Gives the request as many places as are needed; the numbers of those opened and left.

    Open places are left from the last one; places left before are opened again first.
    """
    context.session.flush()
    places = places_of(context.session, request)
    wanted = [one for one in places if one.state != PlaceState.LEFT]
    missing = needed - len(wanted)
    unwanted = [one for one in reversed(wanted) if one.state == PlaceState.OPEN]
    left = unwanted[: max(0, -missing)]
    again = [one for one in places if one.state == PlaceState.LEFT][: max(0, missing)]
    for one in left:
        _move(context, one, "leave")
    for one in again:
        _move(context, one, "need_again")
    last = places[-1].number if places else 0
    fresh = range(last + 1, last + 1 + max(0, missing) - len(again))
    context.session.add_all(
        RequestPlace(
            request_id=request.id,
            round_no=request.round_no,
            number=number,
            state=str(PlaceState.OPEN),
            state_since=context.now,
        )
        for number in fresh
    )
    context.session.flush()
    opened = [*(one.number for one in again), *fresh]
    moved = {"opened": opened, "left": [one.number for one in left]}
    return {what: numbers for what, numbers in moved.items() if numbers}


def leave_open_places(context: Context, request: HelpRequest) -> None:
    """Leaves every open place: nobody is wanted there any more."""
    for one in places_of(context.session, request):
        if one.state == PlaceState.OPEN:
            _move(context, one, "leave")


def open_place(context: Context, request: HelpRequest) -> RequestPlace | None:
    """The first open place, or None."""
    places = places_of(context.session, request)
    return next((one for one in places if one.state == PlaceState.OPEN), None)


def take_place_for(context: Context, place: RequestPlace, match: Match) -> None:
    """Gives an open place to a match. Raises Stale when it is taken."""
    _move(context, place, "take", match_id=match.id)


def move_place_of(context: Context, match: Match, action: str) -> None:
    """Moves the place that a match holds; `free` takes it from the match."""
    place = context.session.scalar(
        select(RequestPlace)
        .where(RequestPlace.match_id == match.id)
        .execution_options(populate_existing=True)
    )
    if place is None:
        raise Stale(CHANGED_MEANWHILE)
    values = {"match_id": None} if action == "free" else {}
    _move(context, place, action, **values)


def _move(context: Context, place: RequestPlace, action: str, **values: Any) -> None:
    before = place.state
    still = update(RequestPlace).where(RequestPlace.id == place.id, RequestPlace.state == before)
    after = str(PLACE_LIFE.after(before, action))
    if not changed(context.session, still.values(state=after, state_since=context.now, **values)):
        raise Stale(PLACE_LIFE.stale)
    context.session.refresh(place)


def follow_places(
    context: Context,
    request: HelpRequest,
    action: str,
    *,
    extra: Mapping[str, Any] | None = None,
    details: dict[str, Any] | None = None,
) -> bool:
    """Moves the request to the state that its places imply, by `action`; whether it moved.

    Looking goes on while a place is open, also when another is served: then it is due at once.
    """
    context.session.flush()
    before = State(request.state)
    states = [PlaceState(one.state) for one in places_of(context.session, request)]
    target = state_from_places(before, states)
    values: dict[str, Any] = {"places_taken": sum(one in HELD for one in states)}
    if target in LOOKED_FOR and PlaceState.OPEN in states:
        values["next_action_at"] = context.now
    values |= extra or {}
    keep_danger(request, values, before)
    anew = action in SEARCH_ANEW and (before, target) in REQUEST_LIFE.moves[action]
    if target != before or anew:
        move_request(context, request, action, target=target, extra=values, details=details)
        _watch_others(context, request)
        return True
    still = update(HelpRequest).where(
        HelpRequest.id == request.id, HelpRequest.version == request.version
    )
    if not changed(context.session, still.values(**values, version=HelpRequest.version + 1)):
        raise Stale(CHANGED_MEANWHILE)
    context.session.refresh(request)
    _watch_others(context, request)
    return False


def _watch_others(context: Context, request: HelpRequest) -> None:
    """Others who have accepted are still to arrive, though nothing else may be due before.

    One is at work, or a coordinator fills the places of a reopened request.
    """
    if request.state in (State.IN_PROGRESS, State.REOPENED):
        check_arrivals(context.session, request)
        context.session.refresh(request)
