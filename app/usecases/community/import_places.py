"""Imports places from a table: each good row is imported, each bad one reported with its line."""

import csv
import io

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.datum import Datum, to_wgs84
from app.areas.gazetteer import Kind, search_key
from app.areas.models import Place
from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Invalid, Refused
from app.core.i18n import N_
from app.trail.chain import record
from app.usecases.community.manage_places import PLACE_KINDS, PlaceForm, add_place
from app.usecases.shared.attempt import attempt
from app.usecases.shared.import_report import BadRow, ImportReport

MOST_BYTES = 1_000_000
# An import blocks all other writers: two thousand rows take a few seconds.
MOST_ROWS = 2000
COLUMNS = {
    "name": ("name", "名称", "地点", "小区", "楼栋", "名稱", "地點", "小區", "樓棟"),
    "kind": ("kind", "类型", "种类", "類型", "種類"),
    "lat": ("lat", "latitude", "纬度", "緯度"),
    "lon": ("lon", "lng", "longitude", "经度", "經度"),
    "aliases": ("aliases", "别名", "別名"),
    "estate": ("estate", "所属小区", "上级", "所屬小區", "上級"),
}
NEEDED = ("name", "lat", "lon")
KINDS = {
    "": Kind.ESTATE,
    "小区": Kind.ESTATE,
    "小區": Kind.ESTATE,
    "楼栋": Kind.BUILDING,
    "樓棟": Kind.BUILDING,
    "地标": Kind.LANDMARK,
    "地標": Kind.LANDMARK,
}


class _BadCell(Exception):
    """A cell that cannot be used; its argument is the msgid."""


def import_places(context: Context, *, text: str, datum: Datum) -> ImportReport:
    """Imports a CSV table. Raises Invalid when it is not one.

    An estate may precede its buildings in the same table.
    """
    if not any(context.actor.paths(RoleName.COORDINATOR)):
        context.actor.needs(RoleName.COORDINATOR, "/")
    reader = csv.DictReader(io.StringIO(text))
    names = {
        name: found
        for name, called in COLUMNS.items()
        for found in (reader.fieldnames or [])
        if found.strip().lower() in called
    }
    if len(text.encode()) > MOST_BYTES:
        raise Invalid({"file": N_("文件太大了，请分几次导入")})
    if any(name not in names for name in NEEDED):
        raise Invalid({"file": N_("第一行要有“名称”“纬度”“经度”这几列")})
    added, bad = 0, []
    for number, row in enumerate(_rows(reader), start=2):
        cells = {name: (row.get(found) or "").strip() for name, found in names.items()}
        reason = _one(context, cells, datum)
        added += reason is None
        if reason is not None:
            bad.append(BadRow(number, reason))
    record(
        context,
        kind="places.imported",
        subject=("places", context.now.strftime("%Y%m%d%H%M%S")),
        area_path=context.actor.paths(RoleName.COORDINATOR)[0],
        details={"added": added, "bad": len(bad)},
    )
    return ImportReport(added, tuple(bad))


def _rows(reader: "csv.DictReader[str]") -> list[dict[str, str]]:
    try:
        rows = list(reader)
    except csv.Error as error:
        raise Invalid({"file": N_("这个文件不是 CSV 表格")}) from error
    if len(rows) > MOST_ROWS:
        raise Invalid({"file": N_("一次最多导入 2000 行")})
    return rows


def _one(context: Context, cells: dict[str, str], datum: Datum) -> str | None:
    """Imports one row, or returns why not."""
    try:
        with attempt(context.session):
            add_place(context, form=_form(context.session, cells, datum))
    except _BadCell as bad:
        return str(bad.args[0])
    except Invalid as wrong:
        return next(iter(wrong.fields.values()))
    except Refused as refused:
        return refused.msgid
    return None


def _form(session: Session, cells: dict[str, str], datum: Datum) -> PlaceForm:
    given = cells.get("kind", "")
    kind = KINDS.get(given, given)
    if kind not in PLACE_KINDS:
        raise _BadCell(N_("类型请填小区、楼栋或地标"))
    try:
        lat, lon = float(cells["lat"]), float(cells["lon"])
    except ValueError:
        raise _BadCell(N_("经纬度要填数字")) from None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise _BadCell(N_("经纬度不对，是不是写反了？"))
    lat, lon = to_wgs84(lat, lon, datum)
    aliases = cells.get("aliases", "").replace("；", ";").replace("、", ";").split(";")
    estate = _estate(session, cells.get("estate", ""))
    return PlaceForm(cells["name"], kind, lat, lon, tuple(aliases), estate)


def _estate(session: Session, name: str) -> int | None:
    if not name:
        return None
    found = session.scalars(
        select(Place.id)
        .where(Place.kind == Kind.ESTATE, Place.search_key == search_key(name))
        .limit(2)
    ).all()
    if len(found) != 1:
        raise _BadCell(N_("没有找到所属小区，或有几个同名的"))
    return found[0]
