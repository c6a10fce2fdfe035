"""A volunteer's own offer at present."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.i18n import N_
from app.offers.models import Offer, OfferCategory
from app.people.queries import skills_of
from app.usecases.volunteers.offer_terms import OfferTerms


@dataclass(frozen=True, slots=True)
class OwnOffer:
    """The terms, until when the volunteer pauses (UTC), and the version that a change must name."""

    terms: OfferTerms
    area_path: str
    paused_until: datetime | None
    version: int


def see_own_offer(session: Session, *, actor: Actor) -> OwnOffer:
    """The actor's own offer. Raises NotFound if there is none."""
    offer = session.scalar(select(Offer).where(Offer.person_id == actor.person_id))
    if offer is None:
        raise NotFound(N_("没有找到服务供给"))
    categories = session.scalars(
        select(OfferCategory.category_id).where(OfferCategory.offer_id == offer.id)
    )
    terms = OfferTerms(
        lat=offer.lat,
        lon=offer.lon,
        category_ids=tuple(categories),
        hours=offer.hours,
        radius_m=offer.radius_m,
        travel=offer.travel,
        languages=tuple(offer.languages),
        max_load=offer.max_load,
        weekly_limit=offer.weekly_limit,
        skill_ids=tuple(sorted(skills_of(session, offer.person_id))),
        wishes=tuple(offer.wishes),
        woman=offer.woman,
    )
    return OwnOffer(terms, offer.area_path, offer.paused_until, offer.version)
