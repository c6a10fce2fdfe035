"""Imports volunteers from a table: each good row is taken, each bad one reported with its line."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.areas.outlines import centre
from app.catalogue.models import Category, Skill
from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Invalid, Refused
from app.core.i18n import DEFAULT_LOCALE, LOCALES, N_
from app.people.models import Organisation
from app.trail.chain import record
from app.usecases.shared.attempt import attempt
from app.usecases.shared.import_report import BadRow, ImportReport
from app.usecases.volunteers.offer_terms import OfferTerms
from app.usecases.volunteers.register_people import NewVolunteer, register_volunteer

MOST_BYTES = 2_000_000
# An import blocks all other writers: a thousand rows take a few seconds.
MOST_ROWS = 1000
ALL_WEEK = [{"day": day, "from": "08:00", "to": "22:00"} for day in range(7)]

# Accepted headings of each column.
COLUMNS = {
    "name": ("name", "姓名"),
    "phone": ("phone", "手机", "手机号", "手机号码", "电话", "手機", "電話"),
    "area": ("area", "区域", "区域代码", "社区", "區域", "社區"),
    "categories": ("categories", "服务类别", "服务", "服務類別", "服務"),
    "skills": ("skills", "技能"),
    "organisation": ("organisation", "organization", "组织", "組織"),
    "language": ("language", "语言", "語言"),
    "radius": ("radius", "radius_m", "半径", "距离", "半徑", "距離"),
    "email": ("email", "邮箱", "電郵"),
}
NEEDED = ("name", "phone", "area", "categories")


@dataclass(frozen=True, slots=True)
class _Known:
    """What names and codes in the table stand for."""

    areas: Mapping[str, Area]
    categories: Mapping[str, int]
    skills: Mapping[str, int]
    organisations: Mapping[str, int]


class _BadCell(Exception):
    """`args[0]` is the msgid."""


def import_people(context: Context, *, text: str, region: str) -> ImportReport:
    """Imports the valid rows as active volunteers of the actor's areas.

    Raises Invalid when the table as a whole cannot be read.
    """
    context.actor.needs(RoleName.COORDINATOR, (*context.actor.paths(RoleName.COORDINATOR), "/")[0])
    rows = _rows(text)
    known = _known(context.session)
    added, bad = 0, []
    for line, row in rows:
        reason = _one(context, row, known, region)
        if reason is None:
            added += 1
        else:
            bad.append(BadRow(line, reason))
    record(
        context,
        kind="people.imported",
        subject=("import", context.now.isoformat(timespec="seconds")),
        area_path=context.actor.paths(RoleName.COORDINATOR)[0],
        details={"added": added, "bad": len(bad)},
    )
    return ImportReport(added, tuple(bad))


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise Invalid({"file": N_("文件太大了，请分成几份")})
    plain = text.removeprefix("\ufeff").replace("\x00", "")
    heading = plain.splitlines()[0] if plain.strip() else ""
    delimiter = max(",;\t，", key=heading.count)
    reader = csv.reader(io.StringIO(plain), delimiter=delimiter)
    try:
        columns = [_column(cell) for cell in next(reader, [])]
        missing = [name for name in NEEDED if name not in columns]
        if missing:
            raise Invalid({"file": N_("第一行要有这些列：姓名、手机、区域、服务类别")})
        rows = []
        for cells in reader:
            if any(cell.strip() for cell in cells):
                pairs = zip(columns, cells, strict=False)
                rows.append((reader.line_num, {k: v.strip() for k, v in pairs if k}))
            if len(rows) > MOST_ROWS:
                raise Invalid({"file": N_("一次最多 1000 行，请分成几份")})
    except csv.Error as error:
        raise Invalid({"file": N_("这个文件读不懂，请存成 CSV 再试")}) from error
    return rows


def _column(cell: str) -> str:
    wanted = cell.strip().lower()
    return next((name for name, called in COLUMNS.items() if wanted in called), "")


def _known(session: Session) -> _Known:
    areas = session.scalars(select(Area).where(Area.active)).all()
    categories = session.scalars(select(Category).where(Category.active)).all()
    skills = session.scalars(select(Skill)).all()
    organisations = session.scalars(select(Organisation).where(Organisation.active)).all()
    return _Known(
        areas={**{one.name_zh: one for one in areas}, **{one.code: one for one in areas}},
        categories={key: one.id for one in categories for key in (one.code, one.name_zh)},
        skills={key: one.id for one in skills for key in (one.code, one.name_zh)},
        organisations={one.name: one.id for one in organisations},
    )


def _one(context: Context, row: dict[str, str], known: _Known, region: str) -> str | None:
    """Imports one row, or returns why not."""
    try:
        with attempt(context.session):
            volunteer = _volunteer(row, known)
            made = register_volunteer(context, volunteer=volunteer, region=region, active=True)
    except _BadCell as bad:
        return str(bad.args[0])
    except Invalid as wrong:
        return next(iter(wrong.fields.values()))
    except Refused as refused:
        return refused.msgid
    return None if made is not None else N_("这个手机号码已经登记过了")


def _volunteer(row: dict[str, str], known: _Known) -> NewVolunteer:
    area = known.areas.get(row.get("area", ""))
    if area is None:
        raise _BadCell(N_("没有这个区域"))
    if area.outline is None:
        raise _BadCell(N_("这个区域还没有画边界"))
    lat, lon = centre(area.outline)
    organisation = row.get("organisation", "")
    if organisation and organisation not in known.organisations:
        raise _BadCell(N_("没有这个组织"))
    language = row.get("language", "") or DEFAULT_LOCALE
    if language not in LOCALES:
        raise _BadCell(N_("语言请填 zh_Hans、zh_Hant 或 en"))
    radius = row.get("radius", "") or "1500"
    if not (radius.isascii() and radius.isdigit() and len(radius) <= 6):
        raise _BadCell(N_("距离请填 200 到 20000 米"))
    return NewVolunteer(
        name=row.get("name", ""),
        phone=row.get("phone", ""),
        area_id=area.id,
        language=language,
        email=row.get("email") or None,
        organisation_id=known.organisations.get(organisation),
        terms=OfferTerms(
            lat=lat,
            lon=lon,
            category_ids=_ids(row.get("categories", ""), known.categories, N_("没有这种服务")),
            skill_ids=_ids(row.get("skills", ""), known.skills, N_("有一项技能不在目录里")),
            hours=ALL_WEEK,
            radius_m=int(radius),
            languages=(language,),
        ),
    )


def _ids(cell: str, known: Mapping[str, int], unknown: str) -> tuple[int, ...]:
    for mark in ("；", "、", "|", "/", " "):
        cell = cell.replace(mark, ";")
    names = [name.strip() for name in cell.split(";") if name.strip()]
    if any(name not in known for name in names):
        raise _BadCell(unknown)
    return tuple(dict.fromkeys(known[name] for name in names))
