"""Forgetting devices that shall not be reminded any more: address and keys are deleted at once.

Whoever logs out, loses the phone or is suspended is reminded there no more; so is a browser of
which its push service says that it is gone.
"""

from sqlalchemy import ColumnElement, delete, select

from app.core.context import Context
from app.core.statements import changed
from app.notifications.models import PushSubscription
from app.people.models import Person
from app.trail.chain import record


def forget_devices(context: Context, which: ColumnElement[bool], *, why: str) -> int:
    """Forgets these devices, each with a line of the trail; tells how many there were."""
    rows = context.session.execute(
        select(PushSubscription.id, Person.id, Person.area_path)
        .join(Person, Person.id == PushSubscription.person_id)
        .where(which)
        .order_by(PushSubscription.id)
    ).all()
    forgotten = 0
    for device_id, person_id, area_path in rows:
        gone = changed(
            context.session, delete(PushSubscription).where(PushSubscription.id == device_id)
        )
        if gone:
            forgotten += 1
            note_device(context, "device.off", person_id, area_path, why=why)
    return forgotten


def note_device(
    context: Context,
    kind: str,
    person_id: int,
    area_path: str,
    **details: object,
) -> None:
    """A line of the trail about a device of somebody's."""
    record(context, kind=kind, subject=("person", person_id), area_path=area_path, details=details)
