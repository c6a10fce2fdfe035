"""The form of an organisation."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired

from app.areas.queries import tree
from app.core.db import db
from app.people.queries import organisation_tree
from app.usecases.volunteers.manage_organisations import OrganisationSeen
from app.web.administrator.home import own_paths
from app.web.common.forms import stripped

LEVELS = ("district", "subdistrict", "community")


class EditForm(FlaskForm):  # type: ignore[misc]
    """An organisation's names and its parent."""

    name = StringField(
        _l("名称"), filters=[stripped], validators=[InputRequired(_l("请写名称，不要太长"))]
    )
    kind = StringField(
        _l("类型"), filters=[stripped], description=_l("比如 党支部、双报到单位、社会组织、物业")
    )
    area = SelectField(_l("区域"), coerce=int)
    parent = SelectField(_l("上级组织"), coerce=int)


def organisation_form(itself: int | None = None, known: OrganisationSeen | None = None) -> EditForm:
    """The form with the administrator's areas and the other organisations to choose from."""
    session = db.session()
    form = EditForm() if known is None else EditForm(formdata=None, obj=known)
    form.area.choices = [
        (row.id, row.name_zh)
        for path in own_paths()
        for row in tree(session, path)
        if row.active and row.level in LEVELS
    ]
    above = [
        (one.id, "　" * deep + one.name)
        for deep, one, _count in organisation_tree(session)
        if one.active and one.id != itself
    ]
    form.parent.choices = [(0, _("没有，在最上面")), *above]
    if known is not None:
        form.area.data, form.parent.data = known.area_id, known.parent_id or 0
    return form
