"""Who is on duty in the demo: a week with early, late and night turns, and gaps to be filled."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.areas.models import Area
from app.cli.demo.world import World
from app.rotation.models import Rota, Shift

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = 8
# Local hours: when a turn begins and how long it lasts.
TURNS = ((7, 8), (15, 8), (23, 8))
LAYERS = 2
# Days from today and turns that nobody has taken, and those that somebody was only asked for.
OPEN = {(2, 2), (4, 1), (5, 2)}
ASKED = {(3, 2), (6, 0)}


def add_duty(session: Session, world: World) -> None:
    """A rota for the whole district at all hours, and one for 民治 by day."""
    minzhi = next(area for area in world.areas if area.name_zh == "民治街道")
    everywhere = _rota(session, world.top, "全区值班（示例）", "00:00", "24:00")
    by_day = _rota(session, minzhi, "民治白天值班（示例）", "07:00", "23:00")
    today = world.now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(-1, DAYS):
        for turn, (hour, hours) in enumerate(TURNS):
            begins = today + timedelta(days=day, hours=hour)
            if (day, turn) not in OPEN:
                _shifts(session, world, everywhere, begins, hours, LAYERS, (day, turn) in ASKED)
            if turn < 2 and day % 3 != 2:
                _shifts(session, world, by_day, begins, hours, 1, False)


def _rota(session: Session, area: Area, name: str, start: str, end: str) -> Rota:
    made = Rota(
        area_id=area.id,
        area_path=area.path,
        name=name,
        purpose="general",
        pattern=[{"day": day, "from": start, "to": end} for day in range(7)],
    )
    session.add(made)
    session.flush()
    return made


def _shifts(
    session: Session,
    world: World,
    rota: Rota,
    begins: datetime,
    hours: int,
    layers: int,
    asked: bool,
) -> None:
    """One turn, by people who stand ready in its middle."""
    middle = begins + timedelta(hours=hours / 2)
    week_hour = middle.weekday() * 24 + middle.hour
    ready = [one for one in world.volunteers if week_hour in one.ready]
    for layer, who in enumerate(world.chance.sample(ready, min(layers, len(ready))), start=1):
        session.add(
            Shift(
                rota_id=rota.id,
                person_id=who.person_id,
                starts_at=begins,
                ends_at=begins + timedelta(hours=hours),
                layer=layer,
                state="offered" if asked else "agreed",
                agreed_at=None if asked else world.now - timedelta(days=2),
                made_by=world.coordinator,
            )
        )
