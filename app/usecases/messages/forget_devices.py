"""Forgetting devices that shall not be reminded any more: address and keys are deleted at once.

Whoever logs out, loses the phone or is suspended is reminded there no more; so is a browser of
which its push service says that it is gone.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.statements import changed
from app.notifications.models import PushSubscription
from app.people.models import Person
from app.trail.chain import record


def forget_devices(
    session: Session, which: ColumnElement[bool], *, actor: Actor, why: str, now: datetime
) -> int:
    """Forgets these devices, each with a line of the trail; tells how many there were."""
    rows = session.execute(
        select(PushSubscription.id, Person.id, Person.area_path)
        .join(Person, Person.id == PushSubscription.person_id)
        .where(which)
        .order_by(PushSubscription.id)
    ).all()
    forgotten = 0
    for device_id, person_id, area_path in rows:
        gone = changed(session, delete(PushSubscription).where(PushSubscription.id == device_id))
        if gone:
            forgotten += 1
            note_device(session, "device.off", person_id, area_path, actor=actor, now=now, why=why)
    return forgotten


def note_device(
    session: Session,
    kind: str,
    person_id: int,
    area_path: str,
    *,
    actor: Actor,
    now: datetime,
    **details: object,
) -> None:
    """A line of the trail about a device of somebody's."""
    record(
        session,
        actor=actor,
        kind=kind,
        subject=("person", person_id),
        area_path=area_path,
        now=now,
        details=details,
    )
