"""The forms of an area: names and figures, its outline, its parent."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.core.errors import Invalid
from app.core.i18n import N_
from app.web.common.forms import DatumForm, stripped


class EditForm(FlaskForm):  # type: ignore[misc]
    """An area's names and figures."""

    name_zh = StringField(
        _l("名称"), filters=[stripped], validators=[InputRequired(_l("请写名称，不要太长"))]
    )
    name_en = StringField(_l("英文名称"), filters=[stripped], validators=[Length(max=120)])
    timezone = StringField(_l("时区"), filters=[stripped], description=_l("比如 Asia/Shanghai"))
    figures = TextAreaField(
        _l("公布的数字"), description=_l("每行一个，名称和数字之间空一格，比如：people 64904")
    )


class AddForm(EditForm):
    """A new area."""

    level = SelectField(_l("级别"))
    code = StringField(
        _l("区域代码"), filters=[stripped], validators=[InputRequired(_l("请写区域代码"))]
    )


class OutlineForm(DatumForm):
    """A file with an outline."""

    outline = FileField(
        _l("GeoJSON 文件"),
        description=_l("一个面（Polygon 或 MultiPolygon），先经度后纬度，最大 2 MB"),
        validators=[FileRequired(_l("请选一个文件"))],
    )
    schematic = BooleanField(_l("只是示意，不是测量的边界"))


class MoveForm(FlaskForm):  # type: ignore[misc]
    """The new parent area."""

    parent = SelectField(_l("上级区域"), coerce=int)


def figures_from(text: str | None) -> dict[str, float]:
    """Reads names and numbers, one pair a line. Raises Invalid."""
    figures: dict[str, float] = {}
    for line in (text or "").splitlines():
        if not line.strip():
            continue
        name, _space, number = line.strip().rpartition(" ")
        try:
            value = float(number)
        except ValueError as error:
            raise Invalid({"figures": N_("每行要有名称和数字，中间空一格")}) from error
        figures[name.strip()] = int(value) if value.is_integer() else value
    return figures
