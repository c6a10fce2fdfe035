"""Reads of settings."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.settings.models import Setting
from app.settings.rules import SETTINGS


def read_setting(session: Session, key: str) -> Any:
    """The value of a setting: the row, else the default."""
    row = session.get(Setting, key)
    return SETTINGS[key].default if row is None else row.value


def all_settings(session: Session) -> dict[str, Any]:
    """Every setting with its value in force."""
    rows = {row.key: row.value for row in session.scalars(select(Setting))}
    return {key: rows.get(key, kind.default) for key, kind in SETTINGS.items()}
