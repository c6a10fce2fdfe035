"""Extends a running emergency: shifts for the added hours, and everybody is asked again."""

from datetime import timedelta

from app.core.actor import RoleName
from app.core.context import Context
from app.core.errors import Invalid, NotFound, Refused, Stale
from app.core.i18n import N_
from app.rotation.emergency.models import Activation
from app.rotation.emergency.rules import LONGER_H, LONGEST
from app.rotation.states import ActivationState
from app.usecases.duty.plan.lock_rota import lock_rota
from app.usecases.emergencies.call_for_procedure import call_next
from app.usecases.emergencies.manage_procedures import record_activation


def extend_plan(context: Context, *, activation_id: int, hours: int) -> None:
    """Adds hours. An earlier yes covers only the earlier hours: asks everybody about the others.

    Raises Invalid for a number of hours not on offer, Refused for more than two weeks in all, Stale
    when it is over.
    """
    activation = context.session.get(Activation, activation_id)
    if activation is None:
        raise NotFound(N_("没有找到这次应急"))
    context.actor.needs(RoleName.COORDINATOR, activation.area_path)
    lock_rota(context.session, activation.rota_id)
    context.session.refresh(activation)
    if activation.state != ActivationState.RUNNING or activation.until <= context.now:
        raise Stale(N_("这次应急已经结束了"))
    if hours not in LONGER_H:
        raise Invalid({"hours": N_("请选延长多久")})
    longer = activation.until + timedelta(hours=hours)
    if longer - activation.since > LONGEST:
        raise Refused(N_("一次应急最长 14 天，请结束以后重新启动"))
    activation.earlier_ends = [*activation.earlier_ends, activation.until.isoformat()]
    activation.until = longer
    context.session.flush()
    record_activation(context, activation, "plan.extended", hours=hours)
    call_next(context, activation)
