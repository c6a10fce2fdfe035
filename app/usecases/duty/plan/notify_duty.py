"""Notifying people about duty, and recording it in the trail."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.core.attention import DutyAttention
from app.core.context import Context
from app.people.models import Person
from app.rotation.models import Rota, Shift
from app.rotation.plan.models import Swap
from app.trail.chain import record
from app.usecases.messages.notify import notify_person
from app.usecases.messages.notify_coordinators import reachable_coordinators
from app.usecases.messages.reach import Reach
from app.usecases.shared.people import people_of

# Up to this many shifts of one person are listed in messages; more are given as a count.
TOLD_SINGLY = 1
# Of hours without cover that begin this soon, coordinators hear at once.
TOLD_ALONE = timedelta(days=1)
Times = dict[str, Any]


def record_shift(
    context: Context,
    rota: Rota,
    shift: Shift,
    kind: str,
    **details: object,
) -> None:
    """Records a shift event in the trail."""
    record(
        context,
        kind=kind,
        subject=("shift", shift.id),
        area_path=rota.area_path,
        details={"person": shift.person_id, "layer": shift.layer, **details},
    )


def record_swap(
    context: Context,
    rota: Rota,
    swap: Swap,
    kind: str,
    **details: object,
) -> None:
    """Records a swap event in the trail."""
    record(
        context,
        kind=kind,
        subject=("swap", swap.id),
        area_path=rota.area_path,
        details={"kind": swap.kind, "shift": swap.shift_id, "taker": swap.taker_id, **details},
    )


def clock_of(session: Session, rota: Rota, at: datetime) -> str:
    """An instant for a text, in the area's zone: month, day, hour, minute."""
    return clock_at(at, zone_of(session, rota.area_path))


def clock_at(at: datetime, zone: ZoneInfo) -> str:
    """The same in a zone."""
    return f"{at.astimezone(zone):%m-%d %H:%M}"


def times_of(session: Session, rota: Rota, starts_at: datetime, ends_at: datetime) -> Times:
    """When duty begins and ends, for a text."""
    return {"time": clock_of(session, rota, starts_at), "until": clock_of(session, rota, ends_at)}


def notify_shift(
    session: Session,
    rota: Rota,
    shift: Shift,
    person: Person,
    template: str,
    *,
    subject: str,
    now: datetime,
    hours: tuple[datetime, datetime] | None = None,
    occurrence: str = "",
    urgent: bool = False,
    **params: Any,
) -> Reach:
    """Notifies somebody about a shift, with its times, or the part of it that is meant."""
    starts_at, ends_at = hours or (shift.starts_at, shift.ends_at)
    return notify_person(
        session,
        person,
        template,
        subject=subject,
        now=now,
        occurrence=occurrence,
        urgent=urgent,
        **params,
        **times_of(session, rota, starts_at, ends_at),
    )


def by_person(shifts: Iterable[Shift]) -> dict[int, list[Shift]]:
    """Each person's shifts, in order."""
    found: dict[int, list[Shift]] = {}
    for shift in sorted(shifts, key=lambda one: (one.starts_at, one.id)):
        found.setdefault(shift.person_id, []).append(shift)
    return found


def notify_ended_shifts(context: Context, rota: Rota, shifts: Sequence[Shift]) -> None:
    """Notifies people who had agreed that their shift ended, unless they ended it themselves."""
    agreed = by_person(one for one in shifts if one.agreed_at is not None)
    people = people_of(context.session, agreed)
    for person_id, theirs in agreed.items():
        subject = f"shift:{theirs[0].id}"
        if person_id == context.actor.person_id:
            continue
        if len(theirs) <= TOLD_SINGLY:
            notify_shift(
                context.session,
                rota,
                theirs[0],
                people[person_id],
                "duty_cancelled",
                subject=subject,
                now=context.now,
                occurrence="ended",
            )
        else:
            notify_person(
                context.session,
                people[person_id],
                "duty_changed",
                subject=subject,
                now=context.now,
                occurrence=f"ended:{int(context.now.timestamp())}",
                count=len(theirs),
            )


def notify_duty_coordinators(
    session: Session,
    rota: Rota,
    shift: Shift,
    reason: str,
    *,
    now: datetime,
    about: int | str | None = None,
    subject: str = "",
) -> int:
    """Notifies the area's coordinators of a shift, once for each reason (and `about`).

    With another `subject` than the shift, once for each reason and that.
    """
    told = 0
    for person in reachable_coordinators(session, rota.area_path, now):
        reach = notify_person(
            session,
            person,
            "duty_attention",
            subject=subject or f"shift:{shift.id}",
            now=now,
            occurrence=reason if about is None else f"{reason}:{about}",
            reason=reason,
            time=clock_of(session, rota, shift.starts_at),
        )
        told += bool(reach)
    return told


def notify_no_cover(
    session: Session, rota: Rota, shift: Shift, *, begins: datetime, now: datetime
) -> None:
    """Notifies the area's coordinators that nobody takes over the hours from `begins`.

    Of hours that begin within a day at once; of later ones once a day for each rota, because many
    searches may end at one moment and all are listed on the duty page.
    """
    subject = "" if begins <= now + TOLD_ALONE else f"rota:{rota.id}:{now:%Y-%m-%d}"
    notify_duty_coordinators(session, rota, shift, DutyAttention.NO_COVER, now=now, subject=subject)
