"""The dispatch policies chosen in a coordinator's areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.core.actor import Actor, RoleName
from app.dispatch.models import DispatchPolicy


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """A policy in force: for which area and all below it, which category, since when."""

    area_id: int
    area_path: str
    area_name: str
    category_id: int
    urgency: str
    policy: Mapping[str, Any]
    changed_at: datetime


def policies_in_force(session: Session, *, actor: Actor) -> Sequence[PolicyLine]:
    """Every policy chosen in the coordinator's areas, newest first."""
    paths = actor.paths(RoleName.COORDINATOR)
    if not paths:
        return ()
    rows = session.execute(
        select(
            Area.id,
            Area.path,
            Area.name_zh,
            DispatchPolicy.category_id,
            DispatchPolicy.urgency,
            DispatchPolicy.policy,
            DispatchPolicy.changed_at,
        )
        .join(Area, Area.id == DispatchPolicy.area_id)
        .where(or_(*(Area.path.startswith(path, autoescape=True) for path in paths)))
        .order_by(DispatchPolicy.changed_at.desc(), Area.id, DispatchPolicy.category_id)
    )
    return [PolicyLine(*row) for row in rows]
