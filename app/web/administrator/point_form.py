"""The form of a service point."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired

from app.usecases.community.manage_service_points import TIERS, NewPoint
from app.web.administrator.names import TIERS as TIER_NAMES
from app.web.common.forms import PositionForm, stripped


class PointForm(PositionForm):
    """The fields of a service point."""

    name = StringField(
        _l("名称"), filters=[stripped], validators=[InputRequired(_l("请写名称，不要太长"))]
    )
    tier = SelectField(_l("类型"), choices=[(tier, _l(TIER_NAMES[tier])) for tier in TIERS])
    phone = StringField(_l("电话"), filters=[stripped])
    opening = StringField(_l("开放时间"), filters=[stripped], description=_l("比如 09:00–18:00"))
    self_service_24h = BooleanField(_l("有 24 小时自助区"))

    def meant(self) -> NewPoint:
        """The values of the form, in WGS-84."""
        lat, lon = self.position()
        return NewPoint(
            name=self.name.data,
            tier=self.tier.data,
            lat=lat,
            lon=lon,
            phone=self.phone.data,
            opening=self.opening.data,
            self_service_24h=self.self_service_24h.data,
        )
