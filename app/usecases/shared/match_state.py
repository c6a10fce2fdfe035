"""One move of a match: its state, the place that it holds, and its line in the trail."""

from typing import Any

from sqlalchemy import update

from app.core.context import Context
from app.core.errors import Stale
from app.core.statements import changed
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, MATCH_LIFE, MatchState
from app.help_requests.models import HelpRequest
from app.trail.chain import record
from app.usecases.shared.place_state import move_place_of

# What happens to the place that the match holds.
PLACE_ACTIONS = {
    "undo": "free",
    "undo_after_no": "free",
    "undo_grab": "free",
    "give_up": "free",
    "withdraw": "free",
    "set_out": "set_out",
    "arrive": "arrive",
    "finish": "finish",
}
LINES = {
    "send": "sent",
    "ask_again": "sent_again",
    "accept": "accepted",
    "decline": "declined",
    "expire": "expired",
    "withdraw": "withdrawn",
    "undo": "undone",
    "undo_after_no": "undone",
    "undo_grab": "undone",
    "give_up": "given_up",
    "set_out": "on_the_way",
    "arrive": "arrived",
    "finish": "finished",
}
ENDED = (MatchState.DECLINED, MatchState.EXPIRED, MatchState.WITHDRAWN)


def move_match(
    context: Context,
    request: HelpRequest,
    match: Match,
    action: str,
    *,
    reason: str | None = None,
    values: dict[str, Any] | None = None,
    details: dict[str, Any] | None = None,
    line: str | None = None,
) -> None:
    """Moves a match by `action` of `dispatch.rules.MATCH_LIFE`, and the place it holds.

    The caller has locked the request. `reason` says why it ended; `line` replaces the usual word
    of the trail. Raises Stale when the state has changed meanwhile.
    """
    context.session.flush()
    before = match.state
    after = MATCH_LIFE.after(before, action)
    columns: dict[str, Any] = {"state": str(after), "version": Match.version + 1}
    if after in ENDED:
        columns |= {"end_reason": reason, "ended_at": context.now}
    place_no = match.place_no
    if before in ACTIVE and after not in (*ACTIVE, MatchState.FINISHED):
        columns["place_no"] = None
    still = update(Match).where(
        Match.id == match.id, Match.state == before, Match.version == match.version
    )
    if not changed(context.session, still.values(**columns, **(values or {}))):
        raise Stale(MATCH_LIFE.stale)
    context.session.refresh(match)
    if before in ACTIVE and action in PLACE_ACTIONS:
        move_place_of(context, match, PLACE_ACTIONS[action])
    record_match(
        context,
        request,
        match,
        f"match.{line or LINES[action]}",
        from_=before,
        place=match.place_no or place_no,
        reason=reason,
        **(details or {}),
    )


def record_match(
    context: Context,
    request: HelpRequest,
    match: Match,
    kind: str,
    **details: Any,
) -> None:
    """Records what happened to a match in the trail; details that are None are left out."""
    told = {key.rstrip("_"): value for key, value in details.items() if value is not None}
    record(
        context,
        kind=kind,
        subject=("match", match.id),
        area_path=request.area_path,
        request_id=request.id,
        details={"person": match.person_id, **told},
    )
