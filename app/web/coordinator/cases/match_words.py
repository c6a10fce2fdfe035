"""Words for why the matcher proposes somebody, and why not."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import ngettext

from app.core.i18n import N_
from app.matching.eligibility import UNREACHABLE
from app.matching.ranking import TASK
from app.web.common.barrier_words import no_way_words
from app.web.common.formatting import during, metres, when
from app.web.common.travel_words import way_words
from app.web.common.wording import say

EXCLUSIONS = {
    "lacks_skill": N_("缺少需要的技能"),
    "not_verified": N_("证书还没有核验"),
    "no_such_category": N_("没有选这类服务"),
    "out_of_hours": N_("不在服务时间，也没有值班"),
    "no_offer": N_("没有填服务意向"),
    "no_place": N_("这一单还没有定位，不知道合不合适"),
    "suspended": N_("账号停用"),
    "asked_already": N_("这一单已经问过"),
    "blocked": N_("双方不再安排"),
    "unsatisfied": N_("上次服务这位居民，居民不满意"),
    "asks_open": N_("还有别的单在等他回答"),
    "fatigued": N_("最近问得多，没有别人时才问"),
    # As stored in matches of earlier versions.
    "weary": N_("最近问得多，没有别人时才问"),
    "language": N_("不说居民的语言"),
    "wants_woman": N_("居民希望来的是女性，这位没有说是"),
    "no_dogs": N_("居民家里有狗，这位不去有狗的人家"),
    "alone": N_("这位要和别人一起去，这一单会一个人去"),
    "team_needs": N_("剩下的名额要留给会还缺的技能或语言的人"),
}

# Conflicts with times: an accepted task or duty from and to, the end of a break or a rest.
WITH_TIMES = {
    "busy_then": N_("那时有别的单（%(during)s）"),
    "on_duty_then": N_("那时要值班（%(during)s）"),
    "duty_soon": N_("之后马上要值班（%(from_)s）"),
    "resting": N_("值班后要休息到 %(until)s"),
    "paused": N_("休息到 %(until)s"),
}

TIME_KEYS = ("from", "to", "until")

PARTS = {
    "distance": N_("距离"),
    "travel": N_("多久能到"),
    "chance": N_("接单机会"),
    "load": N_("那天的单"),
    "idle": N_("多久没问"),
    "familiar": N_("熟悉居民"),
    "duty": N_("值班"),
    "fit": N_("技能和语言"),
    "rest": N_("休息"),
    "team": N_("正缺这样的人"),
}

# Parts without numbers.
PLAIN_PARTS = {
    "duty": N_("正在值班"),
    "team": N_("会这一队还缺的技能或语言"),
}


def part_words(code: str, numbers: dict[str, Any]) -> str:
    """One part of a score in words and numbers."""
    if code == "distance":
        return metres(numbers["metres"])
    if code == "travel":
        return way_words(numbers["by"], numbers["minutes"])
    if code == "chance":
        return _chance_words(numbers)
    if code == "fit":
        return _fit_words(numbers)
    if code == "load":
        return _load_words(numbers)
    if code == "idle":
        return _idle_words(numbers)
    if code == "familiar":
        return _familiar_words(numbers)
    if code == "rest":
        hours = numbers.get("hours")
        return say(N_("近来没有值班")) if hours is None else say(N_("值班结束 %(n)s 小时"), n=hours)
    if code in PLAIN_PARTS:
        return say(PLAIN_PARTS[code])
    return ""


def _chance_words(numbers: dict[str, Any]) -> str:
    said = say(N_("%(days)s 天里问过 %(asked)s 次，其中接了 %(accepted)s 次"), **numbers)
    if not numbers["broken"]:
        return said
    return say(N_("%(said)s；接单后取消或没有来 %(n)s 次"), said=said, n=numbers["broken"])


def _idle_words(numbers: dict[str, Any]) -> str:
    days = numbers["days"]
    if days is None:
        return say(N_("还没有问过"))
    if numbers["by"] == TASK:
        return (
            str(ngettext("%(n)s 天前接过单", "%(n)s 天前接过单", days, n=days))
            if days
            else say(N_("今天接过单"))
        )
    return (
        str(ngettext("%(n)s 天前问过", "%(n)s 天前问过", days, n=days))
        if days
        else say(N_("今天问过"))
    )


def _familiar_words(numbers: dict[str, Any]) -> str:
    visits, well = numbers["visits"], numbers["times"]
    if not visits:
        return say(N_("没有服务过这位居民"))
    if visits == well:
        return say(N_("服务过这位居民 %(n)s 次"), n=visits)
    return say(
        N_("服务过这位居民 %(n)s 次，其中 %(bad)s 次居民不满意"), n=visits, bad=visits - well
    )


def part_name(code: str) -> str:
    """The name of a part of a score."""
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
        N_("那天 %(tasks)s 单，最多 %(limit)s 单"), tasks=numbers["tasks"], limit=numbers["limit"]
    )
    if numbers["passed"]:
        at_hand = say(
            N_("%(at_hand)s；七天里问了没接 %(n)s 次"), at_hand=at_hand, n=numbers["passed"]
        )
    if not numbers["people"]:
        return say(
            N_("%(at_hand)s；七天里接了 %(taken)s 单"), at_hand=at_hand, taken=numbers["taken"]
        )
    return say(
        N_(
            "%(at_hand)s；七天里接了 %(taken)s 单，这次也能问的另外 %(people)s 位平均 %(others)s 单"
        ),
        at_hand=at_hand,
        taken=numbers["taken"],
        people=numbers["people"],
        others=numbers["others"],
    )


def exclusion_words(code: str, numbers: dict[str, Any], zone: ZoneInfo) -> str:
    """One reason why somebody nearby is not proposed."""
    if code == "too_far":
        return say(
            N_("太远：%(far)s，最多 %(limit)s"),
            far=metres(numbers["metres"]),
            limit=metres(numbers["limit"]),
        )
    if code == "at_load_limit":
        return say(N_("那天已有 %(tasks)s 单"), tasks=numbers["tasks"])
    if code == "weekly_limit":
        return say(
            N_("七天里已接 %(tasks)s 单，本人最多接 %(limit)s 单"),
            tasks=numbers["tasks"],
            limit=numbers["limit"],
        )
    if code == UNREACHABLE:
        return no_way_words(numbers["why"])
    if code in WITH_TIMES:
        return _with_times(code, numbers, zone)
    return say(EXCLUSIONS[code]) if code in EXCLUSIONS else code


def _with_times(code: str, numbers: dict[str, Any], zone: ZoneInfo) -> str:
    at = {key: datetime.fromisoformat(numbers[key]) for key in TIME_KEYS if key in numbers}
    said = {"from_" if key == "from" else key: when(time, zone) for key, time in at.items()}
    if "from" in at and "to" in at:
        said["during"] = during(at["from"], at["to"], zone)
    return say(WITH_TIMES[code], **said)
