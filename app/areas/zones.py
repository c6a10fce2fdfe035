"""The time zone of each area, read once for a whole page."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.models import Area

# Of an installation that has no area yet. Every area has its own zone.
BEFORE_AREAS = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Zones:
    """The zone of the topmost area, and those of the areas that differ from it, by path."""

    topmost: ZoneInfo
    others: Mapping[str, ZoneInfo]

    def at(self, area_path: str) -> ZoneInfo:
        """The zone of an area; of the topmost one if there is no such area."""
        return self.others.get(area_path, self.topmost)


def read_zones(session: Session) -> Zones:
    """The zones of all areas: two queries, of which the second usually finds nothing."""
    name = session.scalar(
        select(Area.timezone).where(Area.parent_id.is_(None)).order_by(Area.id).limit(1)
    )
    if name is None:
        return Zones(BEFORE_AREAS, {})
    rows = session.execute(select(Area.path, Area.timezone).where(Area.timezone != name))
    return Zones(ZoneInfo(name), {path: ZoneInfo(zone) for path, zone in rows})
