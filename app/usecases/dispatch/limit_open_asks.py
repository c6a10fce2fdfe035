"""How many unanswered asks one person may have at a time, by urgency: a setting of the house."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.statements import in_chunks
from app.dispatch.models import Match
from app.dispatch.rules import MatchState
from app.help_requests.models import HelpRequest
from app.settings.queries import read_setting


def people_at_limit(
    session: Session, request: HelpRequest, people: Sequence[int], now: datetime
) -> dict[int, int]:
    """Who of these must answer other requests of this urgency first, and how many."""
    most = int(read_setting(session, f"open_asks_{request.urgency}"))
    found: dict[int, int] = {}
    for some in in_chunks(people):
        rows = session.execute(
            select(Match.person_id, func.count())
            .join(HelpRequest, HelpRequest.id == Match.request_id)
            .where(
                Match.person_id.in_(some),
                Match.state == MatchState.SENT,
                Match.deadline_at > now,
                Match.request_id != request.id,
                HelpRequest.urgency == request.urgency,
            )
            .group_by(Match.person_id)
        )
        found |= {person_id: count for person_id, count in rows if count >= most}
    return found
