"""Learns from answers and from what became of each yes, see `learn_promises`.

Each settled ask is counted once, for its volunteer and for its area.

A tick does this, not the answer, so that nobody who answers waits for a shared counter.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select, text, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.statements import changed, insert_once
from app.dispatch.asked_about import AskedAbout, read_asked_about
from app.dispatch.models import TO_LEARN, AnswerCount, AreaAnswerCount, Match
from app.dispatch.rules import OWN_END_REASONS, WAITING, MatchState
from app.help_requests.models import HelpRequest
from app.matching.acceptance import Outcome, setting_at, weight_at
from app.usecases.dispatch.ask_question import asked_now
from app.usecases.dispatch.learn_duty_answers import count_duty_answer
from app.usecases.dispatch.learn_promises import (
    SETTLED_AFTER,
    count_promises,
    promises_to_learn,
)


def answers_to_learn(session: Session, *, now: datetime, limit: int = 200) -> list[int]:
    """Ids of matches of which something is settled and not yet counted, at most twice `limit`."""
    promises = promises_to_learn(session, now=now, limit=limit)
    return list(dict.fromkeys([*_settled_answers(session, now, limit), *promises]))


def _settled_answers(session: Session, now: datetime, limit: int) -> list[int]:
    before = now - SETTLED_AFTER
    settled = or_(
        Match.answered_at <= before,
        and_(Match.answered_at.is_(None), Match.ended_at <= before),
    )
    rows = session.scalars(
        select(Match.id)
        .where(
            Match.sent_at.is_not(None),
            Match.learnt_at.is_(None),
            Match.state.not_in(sorted(WAITING)),
            settled,
        )
        .order_by(Match.sent_at, Match.id)
        .limit(limit)
    )
    return list(rows)


def learn_from_answers(session: Session, *, match_ids: Sequence[int], now: datetime) -> int:
    """Counts these matches unless somebody else did. Returns how many counted."""
    answered = _count_answers(session, match_ids, now)
    return len(answered | count_promises(session, match_ids=match_ids, now=now))


def _count_answers(session: Session, match_ids: Sequence[int], now: datetime) -> set[int]:
    rows = session.execute(
        select(Match, HelpRequest)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .where(Match.id.in_(match_ids))
        .execution_options(populate_existing=True)
    ).all()
    told: set[int] = set()
    # The same order for all prevents deadlocks.
    for match, request in sorted(rows, key=lambda row: row[0].id):
        outcomes = _outcomes(session, match, request)
        # Nothing was asked or answered since it was read.
        mine = update(Match).where(
            Match.id == match.id, Match.version == match.version, text(TO_LEARN)
        )
        learnt = {"learnt_at": now, "refused_at": None, "refused_question": None}
        if not changed(session, mine.values(**learnt)):
            continue
        for outcome in outcomes:
            count_answer(session, outcome)
            told.add(match.id)
    return told


def _outcomes(session: Session, match: Match, request: HelpRequest) -> list[Outcome]:
    """What the ask teaches, if anything, and the refused ask about something else before it."""
    found = []
    present = asked_now(request, match.distance_m or 0)
    refused = match.refused_at
    if refused is not None:
        about = read_asked_about(match.refused_question) or present
        found.append(_outcome(session, match, about, at=refused, yes=False))
    yes = _said_yes_in_time(match)
    others_doing = match.end_reason is not None and match.end_reason not in OWN_END_REASONS
    # After that no, a yes to what was changed was not asked for.
    asked = match.sent_at if match.sent_at != refused else None
    if asked is not None and (yes or not others_doing):
        about = read_asked_about(match.question) or present
        found.append(_outcome(session, match, about, at=asked, yes=yes))
    return found


def _outcome(
    session: Session, match: Match, about: AskedAbout, *, at: datetime, yes: bool
) -> Outcome:
    zone = session.scalars(select(Area.timezone).where(Area.id == about.area_id)).one()
    setting = setting_at(
        at,
        about.wanted_from,
        ZoneInfo(zone),
        category_id=about.category_id,
        metres=about.metres,
    )
    return Outcome(match.person_id, about.area_id, setting, at, yes)


def _said_yes_in_time(match: Match) -> bool:
    if match.accepted_at is None or match.state == MatchState.DECLINED:
        return False
    return match.deadline_at is None or match.accepted_at <= match.deadline_at


def count_answer(session: Session, one: Outcome) -> None:
    """Adds an ask, and a yes if it was one, weighted as at the epoch."""
    weight = weight_at(one.at)
    setting = {
        "hour": one.setting.hours,
        "category_id": one.setting.category_id,
        "band": one.setting.band,
    }
    yes = weight if one.yes else 0.0
    _add(session, AnswerCount, {"person_id": one.person_id, **setting}, weight, yes)
    _add(session, AreaAnswerCount, {"area_id": one.area_id, **setting}, weight, yes)
    count_duty_answer(session, one)


def _add(
    session: Session,
    table: type[AnswerCount] | type[AreaAnswerCount],
    key: dict[str, Any],
    asks: float,
    yeses: float,
) -> None:
    insert_once(session, table, **key, asks=0.0, yeses=0.0)
    where = [getattr(table, name) == value for name, value in key.items()]
    more = update(table).where(*where)
    changed(session, more.values(asks=table.asks + asks, yeses=table.yeses + yeses))
