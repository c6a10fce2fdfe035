"""Several telephones beside each other. They exist in the demo only, with made-up numbers only."""

import hashlib
import re
from collections.abc import Sequence

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    g,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from app.channels.ports import IncomingText
from app.core.actor import RoleName
from app.core.db import db
from app.core.i18n import N_
from app.help_requests.pressing import is_night
from app.people.rules import BadPhone, normalise_phone
from app.usecases.shared.community_zone import community_zone
from app.usecases.texts.demo_phones import (
    demo_people,
    first_phones,
    holds_demo,
    just_texted,
)
from app.web.common.actor_words import actor_word
from app.web.common.idempotency import form_key
from app.web.common.languages import current_locale
from app.web.common.settings import config
from app.web.hooks.inbound import take_text
from app.web.phones.threads import COUNTRY, Whose, in_words, thread, whose

bp = Blueprint("phones", __name__, url_prefix="/phones")

REGION = "CN"
NUMBER = re.compile(r"1740\d{7}")
# What to text first: in Chinese in every language, as it is read.
EXAMPLE = N_("买药 民乐老村3栋 一小时后")
MOST_PHONES = 6
MOST_CHARS = 1600
MOST_NEWS = 4
OFFERED = {RoleName.VOLUNTEER: 20, RoleName.COORDINATOR: 8, RoleName.ADMINISTRATOR: 2}


@bp.before_request
def _only_in_the_demo() -> None:
    """Nobody texts from a telephone that is not theirs where people are real."""
    if not config().demo or not holds_demo(db.session()):
        abort(404)


@bp.get("")
def phones() -> AnyResponse:
    """The telephones named by `n`; without any, one of each kind. `add` brings one more."""
    shown, wanted = _shown(request.args.getlist("n")), request.args.get("add", "").strip()
    wanted = request.args.get("own", "").strip() or wanted
    if wanted:
        return _with(shown, wanted)
    if not shown:
        first = first_phones(db.session())
        return redirect(_address([one.removeprefix(COUNTRY) for one in first]), code=303)
    session = db.session()
    return make_response(
        render_template(
            "phones/phones.html",
            shown=shown,
            phones=[(whose(session, one), thread(session, one)) for one in shown],
            offered=_offered(shown),
            night=is_night(g.now, community_zone(session)),
            news=_news(shown),
            example=EXAMPLE,
        )
    )


@bp.post("/<number>")
def send(number: str) -> AnyResponse:
    """A text from this telephone, by the way that a provider's texts take."""
    _check(number)
    body = request.form.get("body", "").strip()[:MOST_CHARS]
    if body:
        take_text(IncomingText("console", form_key(), COUNTRY + number, body))
    shown = _shown(request.form.getlist("n"))
    if request.headers.get("HX-Request") == "true":
        return redirect(url_for("phones.phone", number=number, n=shown), code=303)
    return redirect(f"{_address(shown or [number])}#phone-{number}", code=303)


@bp.get("/<number>")
def phone(number: str) -> str:
    """One telephone, with an empty field again."""
    _check(number)
    session = db.session()
    return render_template(
        "phones/phone.html",
        shown=_shown(request.args.getlist("n")),
        phone=whose(session, number),
        thread=thread(session, number),
    )


@bp.get("/<number>/thread")
def texts(number: str) -> Response:
    """The texts of one telephone; no content if nothing changed."""
    _check(number)
    found = thread(db.session(), number)
    return _if_new(found.tag, "phones/thread.html", number=number, thread=found, said=True)


@bp.get("/news")
def news() -> Response:
    """Other telephones that got a text just now; no content if nothing changed."""
    shown = _shown(request.args.getlist("n"))
    found = _news(shown)
    return _if_new(_tag_of(found), "phones/news.html", shown=shown, news=found)


def _check(number: str) -> None:
    if not NUMBER.fullmatch(number):
        abort(404)


def _shown(numbers: Sequence[str]) -> list[str]:
    """The valid ones, each once, the last MOST_PHONES."""
    return list(dict.fromkeys(one for one in numbers if NUMBER.fullmatch(one)))[-MOST_PHONES:]


def _address(numbers: Sequence[str]) -> str:
    return url_for("phones.phones", n=numbers)


def _with(shown: Sequence[str], typed: str) -> AnyResponse:
    """The same telephones and one more, if its number is made up."""
    try:
        number = normalise_phone(typed, REGION).removeprefix(COUNTRY)
    except BadPhone:
        number = ""
    if not NUMBER.fullmatch(number):
        flash(_("这里只能用 1740 开头的 11 位演示号码"), "error")
        return redirect(_address(shown), code=303)
    return redirect(f"{_address(_shown([*shown, number]))}#phone-{number}", code=303)


def _offered(shown: Sequence[str]) -> list[tuple[str, list[Whose]]]:
    """Made-up people whose telephones may be added, by role."""
    session = db.session()
    found = [
        (actor_word(role), [in_words(one) for one in demo_people(session, role, limit=most)])
        for role, most in OFFERED.items()
    ]
    return [(role, [one for one in some if one.number not in shown]) for role, some in found]


def _news(shown: Sequence[str]) -> list[Whose]:
    found = just_texted(
        db.session(), but=[COUNTRY + one for one in shown], limit=MOST_NEWS, now=g.now
    )
    return [in_words(one) for one in found]


def _tag_of(found: object) -> str:
    return hashlib.sha256(f"{found}|{current_locale()}".encode()).hexdigest()[:20]


def _if_new(tag: str, template: str, **values: object) -> Response:
    """304 when the visitor has just this."""
    if request.if_none_match.contains(tag):
        return Response(status=304)
    response = make_response(render_template(template, tag=tag, **values))
    response.set_etag(tag)
    return response
