"""The forms of the gazetteer: one place, and a table of places."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from app.usecases.community.manage_places import PLACE_KINDS, PlaceForm
from app.web.administrator.names import PLACE_KINDS as KIND_NAMES
from app.web.common.forms import DatumForm, PositionForm, stripped


class EditForm(PositionForm):
    """The fields of a place."""

    name = StringField(
        _l("名称"),
        filters=[stripped],
        description=_l("楼栋要写全，比如：民乐老村3栋"),
        validators=[InputRequired(_l("请写名称，不要太长"))],
    )
    kind = SelectField(_l("类型"), choices=[(one, _l(KIND_NAMES[one])) for one in PLACE_KINDS])
    aliases = TextAreaField(_l("别名"), description=_l("居民还怎么叫它，每行一个"))
    parent = HiddenField()

    def meant(self) -> PlaceForm:
        """The values of the form, in WGS-84."""
        lat, lon = self.position()
        return PlaceForm(
            name=self.name.data,
            kind=self.kind.data,
            lat=lat,
            lon=lon,
            aliases=tuple((self.aliases.data or "").splitlines()),
            parent_id=int(self.parent.data) if (self.parent.data or "").isdigit() else None,
        )


class TableForm(DatumForm):
    """A CSV table of places."""

    file = FileField(
        _l("CSV 文件"),
        description=_l("第一行写：名称,类型,纬度,经度,别名,所属小区"),
        validators=[FileRequired(_l("请选一个文件"))],
    )
