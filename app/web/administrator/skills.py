"""Skills: what a volunteer can do, and which of them need a certificate."""

from flask import Blueprint, flash, g, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired

from app.catalogue.queries import skills as all_skills
from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import db, writing
from app.core.errors import Invalid
from app.usecases.community.manage_skills import save_skill
from app.web.administrator.home import administrator
from app.web.common.forms import point_out, stripped
from app.web.common.guards import page_for
from app.web.common.idempotency import done, once

bp = Blueprint("admin_skills", __name__, url_prefix="/a/skills")


class SkillForm(FlaskForm):  # type: ignore[misc]
    """A skill in three languages."""

    code = StringField(
        _l("代码"),
        filters=[stripped],
        description=_l("小写字母、数字和下划线；写已有的代码就是修改那一项"),
        validators=[InputRequired(_l("代码用小写字母、数字和下划线"))],
    )
    name_zh = StringField(
        _l("名称（简体）"), filters=[stripped], validators=[InputRequired(_l("请写名称，不要太长"))]
    )
    name_hant = StringField(_l("名称（繁体）"), filters=[stripped])
    name_en = StringField(_l("名称（英文）"), filters=[stripped])
    needs_certificate = BooleanField(_l("要看证书，由调度员核对"))


def _page(form: SkillForm, status: int = 200) -> AnyResponse:
    html = render_template("administrator/skills.html", form=form, skills=all_skills(db.session()))
    return make_response(html, status)


@bp.get("")
@page_for(RoleName.ADMINISTRATOR)
def skills() -> AnyResponse:
    """Every skill; `code` loads one into the form."""
    wanted = request.args.get("code")
    chosen = next((one for one in all_skills(db.session()) if one.code == wanted), None)
    return _page(SkillForm(formdata=None, obj=chosen))


@bp.post("")
@page_for(RoleName.ADMINISTRATOR)
@once
def save() -> AnyResponse:
    """Adds a skill, or changes the one with this code."""
    form = SkillForm()
    if form.validate_on_submit():
        try:
            with writing() as session:
                save_skill(
                    Context(session, administrator(), g.now),
                    code=form.code.data,
                    name_zh=form.name_zh.data,
                    name_hant=form.name_hant.data,
                    name_en=form.name_en.data,
                    needs_certificate=form.needs_certificate.data,
                )
                flash(_("已保存"))
                return done(session, url_for("admin_skills.skills"))
        except Invalid as error:
            point_out(form, error)
    return _page(form, 422)
