"""In which time zone a page shows a time, and reads one that somebody typed.

1. What belongs to an area (a help request, a rota, a shift, an emergency, a trial) is shown in
   the zone of that area for every visitor: a shift that begins at 09:00 there begins at 09:00 on
   every page, in every message and on paper.
2. What belongs to a person or to the whole installation (log-ins, devices, links, the trail) is
   shown in the zone of the visitor: of the topmost area in which they hold a role.
3. Visitors without a role see the zone of the topmost area.

Every function that formats a time takes the zone as an argument, so that none is assumed.
"""

from zoneinfo import ZoneInfo

from flask import Flask, g

from app.areas.zones import Zones, read_zones
from app.core.db import db


def zone_at(area_path: str) -> ZoneInfo:
    """The zone of an area (rule 1)."""
    return _zones().at(area_path)


def own_zone() -> ZoneInfo:
    """The zone of the visitor (rules 2 and 3)."""
    scopes = g.who.scopes if g.get("who") else ()
    paths = sorted((scope.area_path for scope in scopes), key=lambda path: (len(path), path))
    return zone_at(paths[0]) if paths else _zones().topmost


def _zones() -> Zones:
    if "zones" not in g:
        g.zones = read_zones(db.session())
    found: Zones = g.zones
    return found


def init_zones(flask: Flask) -> None:
    """Gives templates the two functions."""
    flask.jinja_env.globals.update(zone_at=zone_at, own_zone=own_zone)
