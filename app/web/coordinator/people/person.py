"""One person for a coordinator: what they offer, what they did, what they are asked."""

from flask import Blueprint, g, make_response, render_template
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue.queries import category_names
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.usecases.requests.reveal_contact import reveal_phone
from app.usecases.volunteers.see_person import PersonFile, open_person
from app.web.common.barrier_words import barrier_words, no_way_words
from app.web.common.guards import actor_as, page_for
from app.web.common.languages import current_locale
from app.web.common.travel_words import means_words
from app.web.coordinator.people.words import (
    LANGUAGES,
    ROLE_NAMES,
    STATE_NAMES,
    account_story,
    week_words,
)

bp = Blueprint("person", __name__, url_prefix="/c/people")


def _page(person_id: int, *, phone: str | None = None, status: int = 200) -> AnyResponse:
    session = db.session()
    found = open_person(
        Context(session, actor_as(RoleName.COORDINATOR), g.now), person_id=person_id
    )
    return make_response(
        render_template(
            "coordinator/person.html",
            file=found,
            person=found.person,
            hours=week_words(found.offer.hours if found.offer else []),
            languages=LANGUAGES,
            means_words=means_words,
            roles=ROLE_NAMES,
            states=STATE_NAMES,
            category_names=category_names(session, current_locale()),
            story=account_story(found),
            phone=phone,
            reach=_reach_words(found),
        ),
        status,
    )


def _reach_words(found: PersonFile) -> str:
    """Why texts, or all messages, do not reach the person; empty when they do."""
    if found.no_text is None:
        return ""
    return no_way_words(found.no_text) if found.unreachable else barrier_words(found.no_text)


@bp.get("/<int:person_id>")
@page_for(RoleName.COORDINATOR)
def person(person_id: int) -> AnyResponse:
    """The person's page."""
    return _page(person_id)


@bp.post("/<int:person_id>/reveal")
@page_for(RoleName.COORDINATOR)
def reveal(person_id: int) -> AnyResponse:
    """Shows the phone number; the trail records it."""
    with writing() as session:
        phone = reveal_phone(
            Context(session, actor_as(RoleName.COORDINATOR), g.now), person_id=person_id
        )
    return _page(person_id, phone=phone)
