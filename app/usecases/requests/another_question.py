"""Whether a change makes a request another question, and what then becomes of the noes to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.attention import Attention
from app.core.context import Context
from app.core.statements import changed
from app.dispatch.models import Match
from app.dispatch.rules import NO_TO_THIS, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LOOKED_FOR
from app.matching.distance import metres_between

# A pin put right, or a visit a little later, is the same question.
FARTHER_M = 300
LATER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Question:
    """What volunteers are asked: which kind of help, where and when."""

    category_id: int
    at: tuple[float, float] | None
    wanted_from: datetime | None
    wanted_to: datetime | None


def question_of(request: HelpRequest) -> Question:
    """What volunteers are asked about a request now."""
    at = None
    if request.lat is not None and request.lon is not None:
        at = (request.lat, request.lon)
    return Question(request.category_id, at, request.wanted_from, request.wanted_to)


def is_another(before: Question, after: Question) -> bool:
    """Whether somebody who said no to the one may well say yes to the other."""
    return (
        before.category_id != after.category_id
        or _is_elsewhere(before, after)
        or _is_at_another_time(before.wanted_from, after.wanted_from)
        or _is_at_another_time(before.wanted_to, after.wanted_to)
    )


def _is_elsewhere(before: Question, after: Question) -> bool:
    if before.at is None or after.at is None:
        return before.at != after.at
    return metres_between(*before.at, *after.at) >= FARTHER_M


def _is_at_another_time(before: datetime | None, after: datetime | None) -> bool:
    if before is None or after is None:
        return before != after
    return abs(after - before) >= LATER


def ask_anew(context: Context, request: HelpRequest) -> None:
    """Whoever said no, or nothing, may be asked once more, from the first phase on.

    Those who gave the task back, or whom a coordinator took off, are not. The caller has locked the
    request and written the change.
    """
    _reopen(context.session, request)
    if request.state not in LOOKED_FOR or request.matching_since is None:
        return
    values: dict[str, object] = {"phases_from": context.now, "look_by": context.now}
    if request.attention == Attention.NOBODY_NEAR:
        values["attention"] = None
    anew = update(HelpRequest).where(HelpRequest.id == request.id)
    changed(context.session, anew.values(**values))
    context.session.refresh(request)


def _reopen(session: Session, request: HelpRequest) -> None:
    session.flush()
    noes = update(Match).where(
        Match.request_id == request.id,
        Match.round_no == request.round_no,
        Match.state.in_([MatchState.DECLINED, MatchState.EXPIRED]),
        Match.end_reason.in_(sorted(NO_TO_THIS)),
        Match.reopened.is_(False),
    )
    changed(session, noes.values(reopened=True, version=Match.version + 1))
