"""The gazetteer: estates, buildings and landmarks, their aliases and positions."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.areas.gazetteer import Kind, search_key
from app.areas.listings import buildings_of
from app.areas.models import Area, Place, PlaceAlias
from app.areas.queries import area_of_point
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.trail.chain import record
from app.usecases.community.draw_areas import checked_name

PLACE_KINDS = (Kind.ESTATE, Kind.BUILDING, Kind.LANDMARK)
MOST_ALIASES = 10
ALIAS_MAX = 80


@dataclass(frozen=True, slots=True)
class PlaceForm:
    """A place's details. Coordinates are WGS-84; a building may stand in an estate."""

    name: str
    kind: str
    lat: float
    lon: float
    aliases: tuple[str, ...] = ()
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class PosterPlace:
    """A place at which a poster hangs, and the code printed on it."""

    name: str
    public_code: str
    area_path: str


@dataclass(frozen=True, slots=True)
class _Checked:
    area: Area
    columns: dict[str, Any]


def _checked(session: Session, form: PlaceForm, itself: int | None = None) -> _Checked:
    """The columns and the area where it lies. Raises Invalid with every field that is wrong."""
    errors: dict[str, str] = {}
    words = checked_name(form.name, "name", errors)
    parent = session.get(Place, form.parent_id) if form.parent_id is not None else None
    if form.kind not in PLACE_KINDS:
        errors["kind"] = N_("请选一种地点")
    if form.parent_id is not None and (
        parent is None
        or parent.id == itself
        or parent.kind != Kind.ESTATE
        or form.kind != Kind.BUILDING
    ):
        errors["parent"] = N_("只有楼栋可以属于一个小区")
    aliases = tuple(dict.fromkeys(" ".join(one.split()) for one in form.aliases if one.strip()))
    if len(aliases) > MOST_ALIASES or any(len(one) > ALIAS_MAX for one in aliases):
        errors["aliases"] = N_("别名最多 10 个，每个最多 80 个字")
    elif any(len(search_key(one)) < 2 for one in aliases):
        errors["aliases"] = N_("别名至少两个字")
    area = area_of_point(session, form.lat, form.lon)
    if area is None:
        errors["place"] = N_("这个位置不在任何区域里")
    if errors or area is None:
        raise Invalid(errors)
    return _Checked(
        area,
        {
            "kind": form.kind,
            "name": words,
            "search_key": search_key(words),
            "aliases": list(aliases),
            # Before acceptance nobody may see more than the estate's name.
            "rough_name": _rough(form.kind, words, parent, area),
            "parent_id": form.parent_id,
            "lat": form.lat,
            "lon": form.lon,
            "area_id": area.id,
            "area_path": area.path,
        },
    )


def _rough(kind: str, name: str, parent: Place | None, area: Area) -> str:
    if parent is not None:
        return parent.rough_name
    return area.name_zh if kind == Kind.BUILDING else name


def _write_aliases(session: Session, place: Place) -> None:
    changed(session, delete(PlaceAlias).where(PlaceAlias.place_id == place.id))
    for alias in place.aliases:
        insert_once(session, PlaceAlias, place_id=place.id, search_key=search_key(alias))


def _note(context: Context, place: Place, kind: str) -> None:
    record(
        context,
        kind=kind,
        subject=("place", place.id),
        area_path=place.area_path,
        details={"kind": place.kind},
    )


def load_place(session: Session, actor: Actor, place_id: int) -> Place:
    """The place, for a coordinator of its area. Raises NotFound, NotAllowed."""
    place = session.get(Place, place_id, populate_existing=True)
    if place is None:
        raise NotFound(N_("没有找到这个地点"))
    actor.needs(RoleName.COORDINATOR, place.area_path)
    return place


def poster_places(
    session: Session, *, actor: Actor, place_id: int, buildings: bool = False
) -> list[PosterPlace]:
    """Where the posters of a place hang: there, or at each of its `buildings` if it has any."""
    place = load_place(session, actor, place_id)
    below = buildings_of(session, place.id) if buildings else ()
    return [PosterPlace(one.name, one.public_code, one.area_path) for one in below or (place,)]


def add_place(context: Context, *, form: PlaceForm) -> int:
    """Adds an estate, building or landmark to the gazetteer, in the area where it lies."""
    found = _checked(context.session, form)
    context.actor.needs(RoleName.COORDINATOR, found.area.path)
    same = select(Place.id).where(
        Place.area_id == found.area.id, Place.search_key == found.columns["search_key"]
    )
    if context.session.scalar(same.limit(1)) is not None:
        raise Invalid({"name": N_("这个区域里已经有这个地点了")})
    made = Place(public_code=secrets.token_hex(5), **found.columns)
    context.session.add(made)
    context.session.flush()
    _write_aliases(context.session, made)
    _note(context, made, "place.added")
    return made.id


def change_place(context: Context, *, place_id: int, form: PlaceForm) -> None:
    """Changes a place's name, aliases or pin. Codes on posters stay valid."""
    place = load_place(context.session, context.actor, place_id)
    found = _checked(context.session, form, place.id)
    context.actor.needs(RoleName.COORDINATOR, found.area.path)
    for name, value in found.columns.items():
        setattr(place, name, value)
    context.session.flush()
    _write_aliases(context.session, place)
    buildings = update(Place).where(Place.parent_id == place.id)
    changed(context.session, buildings.values(rough_name=place.rough_name))
    _note(context, place, "place.changed")


def switch_place(context: Context, *, place_id: int, active: bool) -> None:
    """Stops or resumes suggesting a place. The code on its poster keeps working."""
    place = load_place(context.session, context.actor, place_id)
    still = update(Place).where(Place.id == place.id, Place.active.is_(not active))
    if not changed(context.session, still.values(active=active)):
        raise Stale(N_("这个地点已经被改过了，请看最新内容"))
    context.session.refresh(place)
    _note(context, place, "place.restored" if active else "place.retired")
