"""A coordinator gives a shift to somebody else, or puts it on another day.

Whoever shall come is asked first, also about the new day of their own shift; whoever had agreed to
the old one is told that it is not theirs any more.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Refused, Stale
from app.core.i18n import N_
from app.desk.ask_for_duty import close_questions
from app.desk.hold_rota import LIVE, hold_shift
from app.desk.leave_duty import take_off
from app.desk.override_duty import override_duty
from app.rotation.plan.overrides import ADD


def move_shift(
    session: Session,
    *,
    actor: Actor,
    shift_id: int,
    now: datetime,
    person_id: int | None = None,
    starts_at: datetime | None = None,
) -> None:
    """To another person, to another beginning (UTC), or both. What runs can only change hands.

    Raises Stale when the shift is over, Refused when nothing would change.
    """
    shift, rota = hold_shift(session, actor, shift_id, now)
    actor.needs("coordinator", rota.area_path)
    if shift.state not in LIVE or shift.ends_at <= now:
        raise Stale(N_("这个班次的状态已经变了"))
    if shift.origin == "flex":
        raise Refused(N_("这是志愿者自己报的时间，只能由本人改"))
    begun, layer, by_id = shift.starts_at <= now, shift.layer, person_id or shift.person_id
    if starts_at is not None and starts_at != shift.starts_at and (begun or starts_at <= now):
        raise Refused(N_("班次只能改到将来，已经开始的不能改时间"))
    since = now if begun else starts_at or shift.starts_at
    until = shift.ends_at if begun else since + (shift.ends_at - shift.starts_at)
    if by_id == shift.person_id and since in (shift.starts_at, now):
        raise Refused(N_("没有改动"))
    take_off(session, rota, shift, since=max(shift.starts_at, now), actor=actor, now=now)
    close_questions(session, [shift.id], "over", now)
    override_duty(
        session,
        actor=actor,
        rota_id=rota.id,
        kind=ADD,
        layer=layer,
        by_id=by_id,
        starts_at=since,
        ends_at=until,
        now=now,
    )
