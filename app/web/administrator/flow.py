"""The flow chart of a category in words: who does what, by when, and what happens if not."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from app.catalogue.rules import DispatchMode
from app.usecases.community.manage_categories import CategoryForm
from app.web.common.formatting import metres, span


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One box of the chart. `by` is its deadline, `note` what happens when it passes."""

    title: str
    by: str = ""
    note: str = ""
    kind: str = "now"
    at: datetime | None = None


def flow_of(category: CategoryForm) -> list[FlowStep]:
    """All steps from the order to the rating."""
    return [
        FlowStep(_("居民点单"), _("网页、短信，或调度员代录")),
        _verified(category),
        _asked(category),
        *_accepted(category),
        *[FlowStep(step, kind="later") for step in category.flow],
        FlowStep(
            _("服务完成"),
            _("%(time)s内", time=span(category.finish_minutes)),
            _("超时会提醒志愿者和调度员"),
        ),
        FlowStep(
            _("居民评价"),
            _("%(time)s内", time=span(category.feedback_minutes)),
            _("两星及以下退回调度员重办"),
        ),
    ]


def _verified(category: CategoryForm) -> FlowStep:
    if not category.verify_first:
        return FlowStep(_("不用审核，马上派单"))
    return FlowStep(
        _("调度员审核"),
        _("%(time)s内", time=span(category.verify_minutes)),
        _("超时会上报；不通过要写原因，居民看得到"),
    )


def _asked(category: CategoryForm) -> FlowStep:
    far, people = metres(category.radius_m), category.wave_size
    if category.mode == DispatchMode.MANUAL:
        asked = _("调度员批准后，先问 %(far)s以内的 %(n)s 位", far=far, n=people)
    else:
        asked = _("系统先问 %(far)s以内最合适的 %(n)s 位，再一轮一轮扩大", far=far, n=people)
    if category.grab:
        asked += _("；附近合适的志愿者也可以自己抢单")
    return FlowStep(
        _("派单"),
        _("%(time)s内找到人", time=span(category.dispatch_minutes)),
        _("%(asked)s。超时会扩大范围、找值班的人、上报。", asked=asked),
    )


def _accepted(category: CategoryForm) -> list[FlowStep]:
    replied = _("志愿者 %(time)s内回复", time=span(category.accept_minutes))
    late = _("约定时间过后 %(time)s还没到算超时", time=span(category.arrive_minutes))
    return [
        FlowStep(
            _("%(n)s 位志愿者接单", n=category.volunteers_needed),
            replied,
            _("没有回复就问下一位；“这次不方便”不扣分"),
        ),
        FlowStep(_("到达"), late, _("用居民手里的四位数字核对")),
    ]
