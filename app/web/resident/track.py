"""Following an order by its short code: its state, rating, cancelling."""

import hashlib

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.core.actor import resident
from app.core.codes import normalise_code
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import NotFound
from app.core.i18n import N_
from app.help_requests.rules import CANCELLABLE, State
from app.usecases.repeats.see_repeats import repeat_behind
from app.usecases.requests.cancel_request import cancel_request
from app.usecases.requests.end_of_window import choose_new_time
from app.usecases.requests.follow_request import (
    Followed,
    follow_request,
    follow_story,
    who_came,
)
from app.usecases.requests.go_as_is import go_as_is
from app.usecases.requests.rate_request import rate_request
from app.usecases.requests.see_story import Story
from app.usecases.volunteers.block_pair import refuse_volunteer
from app.web.common.idempotency import done, once
from app.web.common.languages import current_locale
from app.web.common.order_forms import WhenForm
from app.web.common.schedule_words import repeat_words
from app.web.common.service_points import phone_for
from app.web.common.settings import sms_number
from app.web.common.volunteer_words import volunteer_words
from app.web.common.zones import zone_at
from app.web.resident.new_time import chosen_period, when_form
from app.web.resident.words import (
    is_late,
    look_words,
    order_facts,
    promise,
    timeline_items,
    what_next,
)

bp = Blueprint("track", __name__, url_prefix="/t")

# In these states the page refreshes by itself; a page with fields to fill in never does.
WAITING = frozenset(
    {
        State.SUBMITTED,
        State.OPEN,
        State.MATCHING,
        State.ASSIGNED,
        State.IN_PROGRESS,
        State.REOPENED,
    }
)

# The template of a state; every other state means that somebody is on the way.
TEMPLATES = {
    State.FINISHED: "resident/track_finished.html",
    State.CLOSED: "resident/track_over.html",
    State.REJECTED: "resident/track_over.html",
    State.CANCELLED: "resident/track_over.html",
}


class RatingForm(FlaskForm):  # type: ignore[misc]
    """One to five stars, and words if wanted."""

    stars = RadioField(
        _l("这次服务怎么样？"),
        choices=[
            ("5", _l("5 星 非常满意")),
            ("4", _l("4 星 满意")),
            ("3", _l("3 星 一般")),
            ("2", _l("2 星 不满意，请重新安排")),
            ("1", _l("1 星 很不满意，请重新安排")),
        ],
        validators=[InputRequired(_l("请选几颗星"))],
    )
    comment = TextAreaField(
        _l("想说的话"),
        description=_l("可以不写"),
        filters=[lambda text: (text or "").strip()],
        validators=[Length(max=500, message=_l("请少写一些，最多 500 个字"))],
    )


def _found(code: str) -> Followed:
    wanted = normalise_code(code)
    found = follow_request(db.session(), wanted, current_locale()) if wanted else None
    if found is None:
        raise NotFound(N_("没有找到这个编号，请检查一下，或打电话给服务点"))
    return found


def _template(found: Followed) -> str:
    if found.state == State.CLOSED and found.stars:
        return "resident/track_rated.html"
    return TEMPLATES.get(State(found.state), "resident/track_going.html")


def _page(
    code: str, form: RatingForm, status: int = 200, *, again: WhenForm | None = None
) -> Response:
    found = _found(code)
    if again is None and (found.window_over or found.team_held):
        again = when_form(zone_at(found.area_path), formdata=None)
    story = follow_story(db.session(), found.code)
    stamp = _stamp(found, story)
    if request.headers.get("HX-Request") and request.args.get("seen") == stamp:
        return Response(status=204)
    html = render_template(
        _template(found),
        request_=found,
        next_=what_next(found),
        promise=promise(found, g.now),
        late=is_late(found, g.now),
        items=timeline_items(found, story.moments),
        looks=[(look_words(look), look.at) for look in story.looks],
        volunteer_words=volunteer_words,
        may_cancel=found.own_state in CANCELLABLE and not found.ending,
        live=found.state in WAITING and again is None,
        to_call=phone_for(found.area_path),
        form=form,
        sms_number=sms_number(),
        repeat=repeat_words(repeat_behind(db.session(), found.code)),
        facts=order_facts(found),
        fresh=request.args.get("new") == "1",
        again=again,
        came=who_came(db.session(), found.code),
        stamp=stamp,
    )
    return make_response(html, status)


def _stamp(found: Followed, story: Story) -> str:
    """A stamp of the page's content; the browser keeps its page while the stamp is the same."""
    said = repr((found, story.moments, story.looks, is_late(found, g.now), current_locale()))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@bp.get("/<code>")
def track(code: str) -> Response:
    """The state of the order."""
    return _page(code, RatingForm(formdata=None))


@bp.post("/<code>/rate")
@once
def give_rating(code: str) -> AnyResponse:
    """Stores the resident's rating."""
    form = RatingForm()
    found = _found(code)
    if not form.validate_on_submit():
        return _page(code, form, 422)
    with writing() as session:
        rate_request(
            Context(session, resident("web"), g.now),
            code=found.code,
            stars=int(form.stars.data),
            comment=form.comment.data or None,
        )
        return done(session, url_for("track.track", code=found.code))


@bp.post("/<code>/again")
@once
def ask_again(code: str) -> AnyResponse:
    """Still wanted, at another time: the search restarts."""
    found = _found(code)
    zone = zone_at(found.area_path)
    form = when_form(zone)
    period = chosen_period(form, zone) if form.validate_on_submit() else None
    if period is None:
        return _page(code, RatingForm(formdata=None), 422, again=form)
    with writing() as session:
        choose_new_time(
            Context(session, resident("web"), g.now),
            code=found.code,
            wanted_from=period[0],
            wanted_to=period[1],
        )
        return done(session, url_for("track.track", code=found.code))


@bp.post("/<code>/enough")
@once
def enough(code: str) -> AnyResponse:
    """Those who accepted are enough: they may come."""
    found = _found(code)
    with writing() as session:
        go_as_is(Context(session, resident("web"), g.now), code=found.code)
        return done(session, url_for("track.track", code=found.code))


@bp.post("/<code>/not-again/<int:place_no>")
@once
def not_again(code: str, place_no: int) -> AnyResponse:
    """Whoever served at this place is not to come again."""
    found = _found(code)
    with writing() as session:
        context = Context(session, resident("web"), g.now)
        refuse_volunteer(context, code=found.code, place_no=place_no)
        return done(session, url_for("track.track", code=found.code))


@bp.get("/<code>/cancel")
def ask_cancel(code: str) -> str:
    """Asks for confirmation: opening a link must never cancel."""
    found = _found(code)
    repeat = repeat_words(repeat_behind(db.session(), found.code))
    return render_template("resident/cancel.html", request_=found, repeat=repeat)


@bp.post("/<code>/cancel")
@once
def do_cancel(code: str) -> AnyResponse:
    """Cancels the order for its resident."""
    found = _found(code)
    with writing() as session:
        cancel_request(
            Context(session, resident("web"), g.now),
            code=found.code,
            why=(request.form.get("why") or "").strip()[:200] or _("居民取消"),
            repeat_goes_on={"on": True, "off": False}.get(request.form.get("repeat") or ""),
        )
        return done(session, url_for("track.track", code=found.code))
