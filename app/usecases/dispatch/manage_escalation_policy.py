"""The ladder of a category: who is called when nobody says yes to an urgent request."""

from typing import Any

from sqlalchemy import update

from app.areas.queries import root_area
from app.catalogue.models import Category
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.dispatch.escalation_policy import BadLadder, read_ladder
from app.trail.chain import record


def set_ladder(
    context: Context, *, category_id: int, rungs: list[dict[str, Any]], version: int
) -> None:
    """Changes the ladder; an empty list is the house's own. What climbs already climbs the new one.

    Only an administrator of the house. Raises Invalid, and Stale when somebody was faster.
    """
    root = root_area(context.session)
    path = root.path if root else "/"
    context.actor.needs("administrator", path)
    if context.session.get(Category, category_id) is None:
        raise NotFound(N_("没有这种服务"))
    try:
        read_ladder(rungs)
    except BadLadder as error:
        raise Invalid({"ladder": N_("时间要一步比一步晚，最后一步要找调度员")}) from error
    still = update(Category).where(Category.id == category_id, Category.version == version)
    if not changed(context.session, still.values(ladder=rungs, version=Category.version + 1)):
        raise Stale(N_("这种服务已经被改过了，请看最新内容"))
    record(
        context,
        kind="category.ladder_set",
        subject=("category", category_id),
        area_path=path,
        details={"rungs": len(rungs)},
    )
