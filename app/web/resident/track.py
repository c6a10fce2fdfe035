"""Following an order behind its short code: where it stands, rating, cancelling."""

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.core.actor import resident
from app.core.codes import normalise_code
from app.core.db import db, writing
from app.core.errors import NotFound
from app.core.i18n import N_
from app.desk.cancel_request import cancel
from app.desk.follow_request import Followed, follow
from app.desk.rate_request import rate
from app.help_requests.rules import CANCELLABLE, STATE_NAMES, State
from app.web.languages import current_locale
from app.web.once import done, once
from app.web.settings import sms_number

bp = Blueprint("track", __name__, url_prefix="/t")

# What a resident may expect while the order stands so.
NEXT = {
    State.SUBMITTED: N_("调度员正在看您的需求，一般 30 分钟内答复。"),
    State.OPEN: N_("正在为您找志愿者。"),
    State.MATCHING: N_("已经询问附近的志愿者，等他们回复。"),
    State.ASSIGNED: N_("志愿者已接单，会按时过来。"),
    State.IN_PROGRESS: N_("志愿者正在为您服务。"),
    State.FINISHED: N_("服务做完了，请给志愿者打个分。"),
    State.CLOSED: N_("这张需求单已经完成，谢谢您。"),
    State.REOPENED: N_("我们知道您不满意，调度员会重新安排。"),
    State.REJECTED: N_("这张需求单没有通过，原因写在下面。"),
    State.CANCELLED: N_("这张需求单已经取消。"),
}
# The line of progress; states off this line show their own words only.
LINE = (
    State.SUBMITTED,
    State.OPEN,
    State.MATCHING,
    State.ASSIGNED,
    State.IN_PROGRESS,
    State.FINISHED,
    State.CLOSED,
)


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
    found = follow(db.session(), wanted, current_locale()) if wanted else None
    if found is None:
        raise NotFound(N_("没有找到这个编号，请检查一下，或打电话给服务点"))
    return found


def _page(code: str, form: RatingForm, status: int = 200) -> Response:
    found = _found(code)
    html = render_template(
        "resident/track.html",
        request_=found,
        state_name=STATE_NAMES[State(found.state)],
        next_=NEXT[State(found.state)],
        line=[(state, STATE_NAMES[state]) for state in LINE],
        may_cancel=found.own_state in CANCELLABLE,
        form=form,
        sms_number=sms_number(),
        fresh=request.args.get("new") == "1",
    )
    return make_response(html, status)


@bp.get("/<code>")
def track(code: str) -> Response:
    """Where the order stands."""
    return _page(code, RatingForm(formdata=None))


@bp.post("/<code>/rate")
@once
def give_rating(code: str) -> AnyResponse:
    """The resident's rating."""
    form = RatingForm()
    found = _found(code)
    if not form.validate_on_submit():
        return _page(code, form, 422)
    with writing() as session:
        rate(
            session,
            actor=resident("web"),
            code=found.code,
            stars=int(form.stars.data),
            comment=form.comment.data or None,
            now=g.now,
        )
        return done(session, url_for("track.track", code=found.code))


@bp.get("/<code>/cancel")
def ask_cancel(code: str) -> str:
    """Asks once more; a link that is only opened never cancels."""
    return render_template("resident/cancel.html", request_=_found(code))


@bp.post("/<code>/cancel")
@once
def do_cancel(code: str) -> AnyResponse:
    """The resident needs it no longer."""
    found = _found(code)
    with writing() as session:
        cancel(
            session,
            actor=resident("web"),
            code=found.code,
            why=(request.form.get("why") or "").strip()[:200] or _("居民取消"),
            now=g.now,
        )
        return done(session, url_for("track.track", code=found.code))
