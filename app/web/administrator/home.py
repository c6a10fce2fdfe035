"""The administrator's start page, and what the administrator's pages share."""

from typing import Any

from flask import Blueprint, render_template

from app.core.actor import Actor, RoleName
from app.core.db import db
from app.usecases.delivery.see_notifications import count_troubled
from app.web.administrator import names, words
from app.web.common.actor_words import actor_word, entry_word
from app.web.common.event_labels import event_label
from app.web.common.guards import actor_as, page_for

bp = Blueprint("admin", __name__, url_prefix="/a")


def administrator() -> Actor:
    """The person who is logged in, acting as an administrator."""
    return actor_as(RoleName.ADMINISTRATOR)


def own_paths() -> tuple[str, ...]:
    """The areas of which this person is an administrator."""
    return administrator().paths(RoleName.ADMINISTRATOR)


def chosen_path(wanted: str | None) -> str:
    """The requested path if it is the administrator's own, else their first area."""
    mine = own_paths()
    if wanted and any(wanted.startswith(path) for path in mine):
        return wanted
    return mine[0] if mine else "/"


@bp.get("")
@page_for(RoleName.COORDINATOR)
def home() -> str:
    """What there is to manage; messages that did not arrive come first."""
    troubled = count_troubled(db.session(), actor=actor_as(RoleName.COORDINATOR))
    return render_template("administrator/home.html", troubled=troubled)


@bp.app_template_global()
def words_of(table: str, code: str | None) -> str:
    """The word for a code: `words_of("ROLES", "volunteer")`."""
    found: dict[str, str] = getattr(names, table)
    return words.say(found, code)


@bp.app_context_processor
def hand_out_words() -> dict[str, Any]:
    """The functions with which templates turn codes into words."""
    return {
        "event_label": event_label,
        "actor_word": actor_word,
        "entry_word": entry_word,
        "detail_words": words.detail_words,
        "template_words": words.template_words,
    }
