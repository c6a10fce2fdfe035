"""What a help request waits for, as a sentence in the queue."""

from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.core.attention import Attention
from app.core.i18n import N_
from app.dispatch.queries import Waiting
from app.help_requests.rules import WAITS_FOR, State, is_overdue
from app.matching.batch_window import can_wait
from app.web.common.formatting import clock, span

NOBODY = Waiting(0, None, 0)
# By the deadline that has passed.
LATE = {
    "verify": N_("审核超时 %(span)s"),
    "dispatch": N_("派单超时 %(span)s"),
    "accept": N_("接单超时 %(span)s"),
    "arrive": N_("到达超时 %(span)s"),
    "finish": N_("完成超时 %(span)s"),
    "feedback": N_("评价超时 %(span)s"),
}
STEADY = {
    State.IN_PROGRESS: N_("志愿者正在服务"),
    State.FINISHED: N_("等居民评价"),
    State.CLOSED: N_("已经办结"),
    State.REJECTED: N_("没有通过"),
    State.CANCELLED: N_("已经取消"),
}


class Waits(Protocol):
    """A help request or a line of the queue: the fields from which the sentence is made."""

    @property
    def state(self) -> str: ...
    @property
    def urgency(self) -> str: ...
    @property
    def place_state(self) -> str: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def wanted_from(self) -> datetime | None: ...
    @property
    def attention(self) -> str | None: ...
    @property
    def auto_dispatch(self) -> bool: ...
    @property
    def places_taken(self) -> int: ...
    @property
    def volunteers_needed(self) -> int: ...


def minutes(length: timedelta) -> float:
    """The length in minutes, never below zero."""
    return max(0.0, length / timedelta(minutes=1))


def why_late(line: Waits, now: datetime) -> str:
    """Which deadline has passed, and how long ago; empty if none has."""
    kind = WAITS_FOR.get(State(line.state))
    if line.due_at is None or kind is None or not is_overdue(line.due_at, now):
        return ""
    return str(_(LATE[kind], span=span(minutes(now - line.due_at))))


def next_step(line: Waits, waiting: Waiting | None, now: datetime, zone: ZoneInfo) -> str:
    """What happens next, and who must act; times in the zone of its area."""
    if line.attention == Attention.DANGER:
        return str(_("有危险，请马上打电话问"))
    state = State(line.state)
    open_places = line.volunteers_needed - line.places_taken
    if state == State.IN_PROGRESS and open_places > 0:
        step = _to_dispatch(line, waiting or NOBODY, now)
        return str(_("志愿者正在服务，还缺 %(n)s 位：%(step)s", n=open_places, step=step))
    if state in STEADY:
        return str(_(STEADY[state]))
    if state == State.SUBMITTED:
        return _by(line, now, zone, N_("等您审核"), N_("等您在 %(time)s 前审核"))
    if state == State.ASSIGNED:
        return _by(line, now, zone, N_("等志愿者到达"), N_("志愿者应在 %(time)s 前到达"))
    step = _to_dispatch(line, waiting or NOBODY, now)
    if line.places_taken > 0 and open_places > 0:
        return str(
            _(
                "已有 %(taken)s 位接单，还差 %(n)s 位，%(step)s",
                taken=line.places_taken,
                n=open_places,
                step=step,
            )
        )
    return step


def _by(line: Waits, now: datetime, zone: ZoneInfo, late: str, in_time: str) -> str:
    due = line.due_at
    if due is None or is_overdue(due, now) or due - now > timedelta(hours=20):
        return str(_(late))
    return str(_(in_time, time=clock(due, zone)))


def _to_dispatch(line: Waits, waiting: Waiting, now: datetime) -> str:
    if line.lat is None:
        located = line.place_state == "to_geocode"
        return str(_("正在查地址") if located else _("等您在地图上定位"))
    if waiting.asked:
        left = minutes(waiting.until - now) if waiting.until else 0
        if left < 1:
            return str(_("等 %(n)s 位志愿者答复，时间到了", n=waiting.asked))
        return str(_("等 %(n)s 位志愿者答复，还有 %(span)s", n=waiting.asked, span=span(left)))
    if waiting.proposed:
        return str(_("推荐了 %(n)s 位志愿者，等您批准", n=waiting.proposed))
    if line.state == State.REOPENED:
        return str(_("居民不满意，等您重新安排"))
    if line.attention == Attention.WINDOW_OVER:
        return str(_("约好的时间过了，请问居民还要不要"))
    if line.attention == Attention.NOBODY_NEAR:
        return str(_("附近没有能去的人，请您找人"))
    if line.attention == Attention.TEAM_SHORT:
        return str(_("要一起去的人没有齐，请您找人或者改人数"))
    if line.auto_dispatch and can_wait(line.urgency, line.wanted_from, now):
        return str(_("几分钟内和别的单一起派"))
    return str(_("马上自动派单") if line.auto_dispatch else _("等您选志愿者"))
