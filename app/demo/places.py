"""The demo's areas, service points, estates and buildings, as rows."""

import secrets

from sqlalchemy.orm import Session

from app.areas.gazetteer import search_key
from app.areas.levels import AreaLevel
from app.areas.models import Area, Place, ServicePoint
from app.areas.outlines import bounds
from app.demo.geography import ESTATES, Cell
from app.demo.world import World

BUILDINGS = 8
TIERS = {"district": "1", "subdistrict": "N", "community": "V"}
# Degrees between two rows of buildings, about 45 m.
ROW = 0.0004


def add_places(session: Session, world: World, top: Cell) -> None:
    """Adds the whole tree, parents first."""
    _area(session, world, top, None)
    world.top = world.areas[0]
    session.flush()


def _area(session: Session, world: World, cell: Cell, parent: Area | None) -> None:
    outline = cell.outline()
    box = bounds(outline)
    area = Area(
        scheme="cn",
        code=cell.code,
        level=cell.level,
        name_zh=cell.name_zh,
        name_en=cell.name_en,
        parent_id=parent.id if parent else None,
        path=secrets.token_hex(8),
        outline=outline,
        schematic=True,
        timezone="Asia/Shanghai",
        south=box.south,
        west=box.west,
        north=box.north,
        east=box.east,
        figures=cell.figures,
        active=True,
    )
    session.add(area)
    session.flush()
    area.path = f"{parent.path if parent else '/'}{area.id}/"
    world.areas.append(area)
    if cell.level == AreaLevel.COMMUNITY:
        world.communities.append((area, cell))
        _estates(session, world, area, cell)
    if cell.level in TIERS:
        session.add(_point(area, cell))
    for child in cell.inside:
        _area(session, world, child, area)


def _point(area: Area, cell: Cell) -> ServicePoint:
    tier = TIERS[cell.level]
    lat, lon = cell.at(0.5, 0.5)
    return ServicePoint(
        area_id=area.id,
        area_path=area.path,
        name=f"{cell.name_zh}党群服务点（示例）",
        tier=tier,
        lat=lat,
        lon=lon,
        phone=f"0755-0000{cell.code[-4:]}",
        opening="09:00–18:00",
        self_service_24h=tier == "V",
    )


def _estates(session: Session, world: World, area: Area, cell: Cell) -> None:
    """Adds estates with numbered buildings in rows, spread over the community."""
    chance = world.chance
    stem = cell.name_zh.removesuffix("社区")
    for number, kind in enumerate(ESTATES):
        up = 0.25 + 0.5 * (number // 2) + chance.uniform(-0.1, 0.1)
        right = 0.25 + 0.5 * (number % 2) + chance.uniform(-0.1, 0.1)
        estate = _place(area, "estate", f"{stem}{kind}", cell.at(up, right), None)
        session.add(estate)
        session.flush()
        world.estates.append(estate)
        for block in range(BUILDINGS):
            shift = chance.uniform(-ROW, ROW) / 4
            spot = (
                estate.lat + (block // 4 - 0.5) * ROW + shift,
                estate.lon + (block % 4 - 1.5) * ROW - shift,
            )
            session.add(_place(area, "building", f"{estate.name}{block + 1}栋", spot, estate))


def _place(
    area: Area, kind: str, name: str, at: tuple[float, float], estate: Place | None
) -> Place:
    return Place(
        public_code=secrets.token_hex(5),
        area_id=area.id,
        area_path=area.path,
        kind=kind,
        name=name,
        aliases=[],
        search_key=search_key(name),
        rough_name=estate.name if estate else name,
        parent_id=estate.id if estate else None,
        lat=round(at[0], 6),
        lon=round(at[1], 6),
    )
