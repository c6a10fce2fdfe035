"""Hours that the demo's volunteers offer for duty, so that a month can be built."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.helper import Helper
from app.demo.world import World
from app.rotation.plan.models import FlexOffer

OFFERING = 60
WEEK_HOURS = (8, 12, 16, 24)
# One in this many offers three nights a week.
OWLS = 6
NIGHTS = 3


def add_duty_offers(session: Session, world: World) -> None:
    """Sixty people enter their hours; few of them nights."""
    # People who may be called at night have entered their hours already.
    known = set(session.scalars(select(FlexOffer.person_id)))
    people = [one for one in world.volunteers if one.person_id not in known]
    for number, one in enumerate(people[:OFFERING]):
        hours = _by_day(one)
        if number % OWLS == 0:
            hours += [
                {"day": (number + 2 * night) % 7, "from": "22:00", "to": "08:00"}
                for night in range(NIGHTS)
            ]
        session.add(
            FlexOffer(
                person_id=one.person_id,
                hours=hours,
                callable=False,
                week_hours=WEEK_HOURS[number % len(WEEK_HOURS)],
                nights_week=2,
                wishes=[],
                updated_at=world.now,
            )
        )


def _by_day(one: Helper) -> list[dict[str, Any]]:
    """The consecutive hours of each day, as windows."""
    found = []
    for day in range(7):
        hours = [hour for hour in range(24) if day * 24 + hour in one.ready]
        while hours:
            start = end = hours.pop(0)
            while hours and hours[0] == end + 1:
                end = hours.pop(0)
            found.append({"day": day, "from": f"{start:02}:00", "to": f"{end + 1:02}:00"})
    return found
