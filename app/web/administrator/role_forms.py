"""The forms for roles: one for an existing account, one for a phone number."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from app.areas.queries import tree
from app.core.db import db
from app.usecases.accounts.grant_roles import ROLES
from app.web.administrator.home import own_paths
from app.web.administrator.names import ROLES as ROLE_NAMES
from app.web.common.forms import stripped

SHOWN_LEVELS = ("district", "subdistrict", "community")


def own_areas() -> list[Any]:
    """The administrator's areas down to the communities, as choices."""
    return [
        row
        for path in own_paths()
        for row in tree(db.session(), path)
        if row.active and row.level in SHOWN_LEVELS
    ]


class RoleForm(FlaskForm):  # type: ignore[misc]
    """A role for an area."""

    role = SelectField(_l("角色"), choices=[(one, _l(ROLE_NAMES[one])) for one in reversed(ROLES)])
    area = SelectField(_l("区域"), coerce=int)


class EnrolForm(RoleForm):
    """A role for the person with a phone number."""

    name = StringField(_l("姓名"), filters=[stripped], validators=[InputRequired(_l("请写姓名"))])
    phone = StringField(
        _l("手机号码"), filters=[stripped], validators=[InputRequired(_l("请写手机号码"))]
    )


def with_areas(form: RoleForm) -> RoleForm:
    """The form with the administrator's areas as choices."""
    form.area.choices = [(row.id, row.name_zh) for row in own_areas()]
    return form
