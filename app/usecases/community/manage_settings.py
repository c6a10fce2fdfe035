"""Settings and daily limits, changed by an administrator of the whole community."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.areas.queries import root_area
from app.core.actor import Actor, RoleName
from app.core.context import Context
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
    actor.needs(RoleName.ADMINISTRATOR, path)
    return path


def save_settings(
    context: Context, *, values: Mapping[str, Any], limits: Mapping[str, int]
) -> None:
    """Saves one page's settings and limits. Raises Invalid with every one that is wrong."""
    errors: dict[str, str] = {}
    for key, value in values.items():
        try:
            set_setting(context, key=key, value=value)
        except Invalid as wrong:
            errors |= wrong.fields
    for kind, most in limits.items():
        try:
            set_limit(context, kind=kind, most=most)
        except Invalid as wrong:
            errors |= wrong.fields
    if errors:
        raise Invalid(errors)


def set_setting(context: Context, *, key: str, value: Any) -> None:
    """Changes a setting. The trail records which; the new value is its note."""
    path = _house(context.session, context.actor)
    if key not in SETTINGS:
        raise NotFound(N_("没有这个设置"))
    kept = value.strip() if isinstance(value, str) else value
    if not SETTINGS[key].accepts(kept):
        raise Invalid({key: SETTINGS[key].hint})
    if read_setting(context.session, key) == kept:
        return
    row = context.session.get(Setting, key)
    if row is None:
        context.session.add(
            Setting(key=key, value=kept, changed_at=context.now, changed_by=context.actor.person_id)
        )
    else:
        row.value, row.changed_at, row.changed_by = kept, context.now, context.actor.person_id
    context.session.flush()
    record(
        context, kind="setting.changed", subject=("setting", key), area_path=path, note=str(kept)
    )


def set_limit(context: Context, *, kind: str, most: int) -> None:
    """Changes how many of a kind are allowed a day."""
    path = _house(context.session, context.actor)
    if kind not in DEFAULTS:
        raise NotFound(N_("没有这个设置"))
    if not is_limit(most):
        raise Invalid({kind: N_("请填 0 到 1000000 的整数")})
    before = per_day(context.session, kind)
    if before == most:
        return
    row = context.session.get(LimitRule, kind)
    if row is None:
        context.session.add(LimitRule(kind=kind, per_day=most))
    else:
        row.per_day = most
    context.session.flush()
    record(
        context,
        kind="limit.changed",
        subject=("limit", kind),
        area_path=path,
        details={"from": before, "to": most},
    )
