"""Sentences for codes and numbers: why the matcher proposes somebody, and what happened."""

from typing import Any

from flask_babel import gettext, ngettext

from app.core.i18n import N_
from app.web.shown import metres, span

# A straight line is about three quarters of the way; on foot 80 metres a minute, by bicycle 200.
DETOUR = 1.3
ON_FOOT_M, WALK_M_PER_MIN, RIDE_M_PER_MIN = 2500, 80, 200

EXCLUSIONS = {
    "lacks_skill": N_("缺少需要的技能"),
    "not_verified": N_("证书还没有核验"),
    "no_such_category": N_("没有选这类服务"),
    "out_of_hours": N_("不在服务时间，也没有值班"),
    "not_on_duty": N_("没有值班"),
    "paused": N_("正在休息"),
    "suspended": N_("账号停用"),
    "asked_already": N_("这一单已经问过"),
    "blocked": N_("双方不再安排"),
    "unsatisfied": N_("上次服务这位居民，居民不满意"),
    "weary": N_("最近问得多，让他歇一歇"),
    "busy_then": N_("那时有别的单"),
    "resting": N_("值班后休息"),
    "language": N_("不说居民的语言"),
}
# Nobody may be asked against these, not even by a coordinator.
NEVER_ASKED = frozenset({"asked_already", "blocked", "suspended"})
PARTS = {
    "distance": N_("距离"),
    "chance": N_("接单机会"),
    "load": N_("手上的单"),
    "idle": N_("多久没问"),
    "familiar": N_("熟悉居民"),
    "duty": N_("值班"),
    "fit": N_("技能和语言"),
    "rest": N_("休息"),
}
KINDS = {
    "help_request.placed": N_("提交需求"),
    "help_request.approve": N_("审核通过"),
    "help_request.reject": N_("没有通过"),
    "help_request.dispatch": N_("派单"),
    "help_request.fill": N_("志愿者已找齐"),
    "help_request.start": N_("开始服务"),
    "help_request.finish": N_("服务完成"),
    "help_request.close": N_("办结"),
    "help_request.reopen": N_("不满意，退回重办"),
    "help_request.cancel": N_("取消"),
    "help_request.lose_volunteer": N_("重新找志愿者"),
    "help_request.escalated": N_("超时上报"),
    "help_request.phone_confirmed": N_("确认手机号码"),
    "help_request.place_set": N_("在地图上定位"),
    "help_request.located": N_("地址已定位"),
    "help_request.not_located": N_("地址没有找到"),
    "help_request.changed": N_("修改内容"),
    "help_request.deadline_extended": N_("延长时限"),
    "help_request.noted": N_("写了备注"),
    "help_request.feedback_asked": N_("再次请居民评价"),
    "repeat.started": N_("设为定期服务"),
    "repeat.paused": N_("暂停定期服务"),
    "repeat.resumed": N_("继续定期服务"),
    "repeat.ended": N_("结束定期服务"),
    "repeat.day_skipped": N_("有一天不去"),
    "repeat.missed": N_("有一天没有安排上"),
    "repeat.faces_named": N_("指定上门的人和替补"),
    "help_request.rated": N_("居民评价"),
    "help_request.revealed": N_("查看居民的电话和地址"),
    "help_request.unlinked": N_("取消关联"),
    "help_request.text_noted": N_("居民发来短信"),
    "help_request.texts_stopped": N_("居民不再收短信"),
    "escalation.rung": N_("紧急求助逐级通知"),
    "escalation.answered": N_("逐级通知停止：够人了"),
    "escalation.ended": N_("逐级通知停止：不用再找人"),
    "escalation.spent": N_("逐级通知都做完了"),
    "match.proposed": N_("推荐志愿者"),
    "match.sent": N_("询问志愿者"),
    "match.accepted": N_("接单"),
    "match.assigned": N_("电话确认后指派"),
    "match.grabbed": N_("抢单"),
    "match.declined": N_("这次不方便"),
    "match.expired": N_("派单结束"),
    "match.withdrawn": N_("撤回派单"),
    "match.undone": N_("撤销接单"),
    "match.given_up": N_("来不了了"),
    "match.on_the_way": N_("出发"),
    "match.arrived": N_("到达"),
    "match.finished": N_("做完"),
    "match.revealed": N_("查看地址和电话"),
    "match.pair_blocked": N_("双方不再安排"),
    "text.handled": N_("处理短信"),
}


def say(msgid: str, **params: object) -> str:
    """The text in the visitor's language."""
    return str(gettext(msgid, **params))


def part_words(code: str, numbers: dict[str, Any]) -> str:
    """One part of a score in words and numbers."""
    if code == "distance":
        return way(numbers["metres"])
    if code == "chance":
        return say(N_("问过 %(asked)s 次，接了 %(accepted)s 次"), **numbers)
    if code == "fit":
        return _fit_words(numbers)
    if code == "load":
        return _load_words(numbers)
    if code == "idle":
        days = numbers.get("days")
        if days is None:
            return say(N_("还没有问过"))
        return (
            str(ngettext("%(n)s 天没有问过", "%(n)s 天没有问过", days, n=days))
            if days
            else say(N_("今天问过"))
        )
    if code == "familiar":
        times = numbers.get("times") or 0
        return (
            say(N_("服务过这位居民 %(n)s 次"), n=times) if times else say(N_("没有服务过这位居民"))
        )
    if code == "rest":
        hours = numbers.get("hours")
        return say(N_("近来没有值班")) if hours is None else say(N_("值班结束 %(n)s 小时"), n=hours)
    if code == "duty":
        return say(N_("正在值班"))
    return ""


def way(length: float) -> str:
    """步行约 8 分钟，490 米: from the straight line, so only about."""
    pace = WALK_M_PER_MIN if length <= ON_FOOT_M else RIDE_M_PER_MIN
    time, far = span(max(1, round(length * DETOUR / pace))), metres(length)
    if length <= ON_FOOT_M:
        return say(N_("步行约 %(time)s，%(far)s"), time=time, far=far)
    return say(N_("骑车约 %(time)s，%(far)s"), time=time, far=far)


def part_name(code: str) -> str:
    """What a part of a score is called."""
    return say(PARTS[code]) if code in PARTS else code


def _fit_words(numbers: dict[str, Any]) -> str:
    language = say(N_("会说居民的语言")) if numbers["language"] else say(N_("不说居民的语言"))
    if not numbers["skills"]:
        return language
    return say(
        N_("%(n)s 项技能中 %(verified)s 项已核验证书，%(language)s"),
        n=numbers["skills"],
        verified=numbers["verified"],
        language=language,
    )


def _load_words(numbers: dict[str, Any]) -> str:
    at_hand = say(
        N_("手上 %(tasks)s 单，最多 %(limit)s 单"), tasks=numbers["tasks"], limit=numbers["limit"]
    )
    if not numbers.get("asked"):
        return at_hand
    return say(
        N_("%(at_hand)s；七天里问过 %(asked)s 次，别人平均 %(others)s 次"),
        at_hand=at_hand,
        asked=numbers["asked"],
        others=numbers["others"],
    )


def exclusion_words(code: str, numbers: dict[str, Any]) -> str:
    """One reason why somebody near is not proposed."""
    if code == "too_far":
        return say(
            N_("太远：%(far)s，最多 %(limit)s"),
            far=metres(numbers["metres"]),
            limit=metres(numbers["limit"]),
        )
    if code == "at_load_limit":
        return say(N_("手上已有 %(tasks)s 单"), tasks=numbers["tasks"])
    if code == "weekly_limit":
        return say(N_("这周已问过 %(asked)s 次"), asked=numbers["asked"])
    return say(EXCLUSIONS[code]) if code in EXCLUSIONS else code


def story_words(kind: str) -> str:
    """What happened, for a line of the trail."""
    return say(KINDS[kind]) if kind in KINDS else kind
