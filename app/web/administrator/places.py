"""Places in the administrator's areas: finding them, and importing a table of them."""

from flask import Blueprint, g, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.areas.datum import Datum
from app.areas.listings import list_places
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.usecases.community.import_places import import_places
from app.usecases.shared.import_report import ImportReport
from app.web.administrator.place_form import TableForm
from app.web.common.forms import point_out
from app.web.common.guards import actor_as, page_for
from app.web.common.own_areas import own_paths
from app.web.common.uploads import UnknownEncoding, table_text

bp = Blueprint("admin_places", __name__, url_prefix="/a/places")

PAGE = 30


def _list(
    *, table: TableForm | None = None, report: ImportReport | None = None, status: int = 200
) -> AnyResponse:
    page = max(1, request.args.get("page", 1, type=int))
    text = (request.args.get("q") or "").strip()[:60]
    found = list_places(
        db.session(), own_paths(), text=text, limit=PAGE + 1, offset=(page - 1) * PAGE
    )
    html = render_template(
        "administrator/places.html",
        places=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        q=text,
        table=table or TableForm(formdata=None),
        report=report,
    )
    return make_response(html, status)


@bp.get("")
@page_for(RoleName.COORDINATOR)
def places() -> AnyResponse:
    """Places in the administrator's areas; `q` finds by name and alias."""
    return _list()


@bp.post("/import")
@page_for(RoleName.COORDINATOR)
def take_in() -> AnyResponse:
    """Imports a CSV of places. Bad rows are reported by line; a repeated row is refused."""
    form = TableForm()
    if not form.validate_on_submit():
        return _list(table=form, status=422)
    try:
        text = table_text(form.file.data.read())
        with writing() as session:
            report = import_places(
                Context(session, actor_as(RoleName.COORDINATOR), g.now),
                text=text,
                datum=Datum(form.datum.data),
            )
    except UnknownEncoding:
        form.file.errors = [_("这个文件读不懂，请存成 CSV 再试")]
        return _list(table=form, status=422)
    except Invalid as error:
        point_out(form, error)
        return _list(table=form, status=422)
    return _list(report=report)
