"""Settings and limits a day, changed by an administrator of the whole house."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.areas.queries import root_area
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.i18n import N_
from app.limits.models import LimitRule
from app.limits.queries import per_day
from app.limits.rules import DEFAULTS
from app.settings.models import Setting
from app.settings.queries import read_setting
from app.settings.rules import SETTINGS, is_limit
from app.trail.chain import record


def _house(session: Session, actor: Actor) -> str:
    """The path of the topmost area, for which the actor must be an administrator."""
    root = root_area(session)
    path = root.path if root else "/"
    actor.needs("administrator", path)
    return path


def save_settings(
    session: Session,
    *,
    actor: Actor,
    values: Mapping[str, Any],
    limits: Mapping[str, int],
    now: datetime,
) -> None:
    """Settings and limits of one page. Raises Invalid with every one that is wrong."""
    errors: dict[str, str] = {}
    for key, value in values.items():
        try:
            set_setting(session, actor=actor, key=key, value=value, now=now)
        except Invalid as wrong:
            errors |= wrong.fields
    for kind, most in limits.items():
        try:
            set_limit(session, actor=actor, kind=kind, most=most, now=now)
        except Invalid as wrong:
            errors |= wrong.fields
    if errors:
        raise Invalid(errors)


def set_setting(session: Session, *, actor: Actor, key: str, value: Any, now: datetime) -> None:
    """Changes a setting. The trail says which; the words themselves are its note."""
    path = _house(session, actor)
    if key not in SETTINGS:
        raise NotFound(N_("没有这个设置"))
    kept = value.strip() if isinstance(value, str) else value
    if not SETTINGS[key].accepts(kept):
        raise Invalid({key: SETTINGS[key].hint})
    if read_setting(session, key) == kept:
        return
    row = session.get(Setting, key)
    if row is None:
        session.add(Setting(key=key, value=kept, changed_at=now, changed_by=actor.person_id))
    else:
        row.value, row.changed_at, row.changed_by = kept, now, actor.person_id
    session.flush()
    record(
        session,
        actor=actor,
        kind="setting.changed",
        subject=("setting", key),
        area_path=path,
        now=now,
        note=str(kept),
    )


def set_limit(session: Session, *, actor: Actor, kind: str, most: int, now: datetime) -> None:
    """Changes how many of a kind a day may have."""
    path = _house(session, actor)
    if kind not in DEFAULTS:
        raise NotFound(N_("没有这个设置"))
    if not is_limit(most):
        raise Invalid({kind: N_("请填 0 到 1000000 的整数")})
    before = per_day(session, kind)
    if before == most:
        return
    row = session.get(LimitRule, kind)
    if row is None:
        session.add(LimitRule(kind=kind, per_day=most))
    else:
        row.per_day = most
    session.flush()
    record(
        session,
        actor=actor,
        kind="limit.changed",
        subject=("limit", kind),
        area_path=path,
        now=now,
        details={"from": before, "to": most},
    )
