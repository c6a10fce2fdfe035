"""Logs in with a phone number and a six-digit code; the answer does not reveal known numbers."""

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp

from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Refused
from app.limits.rules import address_range
from app.usecases.accounts.log_in import ask_code, enter_code, log_out, revoke_session, sessions_of
from app.web.account.device_words import device_words
from app.web.common.errors import message
from app.web.common.guards import COOKIE, actor_as, is_a, own_path, set_cookie, to_log_in
from app.web.common.settings import phone_region

bp = Blueprint("account", __name__)

WEEKS_S = 30 * 24 * 3600


def _digits(text: str | None) -> str:
    return "".join(c for c in (text or "") if c.isdigit() or c == "+").strip()


class PhoneForm(FlaskForm):  # type: ignore[misc]
    """The phone number."""

    phone = StringField(
        _l("手机号码"),
        filters=[lambda text: (text or "").strip()],
        validators=[InputRequired(_l("请写手机号码")), Length(max=30, message=_l("号码太长了"))],
    )


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The six digits that were sent."""

    code = StringField(
        _l("六位验证码"),
        filters=[_digits],
        validators=[
            InputRequired(_l("请写收到的六位数字")),
            Regexp(r"^\d{6}$", message=_l("验证码是六位数字")),
        ],
    )


def first_page() -> str:
    """The path of the person's start page."""
    if is_a(RoleName.COORDINATOR):
        return url_for("board.board")
    if is_a(RoleName.VOLUNTEER):
        return url_for("tasks.tasks")
    return url_for("home.home")


@bp.get("/login")
def log_in() -> AnyResponse:
    """Asks for the phone."""
    if g.who is not None:
        return redirect(url_for("account.arrived"), code=302)
    return _phone_page(PhoneForm(formdata=None))


def _phone_page(form: PhoneForm, status: int = 200) -> Response:
    wanted = own_path(request.values.get("next"))
    return make_response(render_template("account/log_in.html", form=form, next=wanted), status)


def _code_page(form: CodeForm, phone: str, status: int = 200) -> Response:
    wanted = own_path(request.values.get("next"))
    return make_response(
        render_template("account/code.html", form=form, phone=phone, next=wanted), status
    )


@bp.post("/login")
def send_code() -> AnyResponse:
    """Sends a code if the number is enrolled; says the same if it is not."""
    form = PhoneForm()
    if not form.validate_on_submit():
        return _phone_page(form, 422)
    try:
        with writing() as session:
            ask_code(
                session,
                phone=form.phone.data,
                now=g.now,
                address_range=address_range(request.remote_addr or ""),
                region=phone_region(),
            )
    except Refused as error:
        form.phone.errors = [*form.phone.errors, _said(error)]
        return _phone_page(form, error.status)
    return _code_page(CodeForm(formdata=None), form.phone.data)


def _said(error: Refused) -> str:
    fields = getattr(error, "fields", {})
    return message(Refused(fields["phone"])) if "phone" in fields else message(error)


@bp.post("/login/code")
def check_code() -> AnyResponse:
    """Exchanges the code for a log-in. A wrong try is counted even though it is refused."""
    form, phone = CodeForm(), (request.form.get("phone") or "")[:30]
    if not form.validate_on_submit():
        return _code_page(form, phone, 422)
    with writing() as session:
        entered = enter_code(
            session,
            phone=phone,
            code=form.code.data,
            now=g.now,
            device=(request.user_agent.string or "")[:120],
            region=phone_region(),
        )
    if entered.token is None:
        form.code.errors = [*form.code.errors, message(Refused(entered.refusal))]
        return _code_page(form, phone, 422)
    wanted = own_path(request.form.get("next"))
    response = redirect(wanted if wanted != "/" else url_for("account.arrived"), code=303)
    set_cookie(response, entered.token, WEEKS_S)
    return response


@bp.get("/welcome")
def arrived() -> AnyResponse:
    """After log-in: leads to the person's start page, or says that approval is pending."""
    if g.who is not None and not g.who.scopes:
        return make_response(render_template("account/waiting.html"))
    return redirect(first_page(), code=302)


@bp.post("/logout")
def leave() -> AnyResponse:
    """Ends this log-in."""
    token = request.cookies.get(COOKIE)
    if token:
        with writing() as session:
            log_out(session, token=token, now=g.now)
    response = redirect(url_for("home.home"), code=303)
    response.delete_cookie(COOKIE)
    # Nothing of the account may stay readable when the phone is passed on.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("/devices")
def devices() -> AnyResponse:
    """Where this account is logged in."""
    if g.who is None:
        return to_log_in()
    rows = sessions_of(db.session(), person_id=g.who.person_id, now=g.now)
    return make_response(
        render_template(
            "account/devices.html",
            devices=[(device, device_words(device.device)) for device in rows],
            here=g.who.session_id,
        )
    )


@bp.post("/devices/<int:session_id>/revoke")
def revoke(session_id: int) -> AnyResponse:
    """Ends a log-in on another device."""
    if g.who is None:
        return to_log_in()
    actor: Actor = actor_as(RoleName.VOLUNTEER)
    with writing() as session:
        revoke_session(Context(session, actor, g.now), session_id=session_id)
    return redirect(url_for("account.devices"), code=303)
