"""Somebody came free: checks at once the requests near by that wait for volunteers."""

from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from app.core.context import Context
from app.core.statements import changed
from app.core.wakes import Topic, wake
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.help_requests.queries import URGENT_FIRST
from app.help_requests.rules import LOOKED_FOR
from app.matching.distance import box_around, metres_between
from app.offers.models import Offer, OfferCategory

# One person can take few tasks, so more need not be checked.
MOST_WOKEN = 10
MOST_READ = 200
# People on duty come from farther away.
DUTY_REACH_M = 20_000


def wake_waiting_requests(context: Context, person_id: int, *, on_duty: bool = False) -> int:
    """Makes due the waiting requests that this person offers to help with, within reach.

    At most MOST_WOKEN, the urgent and then the longest overdue first; they are checked before
    newer ones. Returns how many.
    """
    offer = context.session.scalar(
        select(Offer).where(
            Offer.person_id == person_id,
            Offer.active,
            or_(Offer.paused_until.is_(None), Offer.paused_until <= context.now),
        )
    )
    if offer is None:
        return 0
    reach_m = DUTY_REACH_M if on_duty else offer.radius_m
    near = _waiting(context.session, offer, reach_m, context.now)[:MOST_WOKEN]
    for request_id, submitted_at in near:
        # As old as the order: the first to come is checked first.
        soon = update(HelpRequest).where(HelpRequest.id == request_id)
        at = min(submitted_at, context.now)
        changed(context.session, soon.values(next_action_at=at))
    if near:
        wake(context.session, Topic.REQUESTS)
    return len(near)


def _waiting(
    session: Session, offer: Offer, reach_m: float, now: datetime
) -> list[tuple[int, datetime]]:
    """Ids and times of submission. Locks them; one that is locked is being worked on anyway."""
    box = box_around(offer.lat, offer.lon, reach_m)
    asked = exists().where(
        Match.request_id == HelpRequest.id,
        Match.round_no == HelpRequest.round_no,
        Match.person_id == offer.person_id,
        Match.sent_at.is_not(None),
        Match.reopened.is_(False),
    )
    rows = session.execute(
        select(HelpRequest.id, HelpRequest.submitted_at, HelpRequest.lat, HelpRequest.lon)
        .join(OfferCategory, OfferCategory.category_id == HelpRequest.category_id)
        .where(
            OfferCategory.offer_id == offer.id,
            HelpRequest.state.in_(sorted(LOOKED_FOR)),
            HelpRequest.places_taken < HelpRequest.volunteers_needed,
            HelpRequest.next_action_at > now,
            HelpRequest.lat.between(box.south, box.north),
            HelpRequest.lon.between(box.west, box.east),
            ~asked,
        )
        .order_by(URGENT_FIRST, HelpRequest.due_at, HelpRequest.submitted_at, HelpRequest.id)
        .limit(MOST_READ)
        .with_for_update(of=HelpRequest, skip_locked=True)
    ).all()
    return [
        (request_id, submitted_at)
        for request_id, submitted_at, lat, lon in rows
        if metres_between(offer.lat, offer.lon, lat or 0.0, lon or 0.0) <= reach_m
    ]
