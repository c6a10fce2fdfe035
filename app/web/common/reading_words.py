"""What a text was understood as, in words: the meaning and what it names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from app.conversation.context import TargetKind
from app.conversation.reading import Intent, Missing, Sureness
from app.core.i18n import N_
from app.web.common.actor_words import word
from app.web.common.formatting import during_on, span
from app.web.common.wording import say

INTENTS: dict[str, str] = {
    Intent.ORDER: N_("下单"),
    Intent.SAME_ORDER: N_("又说一遍同样的单"),
    Intent.WANTS_HELP: N_("要帮忙，没说要什么"),
    Intent.FRAGMENT: N_("只说了一部分"),
    Intent.OFFERS_HELP: N_("想做志愿者"),
    Intent.STATUS: N_("查进度"),
    Intent.CONFIRM_PHONE: N_("确认手机号码"),
    Intent.CANCEL: N_("取消"),
    Intent.KEEP: N_("不取消"),
    Intent.CHANGE: N_("改单"),
    Intent.CHANGE_MIND: N_("改主意了，没说改成什么"),
    Intent.ADD_NOTE: N_("给上门的人带话"),
    Intent.NOBODY_CAME: N_("没有人来"),
    Intent.CAME: N_("有人来过了"),
    Intent.RATE: N_("评价"),
    Intent.RATE_UNCLEAR: N_("评价，没说清几星"),
    Intent.PRAISE: N_("满意，没有给星"),
    Intent.COMPLAINT: N_("投诉"),
    Intent.YES: N_("答应"),
    Intent.NO: N_("不答应"),
    Intent.LATER: N_("换个时间"),
    Intent.CONDITIONAL: N_("有条件地答应"),
    Intent.ANSWER_UNCLEAR: N_("回答不清楚"),
    Intent.ASK_DETAILS: N_("问是什么事"),
    Intent.CHOICE_UNCLEAR: N_("选的不在里面"),
    Intent.ON_THE_WAY: N_("出发了"),
    Intent.ARRIVED: N_("到了"),
    Intent.FINISHED: N_("做完了"),
    Intent.LATE: N_("会晚到"),
    Intent.NOT_YET: N_("还没有做到这一步"),
    Intent.GIVE_BACK: N_("接了又来不了"),
    Intent.NOBODY_HOME: N_("家里没有人"),
    Intent.PHONE_UNANSWERED: N_("电话没有人接"),
    Intent.UNDO: N_("撤回刚才的话"),
    Intent.MY_TASKS: N_("问接了哪些单"),
    Intent.TASK_NOTE: N_("说手上这一单的事"),
    Intent.CHECK_IN: N_("值班到岗"),
    Intent.ON_DUTY: N_("马上开始值班"),
    Intent.OFF_DUTY: N_("值班结束"),
    Intent.MY_SHIFTS: N_("问自己的班次"),
    Intent.CANNOT_DUTY: N_("值不了班"),
    Intent.SWAP_DUTY: N_("要换班"),
    Intent.PAUSE: N_("暂时不要问"),
    Intent.RESUME: N_("又可以问了"),
    Intent.HELP: N_("问怎么用"),
    Intent.GREETING: N_("打招呼"),
    Intent.THANKS: N_("道谢"),
    Intent.ACKNOWLEDGE: N_("应了一声"),
    Intent.QUESTION: N_("提问题"),
    Intent.CALL_ME: N_("要回电话"),
    Intent.PERSON: N_("要找人说话"),
    Intent.WRONG_NUMBER: N_("发错了号码"),
    Intent.ABUSE: N_("骂人的话"),
    Intent.NUMBER: N_("一个对不上的数字"),
    Intent.EMPTY: N_("空短信"),
    Intent.OPT_OUT: N_("不要再发短信"),
    Intent.OPT_IN: N_("恢复短信"),
    Intent.AUTO_REPLY: N_("自动回复"),
    Intent.SPAM: N_("广告或验证码"),
    Intent.OWN_TEXT: N_("我们自己的短信退了回来"),
    Intent.UNKNOWN: N_("没看懂"),
}
# What the text is about, by its key.
TARGETS: dict[str, str] = {
    TargetKind.ORDER: N_("单子 %(key)s"),
    TargetKind.UNRATED: N_("待评价的 %(key)s"),
    TargetKind.ASK: N_("询问 %(key)s"),
    TargetKind.PAST_ASK: N_("过时的询问 %(key)s"),
    TargetKind.TASK: N_("接了的 %(key)s"),
    TargetKind.DUTY_ASK: N_("值班询问 %(key)s"),
    TargetKind.SHIFT: N_("一个班次"),
    TargetKind.DRAFT: N_("说了一半的单"),
    TargetKind.CATEGORY: N_("一种服务"),
    TargetKind.PLACE: N_("一个地点"),
    TargetKind.QUESTION: N_("我们刚问的"),
    TargetKind.FOREIGN: N_("%(key)s，不是这部手机的"),
}
MISSING: dict[str, str] = {
    Missing.CATEGORY: N_("要什么"),
    Missing.PLACE: N_("在哪里"),
    Missing.WHEN: N_("什么时候"),
}
SURENESS: dict[str, str] = {Sureness.LIKELY: N_("多半"), Sureness.UNCLEAR: N_("不确定")}


@dataclass(frozen=True, slots=True)
class ReadingWords:
    """The meaning, and pairs of a label and what the text names."""

    intent: str
    facts: tuple[tuple[str, str], ...]


def reading_words(
    read_as: Mapping[str, Any], *, body: str, kinds: Mapping[str, str], zone: ZoneInfo
) -> ReadingWords:
    """A stored reading (`conversation.plain_data`) in the visitor's language.

    `kinds` are the names of categories by code. Words that are the whole text are not repeated.
    """
    about = _joined(read_as.get("targets", ()), _target)
    facts: tuple[tuple[str, str], ...] = (
        (_("种类"), kinds.get(read_as.get("category", ""), "")),
        (_("时间"), _when(read_as, zone)),
        (_("地点"), read_as.get("address", "")),
        (_("东西"), read_as.get("thing", "")),
        (_("缓急"), _("急") if read_as.get("urgent") else ""),
        (_("星级"), str(read_as.get("stars", ""))),
        (_("晚到"), span(read_as["minutes"]) if read_as.get("minutes") else ""),
        (_("编号"), _joined(read_as.get("codes", ()), str)),
        (_("数字"), "" if about else _joined(read_as.get("numbers", ()), str)),
        (_("关于"), about),
        (_("可能是"), _joined(read_as.get("alternatives", ()), _target)),
        (_("还缺"), _joined(read_as.get("missing", ()), lambda one: word(MISSING, one))),
        (_("其余的话"), _note(read_as, body)),
        (_("把握"), _sureness(read_as)),
    )
    return ReadingWords(
        word(INTENTS, read_as.get("intent", Intent.UNKNOWN)),
        tuple((label, words) for label, words in facts if words),
    )


def _sureness(read_as: Mapping[str, Any]) -> str:
    unsure = SURENESS.get(read_as.get("sureness", ""))
    return say(unsure) if unsure else ""


def _when(read_as: Mapping[str, Any], zone: ZoneInfo) -> str:
    if read_as.get("when"):
        start, end = map(datetime.fromisoformat, read_as["when"])
        return during_on(start, end, zone)
    return _("没有看懂") if read_as.get("when_unread") else ""


def _note(read_as: Mapping[str, Any], body: str) -> str:
    note = str(read_as.get("note", "")).strip()
    return "" if note == body.strip() else note


def _target(target: Mapping[str, str]) -> str:
    return say(TARGETS.get(target["kind"], target["kind"]), key=target["key"])


def _joined(things: Any, words: Callable[[Any], str]) -> str:
    return str(_("、")).join(words(one) for one in things)
