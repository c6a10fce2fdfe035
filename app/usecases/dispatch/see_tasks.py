"""A volunteer's asks, tasks and requests near by, without names or addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, load_only

from app.catalogue.models import Category
from app.core.attention import Attention
from app.dispatch.models import Match
from app.dispatch.rules import ACTIVE, MatchState
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LOOKED_FOR
from app.matching.distance import box_around, metres_between
from app.offers.models import Offer, OfferCategory
from app.usecases.dispatch.fair_grab import others_first_until, taken_lately
from app.usecases.dispatch.grabbable import grabbable

RECENT = 20
NEAR_SHOWN = 10
MOST_READ = 100
# What the list and the rule of who may grab need of a request.
READ = tuple(
    getattr(HelpRequest, name)
    for name in (
        "id",
        "category_id",
        "area_id",
        "area_path",
        "state",
        "urgency",
        "source",
        "language",
        "phone_lookup",
        "rough_place",
        "lat",
        "lon",
        "wanted_from",
        "wanted_to",
        "spoken_language",
        "wishes",
        "volunteers_needed",
        "places_taken",
        "round_no",
        "submitted_at",
    )
)


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
    # Until then others who took less lately may be asked before this volunteer.
    others_first_until: datetime | None


def requests_near(session: Session, person_id: int, *, now: datetime) -> list[Near]:
    """Open requests near by that this volunteer may grab, the nearest first.

    The number of queries does not grow with the requests.
    """
    offer = session.scalar(
        select(Offer).where(Offer.person_id == person_id, Offer.active.is_(True))
    )
    if offer is None:
        return []
    rows = [
        (request, category, metres)
        for request, category in session.execute(_open_around(offer))
        if (metres := metres_between(offer.lat, offer.lon, request.lat, request.lon))
        <= offer.radius_m
    ]
    may = grabbable(session, [request for request, *_ in rows], person_id, now=now)
    mine = taken_lately(session, [person_id], now)
    found = [
        Near(
            request_id=request.id,
            category=category,
            rough_place=request.rough_place,
            urgency=request.urgency,
            metres=metres,
            wanted_from=request.wanted_from,
            wanted_to=request.wanted_to,
            area_path=request.area_path,
            others_first_until=others_first_until(request, category, mine, now=now),
        )
        for request, category, metres in rows
        if request.id in may
    ]
    return sorted(found, key=lambda one: one.metres)[:NEAR_SHOWN]


def _open_around(offer: Offer) -> Any:
    """Requests in the square around an offer, of its categories, that it was not asked about."""
    box = box_around(offer.lat, offer.lon, offer.radius_m)
    mine = exists().where(
        Match.request_id == HelpRequest.id,
        Match.round_no == HelpRequest.round_no,
        Match.person_id == offer.person_id,
    )
    return (
        select(HelpRequest, Category)
        # Nothing personal is read, so nothing needs decrypting.
        .options(load_only(*READ))
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
        .limit(MOST_READ)
    )
