"""The time zone of the whole community, for daily counts that belong to no area."""

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.areas.queries import root_area, zone_of


def community_zone(session: Session) -> ZoneInfo:
    """The zone of the topmost area."""
    root = root_area(session)
    return zone_of(session, root.path if root else "/")
