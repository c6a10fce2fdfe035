"""The time zone of the whole community, for daily counts that belong to no area."""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.areas.zones import read_zones


def community_zone(session: Session) -> ZoneInfo:
    """The zone of the topmost area."""
    return read_zones(session).topmost
