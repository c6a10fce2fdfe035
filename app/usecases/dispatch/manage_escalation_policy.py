"""The escalation policy of a category: whom to notify when nobody says yes."""

from typing import Any

from sqlalchemy import update

from app.areas.queries import root_area
from app.catalogue.models import Category
from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed
from app.dispatch.escalation_policy import BadEscalationPolicy, read_escalation_policy
from app.trail.chain import record


def set_escalation_policy(
    context: Context, *, category_id: int, steps: list[dict[str, Any]], version: int
) -> None:
    """Changes the policy; an empty list is the default. Running escalations follow the new one.

    Only an administrator of the root area may. Raises Invalid, and Stale when somebody was faster.
    """
    root = root_area(context.session)
    path = root.path if root else "/"
    context.actor.needs(RoleName.ADMINISTRATOR, path)
    if context.session.get(Category, category_id) is None:
        raise NotFound(N_("没有这种服务"))
    try:
        read_escalation_policy(steps)
    except BadEscalationPolicy as error:
        raise Invalid(
            {"escalation_policy": N_("时间要一步比一步晚，最后一步要找调度员")}
        ) from error
    still = update(Category).where(Category.id == category_id, Category.version == version)
    if not changed(
        context.session, still.values(escalation_policy=steps, version=Category.version + 1)
    ):
        raise Stale(N_("这种服务已经被改过了，请看最新内容"))
    record(
        context,
        kind="category.escalation_policy_set",
        subject=("category", category_id),
        area_path=path,
        details={"steps": len(steps)},
    )
