"""Whether a help request is done together or not at all, and since when its team is whole."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.wishes import Wish
from app.dispatch.models import Match
from app.dispatch.rules import HOLDING
from app.help_requests.models import HelpRequest


def is_together(session: Session, request: HelpRequest) -> bool:
    """Whether the request begins only when all of its places are taken.

    So it is where its resident wishes that nobody comes alone.
    """
    if Wish.COMPANION in request.wishes:
        return True
    return session.get_one(Category, request.category_id).together


def last_yes(
    session: Session, request: HelpRequest, round_no: int, *, by: datetime | None = None
) -> datetime | None:
    """When the last of those who hold a place of this round accepted; `by` then, if it is given."""
    last = select(func.max(Match.accepted_at)).where(
        Match.request_id == request.id,
        Match.round_no == round_no,
        Match.state.in_(sorted(HOLDING)),
    )
    return session.scalar(last if by is None else last.where(Match.accepted_at <= by))
