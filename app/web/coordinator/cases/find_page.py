"""The page on which a coordinator finds somebody by name or phone for a request."""

from functools import partial

from flask import g, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db
from app.usecases.dispatch.find_person import FORBIDDEN, MOST_SHOWN, find_person_for
from app.usecases.shared.request_state import load_request
from app.web.common.guards import actor_as
from app.web.common.settings import phone_region
from app.web.common.zones import zone_at
from app.web.coordinator.cases.match_words import exclusion_words

MOST_LETTERS = 40


def find_page(
    request_id: int, words: str, *, wrong: dict[str, str] | None = None, status: int = 200
) -> AnyResponse:
    """Who was found, with what speaks against each; what was ticked stays ticked."""
    looked_for = words[:MOST_LETTERS]
    found = find_person_for(
        Context(db.session(), actor_as(RoleName.COORDINATOR), g.now),
        request_id=request_id,
        words=looked_for,
        region=phone_region(),
    )
    asked_about = load_request(db.session(), request_id)
    html = render_template(
        "coordinator/find_person.html",
        found=found.people,
        more=found.more,
        most=MOST_SHOWN,
        forbidden=FORBIDDEN,
        words=looked_for,
        request_id=request_id,
        version=asked_about.version,
        exclusion_words=partial(exclusion_words, zone=zone_at(asked_about.area_path)),
        chosen=request.form.getlist("person", type=int),
        wrong=wrong or {},
    )
    return make_response(html, status)
