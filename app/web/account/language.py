"""Sets the language of the pages and of messages to the person who is logged in."""

from flask import Blueprint, flash, g, redirect, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import ActorKind
from app.core.context import Context
from app.core.db import writing
from app.usecases.accounts.set_language import set_language
from app.web.common.guards import actor_as, own_path, to_log_in
from app.web.common.languages import set_cookie

bp = Blueprint("language", __name__)


@bp.post("/language")
def choose() -> AnyResponse:
    """Sets it for this browser and the account, and returns to the page where it was chosen."""
    if g.who is None:
        return to_log_in()
    language = request.form.get("language", "")
    with writing() as session:
        set_language(
            Context(session, actor_as(ActorKind.PERSON), g.now),
            person_id=g.who.person_id,
            language=language,
        )
    with force_locale(language):
        flash(_("页面和发给您的短信都改成这种语言了。"), "success")
    response = redirect(own_path(request.form.get("next")), code=303)
    set_cookie(response, language)
    return response
