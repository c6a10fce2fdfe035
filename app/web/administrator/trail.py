"""The trail: who changed what, whether the chain is intact, and the published head."""

from flask import Blueprint, render_template, request

from app.areas import queries as areas
from app.core.actor import RoleName
from app.core.db import db
from app.trail.heads import NotedHeads
from app.usecases.accounts.see_trail import SUBJECTS, Verdict, check_newest, list_lines
from app.web.administrator.heads import heads_file, newest_head
from app.web.administrator.home import administrator, chosen_path, own_paths
from app.web.common.event_labels import EVENT_LABELS
from app.web.common.guards import page_for

bp = Blueprint("admin_trail", __name__, url_prefix="/a/trail")

PAGE = 100
SHOWN_LEVELS = ("district", "subdistrict", "community")


def _page(verdict: Verdict | None = None) -> str:
    values = request.values
    path = chosen_path(values.get("area"))
    choice = values.get("subject") if values.get("subject") in (*SUBJECTS, "all") else "accounts"
    kind = values.get("kind") if values.get("kind") in EVENT_LABELS else None
    lines, names = list_lines(
        db.session(),
        actor=administrator(),
        area_path=path,
        choice=choice,
        kind=kind,
        before=values.get("before", type=int),
        limit=PAGE + 1,
    )
    found = [row for mine in own_paths() for row in areas.tree(db.session(), mine)]
    return render_template(
        "administrator/trail.html",
        lines=lines[:PAGE],
        older=lines[PAGE - 1].seq if len(lines) > PAGE else None,
        names=names,
        area_names={row.path: row.name_zh for row in found},
        areas=[row for row in found if row.level in SHOWN_LEVELS],
        chosen={"area": path, "subject": choice, "kind": kind},
        subjects=(*SUBJECTS, "all"),
        kinds=EVENT_LABELS,
        verdict=verdict,
        head=newest_head(),
    )


@bp.get("")
@page_for(RoleName.ADMINISTRATOR)
def trail() -> str:
    """Lines about the administrator's areas, newest first."""
    return _page()


@bp.post("")
@page_for(RoleName.ADMINISTRATOR)
def check() -> str:
    """Verifies the newest lines. Changes nothing."""
    published = NotedHeads(heads_file())
    return _page(check_newest(db.session(), actor=administrator(), published=published))
