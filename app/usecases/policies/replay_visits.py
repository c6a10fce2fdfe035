"""Who served which resident before, and how it was rated, for the dispatch lab."""

from collections.abc import Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.core.statements import in_chunks
from app.dispatch.models import Match
from app.dispatch.rules import HOLDING
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.rules import REOPENING_STARS
from app.matching.lab.world import Visit
from app.usecases.policies.replay_volunteers import resident_key


def visits_to(session: Session, phone_lookups: Sequence[str]) -> list[Visit]:
    """Every visit to these residents, wherever and for whatever, the oldest first."""
    found: list[tuple[int, Visit]] = []
    for some in in_chunks(phone_lookups):
        rows = session.execute(
            select(
                Match.id,
                Match.request_id,
                Match.person_id,
                Match.made_at,
                Match.accepted_at,
                HelpRequest.phone_lookup,
                Feedback.stars,
                Feedback.made_at.label("rated_at"),
            )
            .join(HelpRequest, HelpRequest.id == Match.request_id)
            .outerjoin(
                Feedback,
                and_(Feedback.request_id == Match.request_id, Feedback.round_no == Match.round_no),
            )
            .where(HelpRequest.phone_lookup.in_(some), Match.state.in_(sorted(HOLDING)))
        )
        for row in rows:
            visit = Visit(
                person_id=row.person_id,
                request_id=row.request_id,
                resident=resident_key(row.phone_lookup),
                at=row.accepted_at or row.made_at,
                well=None if row.stars is None else row.stars > REOPENING_STARS,
                rated_at=row.rated_at,
            )
            found.append((row.id, visit))
    return [visit for _, visit in sorted(found, key=lambda one: one[0])]
