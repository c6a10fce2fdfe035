"""Words on an order's page: what happened, what comes next and until when."""

from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from app.core.i18n import N_
from app.help_requests.rules import State, is_overdue
from app.usecases.requests.follow_request import Followed
from app.usecases.requests.see_story import Look, Moment
from app.web.common.formatting import clock, when
from app.web.common.order_answers import SPOKEN_NAMES
from app.web.common.volunteer_words import volunteer_words
from app.web.common.wish_words import wish_words
from app.web.common.zones import zone_at

# What the resident may expect in each state.
NEXT = {
    State.SUBMITTED: N_("调度员正在看您的需求。"),
    State.OPEN: N_("正在为您找志愿者。"),
    State.MATCHING: N_("已经询问附近的志愿者，等他们回复。"),
    State.ASSIGNED: N_("志愿者已接单，会按时过来。"),
    State.IN_PROGRESS: N_("志愿者正在为您服务。"),
    State.FINISHED: N_("服务做完了，请给志愿者打个分。"),
    State.CLOSED: N_("这张需求单已经完成，谢谢您。"),
    State.REOPENED: N_("我们知道您不满意，调度员会重新安排。"),
    State.REJECTED: N_("这张需求单没有通过，原因写在下面。"),
    State.CANCELLED: N_("这张需求单已经取消。"),
}
PROMISED = {
    State.SUBMITTED: N_("最晚 %(time)s 答复您。"),
    State.OPEN: N_("最晚 %(time)s 告诉您结果。"),
    State.MATCHING: N_("到 %(time)s 还没有人接，我们就再多问一些人。"),
    State.ASSIGNED: N_("最晚 %(time)s 到。"),
    State.REOPENED: N_("最晚 %(time)s 告诉您结果。"),
}
FEWER = N_("已按 %(n)s 位安排，不再找别人。接了单的会按时过来。")
SOME_DONE = {
    State.MATCHING: N_("已有 %(done)s 位做完，还在找 %(n)s 位。"),
    State.ASSIGNED: N_("已有 %(done)s 位做完，还有 %(n)s 位会过来。"),
    State.IN_PROGRESS: N_("已有 %(done)s 位做完，还有志愿者正在为您服务。"),
}
TOGETHER = N_("已有 %(taken)s 位接单，还缺 %(n)s 位，人齐了一起来。")
HELD = N_("时间到了还缺 %(n)s 位，接了单的人先不来，对不起。我们还在找人，您也可以在下面选。")
# States in which somebody is late once the deadline has passed.
BROKEN = {
    **dict.fromkeys(
        (State.SUBMITTED, State.OPEN, State.MATCHING, State.REOPENED),
        N_("比说好的时间晚了，对不起。调度员已经知道，正在想办法。"),
    ),
    State.ASSIGNED: N_("志愿者还没有到，对不起。调度员已经知道，正在联系。"),
}
MOMENTS = {
    "help_request.placed": N_("收到您的求助"),
    "help_request.approve": N_("调度员看过了，通过"),
    "help_request.reject": N_("没有通过"),
    "help_request.cancel": N_("取消了"),
    "help_request.lose_volunteer": N_("志愿者有变动，马上另找"),
    "help_request.need_more": N_("要的人多了，接着找"),
    "help_request.finish_part": N_("做完一部分，接着找人"),
    "help_request.escalated": N_("等得久了，报告了调度员"),
    "help_request.reopen": N_("您不满意，重新安排"),
    "help_request.close": N_("办完了"),
    "match.sent": N_("问了附近的 %(count)s 位志愿者"),
    "match.accepted": N_("%(who)s接单"),
    "match.assigned": N_("%(who)s接单"),
    "match.grabbed": N_("%(who)s接单"),
    "match.on_the_way": N_("%(who)s出发了"),
    "match.arrived": N_("%(who)s到了"),
    "match.finished": N_("%(who)s做完了"),
}
# The steps that still follow each state, in a resident's words.
AHEAD = (
    (State.SUBMITTED, N_("调度员看一遍")),
    (State.OPEN, N_("找附近的志愿者")),
    (State.MATCHING, N_("志愿者接单")),
    (State.ASSIGNED, N_("上门帮忙")),
    (State.IN_PROGRESS, N_("正在帮您")),
    (State.FINISHED, N_("您来评价")),
)
RANK = {state: rank for rank, (state, _words) in enumerate(AHEAD)}
OVER = (State.FINISHED, State.CLOSED, State.REJECTED, State.CANCELLED, State.REOPENED)


def is_late(order: Followed, now: datetime) -> bool:
    """Whether somebody did not come or answer by the promised time.

    Where a team is held at its time, the page says so and what can be done.
    """
    return order.state in BROKEN and not order.team_held and is_overdue(order.due_at, now)


def what_next(order: Followed) -> str:
    """What the resident may expect now; with several places, how many people are still wanted."""
    state, missing = State(order.state), order.volunteers_needed - order.places_taken
    looked_for = missing > 0 and order.places_taken > 0 and not order.time_over
    if state == State.IN_PROGRESS and looked_for:
        return str(_("志愿者正在为您服务，还在找 %(n)s 位。", n=missing))
    if order.team_held and order.places_taken:
        return str(_(HELD, n=missing))
    if order.waits_for_team and looked_for:
        return str(_(TOGETHER, taken=order.places_taken, n=missing))
    if order.places_finished and state in SOME_DONE and not order.time_over:
        return _some_done(order, state, missing)
    if order.goes_with_fewer:
        return str(_(FEWER, n=order.volunteers_needed))
    if state == State.MATCHING and looked_for:
        return str(
            _("已有 %(taken)s 位接单，还在找 %(n)s 位。", taken=order.places_taken, n=missing)
        )
    if order.window_over:
        return str(_("约好的时间过了，对不起。还需要的话，请在下面另选时间。"))
    return str(_(NEXT[state]))


def _some_done(order: Followed, state: State, missing: int) -> str:
    coming = order.places_taken - order.places_finished
    n = missing if state == State.MATCHING else coming
    return str(_(SOME_DONE[state], done=order.places_finished, n=n))


def order_facts(order: Followed) -> list[tuple[str, str]]:
    """What was ordered, for checking: each with the name of its icon."""
    people = {"needed": order.volunteers_needed, "taken": order.places_taken}
    words = N_("要 %(needed)s 位志愿者，已有 %(taken)s 位")
    if order.state in OVER:
        words = N_("要 %(needed)s 位志愿者")
    facts = [("person", str(_(words, **people)))]
    spoken = SPOKEN_NAMES.get(order.spoken_language or "")
    if spoken:
        facts.append(("info", str(_("语言：%(name)s", name=_(spoken)))))
    wishes = wish_words(order.wishes)
    if wishes:
        facts.append(("info", str(_("希望：%(wishes)s", wishes=_("、").join(wishes)))))
    return facts


def promise(order: Followed, now: datetime) -> str:
    """Until when the next thing happens, or that it is late; empty if nobody waits."""
    state = State(order.state)
    if is_late(order, now):
        return str(_(BROKEN[state]))
    zone = zone_at(order.area_path)
    if state == State.ASSIGNED and order.wanted_from and order.wanted_to and order.wanted_to > now:
        times = {"start": when(order.wanted_from, zone), "end": clock(order.wanted_to, zone)}
        return str(_("%(start)s 到 %(end)s 之间到。", **times))
    silent = order.window_over or order.team_held
    if order.due_at is None or state not in PROMISED or silent:
        return ""
    # Nobody waits for an answer beyond the time that they wished.
    due = min(order.due_at, order.wanted_to or order.due_at)
    return str(_(PROMISED[state], time=when(due, zone)))


def moment_item(moment: Moment) -> dict[str, Any]:
    """One event, for the timeline."""
    words = _(MOMENTS[moment.kind], who=volunteer_words(moment.who), count=moment.count)
    return {"title": words, "at": moment.at, "kind": "done"}


def timeline_items(order: Followed, moments: tuple[Moment, ...]) -> list[dict[str, Any]]:
    """Past, present and coming steps."""
    state = State(order.state)
    items = [moment_item(moment) for moment in moments]
    if state in OVER:
        return items
    ahead = [_(words) for at, words in AHEAD if RANK[at] >= RANK[state]]
    return [
        *items,
        {"title": ahead[0], "kind": "now"},
        *({"title": words, "kind": "later"} for words in ahead[1:]),
    ]


def look_words(look: Look) -> str:
    """Who read the address."""
    return volunteer_words(look.who) if look.who else str(_("调度员"))
