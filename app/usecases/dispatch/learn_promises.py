"""Counts what became of each yes once, for its volunteer and for its area; see `learn_answers`.

How long the way took is counted along with it, see `learn_ways`.

A visit is judged once it is rated or its request is closed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, text, update
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.statements import changed, insert_once
from app.dispatch.models import PROMISED, AreaPromiseCount, Match, PromiseCount
from app.dispatch.rules import ACTIVE, BROKEN_PROMISES, WAITING, MatchState
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.rules import REOPENING_STARS, State
from app.matching.acceptance import Counts, task_begins, weight_at
from app.matching.promises import BROKEN, FREE_UNDO_EVERY, served, undone
from app.usecases.dispatch.learn_ways import count_way
from app.usecases.shared.arrivals import awaited_since

# A yes may be undone for two minutes; count what ended a little later.
SETTLED_AFTER = timedelta(minutes=5)
# A visit that is neither rated nor closed by then is judged without a rating.
RATED_WITHIN = timedelta(days=7)
UNSETTLED = sorted(WAITING | ACTIVE)


def promises_to_learn(session: Session, *, now: datetime, limit: int = 200) -> list[int]:
    """Ids of matches whose yes is settled and not yet counted."""
    rows = session.scalars(
        select(Match.id)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(text(PROMISED), _settled(now))
        .order_by(Match.id)
        .limit(limit)
    )
    return list(rows)


def _settled(now: datetime) -> ColumnElement[bool]:
    """What became of the yes is known: rated or closed, or ended a while ago."""
    rated = (
        select(Feedback.id)
        .where(Feedback.request_id == Match.request_id, Feedback.round_no == Match.round_no)
        .correlate(Match)
        .exists()
    )
    done = and_(
        Match.state == MatchState.FINISHED,
        or_(
            rated,
            HelpRequest.state == State.CLOSED,
            Match.finished_at <= now - RATED_WITHIN,
        ),
    )
    ended = and_(Match.state != MatchState.FINISHED, Match.ended_at <= now - SETTLED_AFTER)
    return and_(Match.state.not_in(UNSETTLED), or_(done, ended))


def count_promises(session: Session, *, match_ids: Sequence[int], now: datetime) -> set[int]:
    """Counts those of these matches that are settled, unless somebody else did.

    Returns the ids of those that counted.
    """
    rows = session.execute(
        select(Match, HelpRequest, Category.arrive_minutes, Feedback.stars)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .join(Category, Category.id == HelpRequest.category_id)
        .outerjoin(
            Feedback,
            and_(Feedback.request_id == Match.request_id, Feedback.round_no == Match.round_no),
        )
        .where(Match.id.in_(match_ids), text(PROMISED), _settled(now))
        .execution_options(populate_existing=True)
    ).all()
    told: set[int] = set()
    # The same order for all prevents deadlocks.
    for row in sorted(rows, key=lambda row: row[0].id):
        match = row[0]
        mine = update(Match).where(Match.id == match.id, Match.promise_learnt_at.is_(None))
        if not changed(session, mine.values(promise_learnt_at=now)):
            continue
        count_way(session, match, row[1].area_id)
        became = _became(*row)
        slips = undone(match.undone, free=_undo_is_free(session, match))
        both = Counts(became.asks + slips.asks, became.yeses + slips.yeses)
        if both.asks:
            at = match.accepted_at or match.undone_at or match.made_at
            _count(session, match.person_id, row[1].area_id, both, weight_at(at))
            told.add(match.id)
    return told


def _became(match: Match, request: HelpRequest, arrive_minutes: int, stars: int | None) -> Counts:
    """What the yes counts as, apart from those undone before it."""
    if match.end_reason in BROKEN_PROMISES:
        return BROKEN
    if match.state != MatchState.FINISHED:
        return Counts()
    content = None if stars is None else stars > REOPENING_STARS
    late = _lateness(match, request, arrive_minutes)
    return served(late, confirmed=match.arrival_confirmed, content=content)


def _lateness(match: Match, request: HelpRequest, arrive_minutes: int) -> timedelta:
    """How long after the last moment that the resident wished; negative when earlier.

    Nobody is awaited before they could know that they may go.
    """
    if match.accepted_at is None or match.arrived_at is None:
        return timedelta(0)
    usual = task_begins(awaited_since(match), request.wanted_from)
    latest = max(usual + timedelta(minutes=arrive_minutes), request.wanted_to or usual)
    return match.arrived_at - latest


def _undo_is_free(session: Session, match: Match) -> bool:
    """Whether this volunteer undid no other yes in the time before."""
    if match.undone_at is None:
        return True
    other = select(Match.id).where(
        Match.person_id == match.person_id,
        Match.id != match.id,
        Match.undone_at > match.undone_at - FREE_UNDO_EVERY,
        Match.undone_at <= match.undone_at,
    )
    return session.scalar(other.limit(1)) is None


def _count(session: Session, person_id: int, area_id: int, counts: Counts, weight: float) -> None:
    _add(session, PromiseCount, {"person_id": person_id}, counts, weight)
    _add(session, AreaPromiseCount, {"area_id": area_id}, counts, weight)


def _add(
    session: Session,
    table: type[PromiseCount] | type[AreaPromiseCount],
    key: dict[str, Any],
    counts: Counts,
    weight: float,
) -> None:
    insert_once(session, table, **key, promises=0.0, kept=0.0)
    where = [getattr(table, name) == value for name, value in key.items()]
    more = update(table).where(*where)
    values = {
        "promises": table.promises + counts.asks * weight,
        "kept": table.kept + counts.yeses * weight,
    }
    changed(session, more.values(**values))
