"""People of a coordinator's areas: waiting for approval, active; import from a CSV."""

from typing import Any

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from app.areas.queries import areas_within
from app.catalogue.queries import skills
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.people.lists import (
    MOST_SEARCHED,
    STATES,
    Wanted,
    count_by_state,
    may_search,
    people_of,
    skills_of_many,
)
from app.people.queries import list_organisations
from app.usecases.messages.reach import unreachable_helpers
from app.usecases.shared.import_report import ImportReport
from app.usecases.volunteers.import_people import import_people
from app.web.common.barrier_words import no_way_words
from app.web.common.guards import actor_as, page_for
from app.web.common.languages import current_locale
from app.web.common.own_areas import AREA_LEVELS, own_paths
from app.web.common.settings import phone_region
from app.web.common.uploads import UnknownEncoding, table_text
from app.web.coordinator.people.words import STATE_NAMES

bp = Blueprint("people", __name__, url_prefix="/c/people")

PAGE = 50
MOST_PAGES = 2000
NAME_MAX = 40


def _wanted(only: frozenset[int] | None) -> Wanted:
    state = request.args.get("state")
    return Wanted(
        state if state in STATES else None,
        request.args.get("organisation", type=int),
        request.args.get("skill", type=int),
        (request.args.get("name") or "").strip()[:NAME_MAX],
        only,
    )


def _page(report: ImportReport | None = None) -> str:
    session, mine = db.session(), own_paths()
    page = max(1, min(MOST_PAGES, request.args.get("page", 1, type=int)))
    places = areas_within(session, mine, levels=AREA_LEVELS)
    area = request.args.get("area", type=int)
    within = [place.path for place in places if place.id == area] or list(mine)
    unreached = unreachable_helpers(session, within, g.now)
    by_reach = request.args.get("reach") == "none"
    wanted = _wanted(frozenset(unreached) if by_reach else None)
    too_many = bool(wanted.name) and not may_search(session, within, wanted)
    found = (
        []
        if too_many
        else people_of(session, within, wanted, limit=PAGE + 1, offset=(page - 1) * PAGE)
    )
    lines = found[:PAGE]
    known = skills(session)
    return render_template(
        "coordinator/people.html",
        lines=lines,
        more=len(found) > PAGE,
        page=page,
        wanted=wanted,
        area=area,
        kept=_kept(wanted, area),
        unreached={key: no_way_words(why) for key, why in unreached.items()},
        by_reach=by_reach,
        too_many=too_many,
        most=MOST_SEARCHED,
        counts=count_by_state(session, within),
        states=STATE_NAMES,
        places=places,
        organisations=list_organisations(session),
        skills=known,
        skill_names={skill.id: skill.name(current_locale()) for skill in known},
        certified={skill.id for skill in known if skill.needs_certificate},
        held=skills_of_many(session, [line.id for line in lines]),
        report=report,
    )


def _kept(wanted: Wanted, area: int | None) -> dict[str, Any]:
    """The filters as values of an address, without state, reach and page; names never are."""
    return {"organisation": wanted.organisation_id, "skill": wanted.skill_id, "area": area}


@bp.get("")
@page_for(RoleName.COORDINATOR)
def people() -> str:
    """The people, those who wait for approval first."""
    return _page()


@bp.post("/import")
@page_for(RoleName.COORDINATOR)
def do_import() -> AnyResponse:
    """Imports a CSV of volunteers. Bad rows are reported by line; known numbers change nothing."""
    upload = request.files.get("file")
    raw = upload.read() if upload else b""
    try:
        with writing() as session:
            report = import_people(
                Context(session, actor_as(RoleName.COORDINATOR), g.now),
                text=table_text(raw),
                region=phone_region(),
            )
    except UnknownEncoding:
        flash(_("这个文件读不懂，请存成 CSV 再试"), "error")
        return redirect(url_for("people.people"), code=303)
    except Invalid as error:
        flash(_(next(iter(error.fields.values()))), "error")
        return redirect(url_for("people.people"), code=303)
    return make_response(_page(report))
