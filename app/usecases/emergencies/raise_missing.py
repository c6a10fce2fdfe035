"""People are missing in an emergency: reminds those who are silent, notifies the coordinators."""

from datetime import timedelta

from sqlalchemy import select, update

from app.areas.queries import zone_of
from app.core.attention import DutyAttention
from app.core.context import Context
from app.core.statements import changed
from app.rotation.emergency.models import Activation
from app.rotation.models import DutyAsk, Rota
from app.rotation.states import DutyAskState
from app.usecases.duty.plan.notify_duty import clock_at, clock_of
from app.usecases.emergencies.fill_procedure import lacking_pieces
from app.usecases.emergencies.manage_procedures import record_activation
from app.usecases.messages.notify import notify_person
from app.usecases.messages.notify_coordinators import reachable_coordinators
from app.usecases.shared.people import people_of

# How long answers are awaited before the coordinators hear of hours that lack people.
FIRST = timedelta(minutes=30)
# How often they hear of it again while hours that begin within AHEAD lack people.
AGAIN = timedelta(hours=3)
AHEAD = timedelta(hours=12)


def raise_missing(context: Context, activation: Activation, rota: Rota) -> None:
    """Does so while the coming hours lack people. The caller has locked the rota."""
    wanted = lacking_pieces(context.session, activation, rota, now=context.now)
    soon = [one for one in wanted if one.starts_at < context.now + AHEAD]
    if not soon:
        return
    _remind(context, activation)
    waited = context.now - activation.started_at
    if waited < FIRST:
        return
    first = soon[0].starts_at
    reached = [
        notify_person(
            context.session,
            person,
            "duty_attention",
            subject=f"activation:{activation.id}",
            now=context.now,
            occurrence=f"missing:{(waited - FIRST) // AGAIN}",
            urgent=True,
            reason=DutyAttention.EMERGENCY,
            time=clock_of(context.session, rota, max(first, context.now)),
        )
        for person in reachable_coordinators(context.session, activation.area_path, context.now)
    ]
    notified = sum(map(bool, reached))
    if notified:
        record_activation(
            context,
            activation,
            "plan.missing_notified",
            notified=notified,
            shifts=len(soon),
        )


def _remind(context: Context, activation: Activation) -> None:
    """Asks once more those who have not answered yet."""
    rows = context.session.scalars(
        select(DutyAsk)
        .where(
            DutyAsk.activation_id == activation.id,
            DutyAsk.state == DutyAskState.SENT,
            DutyAsk.remind_at <= context.now,
        )
        .order_by(DutyAsk.id)
    ).all()
    people = people_of(context.session, [one.person_id for one in rows])
    zone = zone_of(context.session, activation.area_path)
    for ask in rows:
        silent = update(DutyAsk).where(DutyAsk.id == ask.id, DutyAsk.state == DutyAskState.SENT)
        changed(context.session, silent.values(remind_at=None))
        notify_person(
            context.session,
            people[ask.person_id],
            "plan_called_again",
            subject=f"activation:{activation.id}",
            now=context.now,
            occurrence=f"again:{ask.id}",
            until=clock_at(ask.until or activation.until, zone),
            number=ask.reply_number,
        )
