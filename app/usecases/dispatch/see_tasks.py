"""A volunteer's asks, tasks and requests near by, without names or addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.core.attention import Attention
from app.core.wishes import Wish
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LOOKED_FOR
from app.matching.distance import box_around, metres_between
from app.matching.eligibility import against_wishes
from app.offers.models import Offer, OfferCategory

RECENT = 20
NEAR_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Task:
    """A match as its volunteer sees it in a list."""

    match_id: int
    token: str
    state: str
    end_reason: str | None
    reply_number: int | None
    distance_m: int | None
    sent_at: datetime | None
    deadline_at: datetime | None
    accepted_at: datetime | None
    category: Category
    rough_place: str
    urgency: str
    wanted_from: datetime | None
    wanted_to: datetime | None
    code: str
    area_path: str


COLUMNS = (
    Match.id,
    Match.token,
    Match.state,
    Match.end_reason,
    Match.reply_number,
    Match.distance_m,
    Match.sent_at,
    Match.deadline_at,
    Match.accepted_at,
    Category,
    HelpRequest.rough_place,
    HelpRequest.urgency,
    HelpRequest.wanted_from,
    HelpRequest.wanted_to,
    HelpRequest.code,
    HelpRequest.area_path,
)


def _tasks(session: Session, person_id: int, states: Sequence[str], limit: int) -> list[Task]:
    rows: Any = session.execute(
        select(*COLUMNS)
        .join(HelpRequest, HelpRequest.id == Match.request_id)
        .join(Category, Category.id == HelpRequest.category_id)
        .where(Match.person_id == person_id, Match.state.in_(states))
        .order_by(Match.id.desc())
        .limit(limit)
    )
    return [Task(*row) for row in rows]


def open_asks(session: Session, person_id: int) -> list[Task]:
    """Asks that wait for an answer."""
    return _tasks(session, person_id, (MatchState.SENT,), 50)


def at_hand(session: Session, person_id: int) -> list[Task]:
    """Tasks that were accepted and are not finished."""
    return _tasks(session, person_id, sorted(ACTIVE), 50)


def finished_tasks(session: Session, person_id: int) -> list[Task]:
    """The tasks finished last."""
    return _tasks(session, person_id, (MatchState.FINISHED,), RECENT)


@dataclass(frozen=True, slots=True)
class Near:
    """An open request that may be grabbed."""

    request_id: int
    category: Category
    rough_place: str
    urgency: str
    metres: float
    wanted_from: datetime | None
    wanted_to: datetime | None
    area_path: str


def requests_near(session: Session, person_id: int) -> list[Near]:
    """Open requests near by that may be grabbed, that the offer covers and no wish rules out."""
    offer = session.scalar(
        select(Offer).where(Offer.person_id == person_id, Offer.active.is_(True))
    )
    if offer is None:
        return []
    box = box_around(offer.lat, offer.lon, offer.radius_m)
    mine = exists().where(
        Match.request_id == HelpRequest.id,
        Match.round_no == HelpRequest.round_no,
        Match.person_id == person_id,
    )
    rows: Any = session.execute(
        select(
            HelpRequest.id,
            Category,
            HelpRequest.rough_place,
            HelpRequest.urgency,
            HelpRequest.lat,
            HelpRequest.lon,
            HelpRequest.wanted_from,
            HelpRequest.wanted_to,
            HelpRequest.area_path,
            HelpRequest.wishes,
            HelpRequest.volunteers_needed,
        )
        .join(Category, Category.id == HelpRequest.category_id)
        .join(
            OfferCategory,
            (OfferCategory.category_id == HelpRequest.category_id)
            & (OfferCategory.offer_id == offer.id),
        )
        .where(
            HelpRequest.state.in_(sorted(LOOKED_FOR)),
            HelpRequest.places_taken < HelpRequest.volunteers_needed,
            func.coalesce(HelpRequest.attention, "") != Attention.WINDOW_OVER,
            HelpRequest.lat.between(box.south, box.north),
            HelpRequest.lon.between(box.west, box.east),
            Category.grab.is_(True),
            ~mine,
        )
        .order_by(HelpRequest.submitted_at)
        .limit(100)
    )
    found = [
        Near(key, category, place, urgency, metres_between(offer.lat, offer.lon, lat, lon), *rest)
        for key, category, place, urgency, lat, lon, *rest, wishes, needed in rows
        if not _is_against_wishes(offer, category, wishes, needed)
    ]
    reachable = [one for one in found if one.metres <= offer.radius_m]
    return sorted(reachable, key=lambda one: one.metres)[:NEAR_SHOWN]


def _is_against_wishes(offer: Offer, category: Category, wishes: list[str], needed: int) -> bool:
    together = needed > 1 and (category.together or Wish.COMPANION in wishes)
    return any(against_wishes(wishes, offer.wishes, woman=offer.woman, together=together))
