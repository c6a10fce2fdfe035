"""Words for trials: what is measured, what a policy does, what a difference means."""

from typing import Any

from flask_babel import gettext as _

from app.core.i18n import N_
from app.matching.lab.shipped import SHIPPED
from app.matching.policy import COORDINATOR, DUTY, Policy
from app.web.common.formatting import metres

MEASURES = {
    "served": N_("有人接的单"),
    "median": N_("一半的单，多久有人接"),
    "p90": N_("九成的单，多久有人接"),
    "door": N_("平均多久能到门口"),
    "messages": N_("每单问几个人"),
    "too_late": N_("每单有几位答应晚了"),
    "metres": N_("接单的人要走多远"),
    "gini": N_("问得均不均（0 最均）"),
    "not_asked": N_("一次也没问到的志愿者"),
    "no_task": N_("没有接到单的志愿者"),
}
# Measures shown first; the others are folded.
FOREMOST = 5
VERDICTS = {
    "better": N_("更好"),
    "worse": N_("变差"),
    "at_a_price": N_("代价是少接了单"),
    "cannot_tell": N_("看不出差别"),
}
# How help requests that nobody took count in each measure.
COUNTED = {
    "served": N_("要几个人，就算几个名额"),
    "median": N_("没人接的算等满 %(wait)s"),
    "p90": N_("没人接的算等满 %(wait)s"),
    "door": N_("没人接的算等满 %(wait)s，不算路程"),
    "messages": N_("没人接的也算"),
    "too_late": N_("没人接的也算"),
    "metres": N_("只算有人接的"),
    "gini": N_("没人接的也算"),
    "not_asked": N_("没人接的也算"),
    "no_task": N_("只算有人接的"),
}
STATES = {
    "waiting": N_("排队中"),
    "running": N_("正在算"),
    "done": N_("算好了"),
    "nothing": N_("没有可以算的单"),
    "failed": N_("没有算成"),
}
SHARES = ("served", "not_asked", "no_task")
TIMES = ("median", "p90", "mean", "door")


# The measures that the summary is about.
FIRST = (
    ("served", N_("有人接的单")),
    ("median", N_("一半的单接好的时间")),
    ("door", N_("平均到门口的时间")),
    ("messages", N_("每单问的人")),
)


def is_gain(measures: dict[str, Any]) -> bool:
    """Whether more are served, or sooner to a yes or at the door, and nothing is worse."""
    verdicts = {measures[name]["verdict"] for name in ("served", "median", "p90", "door")}
    return "better" in verdicts and "worse" not in verdicts


def is_late_at_the_door(measures: dict[str, Any]) -> bool:
    """Whether somebody says yes sooner but comes later, because those asked have longer ways."""
    sooner = "better" in {measures[name]["verdict"] for name in ("median", "p90")}
    return sooner and measures["door"]["verdict"] == "worse"


def summary(measures: dict[str, Any]) -> str:
    """The result in a sentence: what is better, worse or the same."""
    return str(_("；")).join(_clause(name, str(_(label)), measures[name]) for name, label in FIRST)


def _clause(name: str, label: str, one: dict[str, Any]) -> str:
    numbers = {
        "what": label,
        "tried": amount(name, one["first"][0]),
        "today": amount(name, one["second"][0]),
    }
    if one["verdict"] == "cannot_tell":
        return str(_("%(what)s：%(tried)s，和现在的 %(today)s 看不出差别", **numbers))
    if one["verdict"] == "better":
        return str(_("%(what)s：%(tried)s，比现在的 %(today)s 更好", **numbers))
    if one["verdict"] == "at_a_price":
        return str(_("%(what)s：%(tried)s，现在是 %(today)s，代价是少接了单", **numbers))
    return str(_("%(what)s：%(tried)s，不如现在的 %(today)s", **numbers))


def amount(name: str, value: float, *, signed: bool = False) -> str:
    """A value of a measure, with its unit."""
    sign = ("+" if value > 0 else "−" if value < 0 else "") if signed else ""
    size = abs(value) if signed else value
    if name in SHARES:
        return f"{sign}{100 * size:.0f}%"
    if name in TIMES:
        return sign + _duration(size)
    if name == "metres":
        return sign + (metres(size) if size >= 10 or not signed else _("%(n)s 米", n=round(size)))
    return f"{sign}{size:.2f}" if name == "gini" else f"{sign}{size:.1f}"


def reached(name: str, value: float, wait_s: float) -> str:
    """A value of a measure; a wait that ended without a yes is shown as more than its length."""
    if name in ("median", "p90") and value >= wait_s:
        return str(_("超过 %(time)s", time=amount(name, wait_s)))
    return amount(name, value)


def counted(name: str, wait_s: float) -> str:
    """How help requests that nobody took count in a measure."""
    return str(_(COUNTED[name], wait=_duration(wait_s)))


def brier_words(calibration: dict[str, Any]) -> str:
    """Whether the learnt chances are closer to the answers than the mean rate is."""
    numbers = {
        "model": f"{calibration['brier']:.3f}",
        "rate": f"{calibration['brier_of_rate']:.3f}",
    }
    if calibration["brier"] < calibration["brier_of_rate"]:
        return str(
            _(
                "估计的误差（Brier 分，越小越准）是 %(model)s；"
                "不看是谁、都说平均数是 %(rate)s，估计比平均数准。",
                **numbers,
            )
        )
    return str(
        _(
            "估计的误差（Brier 分，越小越准）是 %(model)s；"
            "不看是谁、都说平均数是 %(rate)s，估计不比平均数准，抽出来的回复不要太相信。",
            **numbers,
        )
    )


def _duration(seconds: float) -> str:
    if seconds < 120:
        return str(_("%(n)s 秒", n=round(seconds)))
    if seconds < 5400:
        return str(_("%(n)s 分钟", n=f"{seconds / 60:.0f}"))
    return str(_("%(n)s 小时", n=f"{round(seconds / 3600, 1):g}"))


def between(name: str, interval: list[float]) -> str:
    """The difference and its interval."""
    value, low, high = (amount(name, one, signed=True) for one in interval)
    return str(_("%(value)s（%(low)s 到 %(high)s）", value=value, low=low, high=high))


def policy_name(values: dict[str, Any]) -> str:
    """The name of a policy."""
    name = str(values["name"])
    if name in SHIPPED:
        return str(_(SHIPPED[name][0]))
    return str(_("本社区的办法") if name.startswith("ours-") else _("自己调的办法"))


def policy_words(policy: Policy) -> list[str]:
    """What a policy does, step by step."""
    order = _("先问最近的人") if policy.order == "distance" else _("先问综合最合适的人")
    lines = [str(order)]
    lines += [_phase_words(policy, number) for number in range(len(policy.phases))]
    lines.append(str(_("谁说不方便，马上换下一位") if policy.replace else _("谁说不方便，不换人")))
    if policy.idle_share:
        lines.append(
            str(_("每一百次里有 %(n)s 次先问很久没问过的人", n=round(100 * policy.idle_share)))
        )
    if policy.fatigue is not None:
        lines.append(str(_("近来问得多的人先歇一歇")))
    return lines


def _phase_words(policy: Policy, number: int) -> str:
    phase = policy.phases[number]
    after = _duration(phase.after_s)
    if phase.audience == COORDINATOR:
        return str(_("%(after)s后还没有人接，请调度员处理", after=after))
    most = min(phase.open_asks, policy.most_open)
    few = _("最多同时问 %(n)s 人", n=most) if most < 1000 else _("全部一次问")
    who = _("值班的人") if phase.audience == DUTY else _("附近的人")
    sure = _("有 %(n)s%% 的把握就不再加人", n=round(100 * phase.target)) if phase.target < 1 else ""
    said = _(
        "%(after)s起：%(far)s内%(who)s，%(few)s，%(wait)s没回复就再问别人",
        after=_("一开始") if phase.after_s == 0 else after,
        far=metres(phase.radius_m),
        who=who,
        few=few,
        wait=_duration(phase.answer_s),
    )
    return str(_("，")).join((said, sure)) if sure else str(said)
