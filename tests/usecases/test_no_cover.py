"""Coordinators hear of hours that nobody takes over: of near ones at once, of many in one text."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notifications.models import Notification
from app.rotation.models import Rota
from app.usecases.duty.plan.notify_duty import notify_no_cover
from tests.factories import NOW
from tests.usecases.on_call import HOUR, on_call


def test_many_searches_that_end_at_one_moment_are_one_text(session: Session) -> None:
    made = on_call(session)
    rota = session.get_one(Rota, made.rota_id)
    shifts = made.shifts(until=NOW + 240 * HOUR)
    assert len(shifts) > 20

    def told(hours: float) -> list[str]:
        now = NOW + hours * HOUR
        for one in shifts:
            if one.starts_at > now:
                notify_no_cover(session, rota, one, begins=one.starts_at, now=now)
        session.commit()
        return list(
            session.scalars(
                select(Notification.subject)
                .where(Notification.template == "duty_attention")
                .order_by(Notification.id)
            )
        )

    near = [f"shift:{one.id}" for one in shifts if NOW < one.starts_at <= NOW + 24 * HOUR]
    assert told(0) == [*near, f"rota:{rota.id}:2026-03-04"]
    assert told(1)[len(near) + 1 :] == [
        f"shift:{one.id}" for one in shifts if NOW + 24 * HOUR < one.starts_at <= NOW + 25 * HOUR
    ]
    assert f"rota:{rota.id}:2026-03-05" in told(26)
