"""How an area dispatches a category: a coordinator chooses a policy, or drops it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.catalogue.models import Category
from app.core.actor import Actor, RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Stale
from app.core.i18n import N_
from app.core.statements import changed, insert_once
from app.dispatch.models import DispatchPolicy
from app.help_requests.rules import URGENCY_RANK
from app.matching.policy import as_mapping, policy_from
from app.trail.chain import record
from app.trials.models import Trial

CHANGED = N_("这里的派单方式已经被改过了，请看最新内容")


def choose_policy(
    context: Context,
    *,
    area_id: int,
    category_id: int,
    urgency: str,
    policy: Mapping[str, Any],
    version: int | None = None,
) -> None:
    """Sets the policy for this area and all areas below without one of their own.

    It holds from each request's next check. `version` is that of the policy the actor saw, None if
    there was none. Raises Invalid with the key that is wrong, Stale when it changed.
    """
    area = _area_for(context.session, context.actor, area_id)
    if context.session.get(Category, category_id) is None:
        raise NotFound(N_("没有这种服务"))
    if urgency not in URGENCY_RANK:
        raise Invalid({"urgency": N_("请选紧急程度")})
    try:
        kept = as_mapping(policy_from(policy))
    except ValueError as wrong:
        raise Invalid({str(wrong).partition(":")[0]: N_("这个数字太大或太小")}) from wrong
    key = {"area_id": area_id, "category_id": category_id, "urgency": urgency}
    values = {"policy": kept, "changed_at": context.now, "changed_by": context.actor.person_id}
    if not _write(context.session, key, values, version):
        raise Stale(CHANGED)
    _forget_chosen(context.session, key)
    _note(context, area, key, "policy.chosen", name=kept["name"])


def _write(
    session: Session, key: dict[str, Any], values: dict[str, Any], version: int | None
) -> bool:
    if version is None:
        return insert_once(session, DispatchPolicy, **key, **values, version=1)
    same = update(DispatchPolicy).where(
        *(getattr(DispatchPolicy, name) == value for name, value in key.items()),
        DispatchPolicy.version == version,
    )
    return changed(session, same.values(**values, version=DispatchPolicy.version + 1)) == 1


def drop_policy(context: Context, *, area_id: int, category_id: int, urgency: str) -> None:
    """Returns to the policy of the area above, or the default. Does nothing if none was chosen."""
    area = _area_for(context.session, context.actor, area_id)
    key = {"area_id": area_id, "category_id": category_id, "urgency": urgency}
    gone = delete(DispatchPolicy).where(
        *(getattr(DispatchPolicy, name) == value for name, value in key.items())
    )
    if changed(context.session, gone):
        _forget_chosen(context.session, key)
        _note(context, area, key, "policy.dropped")


def _forget_chosen(session: Session, key: Mapping[str, Any]) -> None:
    """Clears the in-force mark of trials of this area, category and urgency."""
    same = (getattr(Trial, name) == value for name, value in key.items())
    chosen = update(Trial).where(*same, Trial.chosen_at.is_not(None))
    changed(session, chosen.values(chosen_at=None))


def _area_for(session: Session, actor: Actor, area_id: int) -> Area:
    area = session.scalar(select(Area).where(Area.id == area_id))
    if area is None:
        raise NotFound(N_("没有这个区域"))
    actor.needs(RoleName.COORDINATOR, area.path)
    return area


def _note(
    context: Context,
    area: Area,
    key: dict[str, Any],
    kind: str,
    **more: object,
) -> None:
    record(
        context,
        kind=kind,
        subject=("area", area.id),
        area_path=area.path,
        details={"category": key["category_id"], "urgency": key["urgency"], **more},
    )
