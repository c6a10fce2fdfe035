"""Moves an area below another one, with every row that stores its path."""

from dataclasses import dataclass

from sqlalchemy import Column, Table, func, literal, select, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.areas.queries import LEVELS, tree
from app.core.actor import Actor, RoleName
from app.core.base import Base
from app.core.context import Context
from app.core.errors import Invalid
from app.core.i18n import N_
from app.core.statements import changed
from app.trail.chain import record
from app.trail.models import Event
from app.usecases.community.draw_areas import load_own_area

PATH_MAX = 120
LOCKED_FIRST = ("help_request", "person", "rota")


@dataclass(frozen=True, slots=True)
class WhereTo:
    """The present parent, and pairs of id and name: areas below which this one may be moved."""

    parent_id: int | None
    choices: tuple[tuple[int, str], ...]


def where_to(session: Session, *, actor: Actor, area_id: int) -> WhereTo:
    """Where an area may be moved: the actor's active areas of a higher level."""
    area = load_own_area(session, actor, area_id)
    rank = LEVELS.index(area.level)
    choices = tuple(
        (row.id, row.name_zh)
        for path in actor.paths(RoleName.ADMINISTRATOR)
        for row in tree(session, path)
        if row.active and LEVELS.index(row.level) < rank and not row.path.startswith(area.path)
    )
    return WhereTo(area.parent_id, choices)


def move_area(context: Context, *, area_id: int, parent_id: int) -> None:
    """Puts an area and all below it under another one of a higher level.

    The actor must administer both. Lines of the trail keep their old path.
    """
    area = load_own_area(context.session, context.actor, area_id)
    parent = load_own_area(context.session, context.actor, parent_id)
    _check(context.session, area, parent)
    before, after = area.path, f"{parent.path}{area.id}/"
    if before == after:
        return
    above = area.parent_id
    changed(context.session, update(Area).where(Area.id == area.id).values(parent_id=parent.id))
    _rewrite(context.session, before, after)
    context.session.expire_all()
    record(
        context,
        kind="area.moved",
        subject=("area", area_id),
        area_path=after,
        details={"from": above, "to": parent_id},
    )


def _check(session: Session, area: Area, parent: Area) -> None:
    if area.parent_id is None:
        raise Invalid({"parent": N_("最上级的区域不能移动")})
    if parent.path.startswith(area.path):
        raise Invalid({"parent": N_("不能放在自己下面")})
    if LEVELS.index(parent.level) >= LEVELS.index(area.level):
        raise Invalid({"parent": N_("上级区域的级别要更高")})
    if not parent.active:
        raise Invalid({"parent": N_("这个上级区域已经停用")})
    deepest = session.scalar(
        select(func.max(func.length(Area.path))).where(Area.path.startswith(area.path))
    )
    if len(parent.path) + (deepest or 0) > PATH_MAX:
        raise Invalid({"parent": N_("这样层级太深了")})


def _rewrite(session: Session, before: str, after: str) -> None:
    """Replaces the path prefix `before` by `after` in every table."""
    tail = len(before) + 1
    for table in sorted(Base.metadata.sorted_tables, key=_lock_order):
        column = _path_column(table)
        if column is None:
            continue
        moved = literal(after).concat(func.substr(column, tail))
        below = update(table).where(column.startswith(before, autoescape=True))
        changed(session, below.values({column.name: moved}))


def _lock_order(table: Table) -> int:
    """Rows are locked in the same order as everywhere, see docs/architecture.md."""
    return LOCKED_FIRST.index(table.name) if table.name in LOCKED_FIRST else len(LOCKED_FIRST)


def _path_column(table: Table) -> Column[str] | None:
    """The column with a row's area path. The trail is never rewritten."""
    if table.name == Event.__tablename__:
        return None
    return table.c.path if table.name == Area.__tablename__ else table.c.get("area_path")
