"""The page of one help request, and how an action on it is answered."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.catalogue import queries as catalogue
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid, NotAllowed, NotFound, Refused
from app.core.i18n import N_
from app.dispatch.queries import Waiting
from app.dispatch.rules import MatchState
from app.matching.eligibility import UNREACHABLE
from app.notifications.wording import ATTENTION
from app.usecases.dispatch.find_person import NEVER_ASKED
from app.usecases.requests.see_board import SHOWN, Case, open_case
from app.web.common.errors import message
from app.web.common.formatting import names_in_words
from app.web.common.guards import actor_as
from app.web.common.idempotency import done
from app.web.common.languages import current_locale
from app.web.common.order_answers import SPOKEN_NAMES
from app.web.common.settings import config
from app.web.common.wish_words import resident_choices, wish_words
from app.web.common.zones import zone_at
from app.web.coordinator.board.next_steps import next_step, why_late
from app.web.coordinator.cases.match_words import (
    exclusion_words,
    part_name,
    part_words,
)
from app.web.coordinator.cases.messages import messages_of
from app.web.coordinator.cases.story import timeline_of

# Rows of the ranking that are shown before the fold.
FIRST_ROWS = 5
SOURCES = {"web": N_("网页"), "sms": N_("短信"), "phone": N_("代录"), "api": N_("其他系统")}


# The field of the page that shows an error, for each form.
FIELDS = {
    ("do_extend", "reason"): "why-longer",
    ("do_cancel", "reason"): "why-cancel",
    ("do_change", "volunteers_needed"): "needed",
    ("do_assign", "person"): "assign",
}


def case_page(
    request_id: int,
    *,
    wrong: dict[str, str] | None = None,
    revealed: dict[str, str | None] | None = None,
    status: int = 200,
) -> AnyResponse:
    found = open_case(
        Context(db.session(), actor_as(RoleName.COORDINATOR), g.now), request_id=request_id
    )
    names = names_in_words(found.names)
    act = (request.endpoint or "").rpartition(".")[2]
    block_field = f"why-block-{(request.view_args or {}).get('person_id')}"
    fields = {**FIELDS, ("do_block", "reason"): block_field}
    errors = [(fields.get((act, name), name), text) for name, text in (wrong or {}).items()]
    return make_response(
        render_template(
            "coordinator/case.html",
            case=found,
            request_=found.request,
            names=names,
            assignable=found.assignable,
            part_words=part_words,
            part_name=part_name,
            exclusion_words=partial(exclusion_words, zone=zone_at(found.request.area_path)),
            never_asked=NEVER_ASKED | {UNREACHABLE},
            lacks=_lacks(found),
            wished=wish_words(found.request.wishes),
            wishes_asked=resident_choices({*found.category.wishes, *found.request.wishes}),
            shown=SHOWN,
            first_rows=FIRST_ROWS,
            attention=ATTENTION,
            sources=SOURCES,
            spoken=SPOKEN_NAMES,
            step=next_step(found.request, _waiting(found), g.now, zone_at(found.request.area_path)),
            late=why_late(found.request, g.now),
            timeline_of=timeline_of(found, names),
            messages=messages_of(found, names),
            newest=found.story[-1].seq if found.story else 0,
            wrong=wrong or {},
            errors=errors,
            blockable=_newest_accepted(found),
            act=act if wrong else "",
            chosen=request.form.getlist("person", type=int),
            revealed=revealed,
            tiles=config().tile_url,
        ),
        status,
    )


def _lacks(found: Case) -> list[str]:
    """What the team lacks, by name."""
    skills = [one for one in catalogue.skills(db.session()) if one.id in found.lacks.skills]
    said = [one.name(current_locale()) for one in skills]
    language = found.lacks.language
    return [*said, *([_(SPOKEN_NAMES.get(language, language))] if language else [])]


def _newest_accepted(found: Case) -> dict[int, int]:
    """The newest match of each person who accepted."""
    return {one.person_id: one.id for one in reversed(found.matches) if one.accepted_at}


def _waiting(found: Case) -> Waiting:
    sent = [one for one in found.matches if one.state == MatchState.SENT]
    until = max((one.deadline_at for one in sent if one.deadline_at), default=None)
    proposed = sum(one.state == MatchState.PROPOSED for one in found.matches)
    return Waiting(len(sent), until, proposed)


def version() -> int | None:
    return request.form.get("version", type=int)


def do(
    request_id: int,
    verb: Callable[..., Any],
    *,
    form_page: Callable[..., AnyResponse] = case_page,
    **values: Any,
) -> AnyResponse:
    """Runs one action and returns to the request, or shows errors at the fields of the form.

    `form_page` draws the page with the form: of the request's id, `wrong` and `status`.
    """
    try:
        with writing() as session:
            verb(
                Context(session, actor_as(RoleName.COORDINATOR), g.now),
                request_id=request_id,
                **values,
            )
            return done(session, _back(request_id))
    except Invalid as error:
        wrong = {name: _(text) for name, text in error.fields.items()}
        return form_page(request_id, wrong=wrong, status=422)
    except (NotAllowed, NotFound):
        raise
    except Refused as error:
        flash(message(error), "warning")
        return redirect(_back(request_id), code=303)


def _back(request_id: int) -> str:
    """The board if the action came from there, else the request."""
    if request.form.get("back") == "board":
        return url_for("board.board")
    return url_for("case.case", request_id=request_id)
