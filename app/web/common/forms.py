"""Shared by forms: showing a use case's error at its field, and positions in a map's datum."""

from typing import Any

from flask import flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, ValidationError

from app.areas.datum import Datum, Position, to_wgs84
from app.core.errors import Invalid

DATUMS = [
    (Datum.WGS84.value, _l("WGS-84（手机定位、GPS、OpenStreetMap）")),
    (Datum.GCJ02.value, _l("GCJ-02（高德地图、腾讯地图）")),
    (Datum.BD09.value, _l("BD-09（百度地图）")),
]


def stripped(given: object) -> str:
    """The value of a text field, typed or preset, without surrounding spaces."""
    return "" if given is None else str(given).strip()


def point_out(form: FlaskForm, error: Invalid) -> None:
    """Puts each error at its field; an error for a field not in the form goes above the page."""
    for name, msgid in error.fields.items():
        field = form._fields.get(name)
        if field is None:
            flash(_(msgid), "error")
        else:
            field.errors = [*field.errors, _(msgid)]


class DatumForm(FlaskForm):  # type: ignore[misc]
    """The datum in which coordinates were measured."""

    datum = SelectField(
        _l("坐标系"),
        choices=DATUMS,
        default=Datum.WGS84.value,
        description=_l("选错了会偏 600 到 1250 米。在地图上点的选第一项。"),
    )


class PositionForm(DatumForm):
    """A point on the map, tapped or typed."""

    lat = StringField(_l("纬度"), filters=[stripped], validators=[InputRequired(_l("请写纬度"))])
    lon = StringField(_l("经度"), filters=[stripped], validators=[InputRequired(_l("请写经度"))])

    def validate_lat(self, field: Any) -> None:
        """Degrees north."""
        _check_degrees(field, 90)

    def validate_lon(self, field: Any) -> None:
        """Degrees east."""
        _check_degrees(field, 180)

    def position(self) -> Position:
        """The position in WGS-84. Only for a form that is valid."""
        return to_wgs84(float(self.lat.data), float(self.lon.data), Datum(self.datum.data))


def _check_degrees(field: Any, limit: int) -> None:
    try:
        fits = -limit <= float(field.data) <= limit
    except ValueError as error:
        raise ValidationError(_l("这里要填数字，比如 22.6203")) from error
    if not fits:
        raise ValidationError(_l("经纬度不对，是不是写反了？"))
