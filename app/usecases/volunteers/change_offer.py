"""Changes or pauses a volunteer's offer."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.i18n import N_
from app.offers.models import Offer
from app.people.models import Person
from app.people.rules import PersonState
from app.usecases.accounts.grant_roles import load_person
from app.usecases.shared.wake_waiting import wake_waiting_requests
from app.usecases.volunteers.follow_offer import brings, follow_offer
from app.usecases.volunteers.offer_terms import (
    OfferTerms,
    errors_of,
    rewrite_offer,
    set_pause,
)
from app.usecases.volunteers.register_people import record_account
from app.usecases.volunteers.release_volunteer import lock_with_tasks


def offer_of(session: Session, actor: Actor, person_id: int) -> tuple[Person, Offer]:
    """One's own offer or, for a coordinator, that of somebody in the area."""
    person = load_person(session, person_id)
    if actor.person_id != person_id:
        actor.needs(RoleName.COORDINATOR, person.area_path)
    elif person.state not in (PersonState.ACTIVE, PersonState.PENDING):
        raise NotAllowed(N_("您的志愿者账号现在停用，请联系调度员"))
    offer = session.scalar(
        select(Offer).where(Offer.person_id == person_id).execution_options(populate_existing=True)
    )
    if offer is None:
        raise NotFound(N_("还没有填写服务供给"))
    return person, offer


def change_offer(context: Context, *, person_id: int, terms: OfferTerms, version: int) -> None:
    """Changes hours, radius, categories or skills, and what follows for open asks and tasks."""
    person, offer = offer_of(context.session, context.actor, person_id)
    errors = errors_of(context.session, terms)
    if errors:
        raise Invalid(errors)
    matches = lock_with_tasks(context.session, person_id)
    before = brings(context.session, offer)
    rewrite_offer(context.session, offer, terms, version=version, now=context.now)
    details = {"categories": sorted(terms.category_ids), "radius_m": terms.radius_m}
    record_account(context, person, "offer.changed", details=details)
    lost = before.without(brings(context.session, offer))
    follow_offer(context, person, matches, lost=lost)
    wake_waiting_requests(context, person_id)


def pause_offer(context: Context, *, person_id: int, until: datetime | None) -> None:
    """Pauses asks until then; None ends the pause. No reason needed."""
    person, offer = offer_of(context.session, context.actor, person_id)
    if until is not None and until <= context.now:
        raise Invalid({"until": N_("请选以后的日期")})
    set_pause(context.session, offer, until, now=context.now)
    context.session.refresh(offer)
    details = {"until": until.isoformat() if until else None}
    record_account(context, person, "offer.paused" if until else "offer.resumed", details=details)
    wake_waiting_requests(context, person_id)
