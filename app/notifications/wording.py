"""The words of each notification. In a text: codes, numbers, times, the kind of help, the estate.

No name, no building or door, no word of the need, no link and no word of party or politics:
carriers reject those, and others may read the phone. Each Chinese text fits one segment of 70
characters.
"""

import re
from collections import Counter
from dataclasses import dataclass

from app.core.i18n import N_, translate
from app.notifications.call_words import CALL_TEMPLATES
from app.notifications.conversation_words import CONVERSATION_TEMPLATES
from app.notifications.duty_words import DUTY_ATTENTION, DUTY_REFUSALS, DUTY_TEMPLATES
from app.notifications.push_words import PUSH_TEMPLATES

NUMBERED = re.compile(r"%\((\w+)\)s")

TEMPLATES = {
    "request_received": N_("【点单】已收到您的求助，编号 %(code)s。回复“查询 %(code)s”看进度。"),
    "danger_new": N_("【点单】请马上打 %(numbers)s！已收到，编号 %(code)s，正在通知值班的人。"),
    "danger_told": N_("【点单】请马上打 %(numbers)s！您的话已经告诉调度员。"),
    "danger_call": N_("【点单】请马上打 %(numbers)s！"),
    "danger_possible": N_(
        "【点单】已收到，编号 %(code)s，会尽快安排。情况危急请马上打 %(numbers)s。"
    ),
    "request_not_understood": N_("【点单】已收到，编号 %(code)s。调度员会尽快打电话给您。"),
    "request_open": N_("【点单】编号 %(code)s：正在为您找志愿者。"),
    "request_rejected": N_("【点单】编号 %(code)s 这次不能安排，有疑问请打电话给服务点。"),
    "request_matched": N_("【点单】编号 %(code)s：志愿者已接单，会按时过来。"),
    "request_searched_again": N_(
        "【点单】编号 %(code)s：对不起，志愿者还没有到，正在为您另找一位。"
    ),
    "volunteer_on_way": N_("【点单】编号 %(code)s：志愿者在路上了。"),
    "request_finished_rate": N_(
        "【点单】编号 %(code)s 已完成。请回复“评价”加 1 到 5 的数字，5 最满意。"
    ),
    "request_part_finished": N_(
        "【点单】编号 %(code)s：已有志愿者帮完，还缺 %(missing)s 位，我们接着找。"
    ),
    "request_short_over": N_(
        "【点单】编号 %(code)s：约好的时间过了，还缺 %(missing)s 位。还需要请在网页上另选时间。"
    ),
    "request_part_over": N_(
        "【点单】编号 %(code)s：已帮完一部分，时间过了，还缺 %(missing)s 位。"
        "还需要请在网页上另选时间。"
    ),
    "request_team_short": N_(
        "【点单】编号 %(code)s：一起来的志愿者还缺 %(missing)s 位，人齐了才能来，正在接着找。"
    ),
    "request_team_hold": N_(
        "【点单】编号 %(code)s：时间到了还缺 %(missing)s 位，先不来。"
        "请在网页上另选时间，或者说现有的人够了。"
    ),
    "request_changed": N_("【点单】编号 %(code)s 的内容改了。回复“查询 %(code)s”看进度。"),
    "request_reopened": N_("【点单】编号 %(code)s：对不起，调度员会重新安排。"),
    "request_window_over": N_(
        "【点单】编号 %(code)s：对不起，约好的时间过了没人能去。还需要请在网页上另选时间。"
    ),
    "request_cancelled": N_("【点单】编号 %(code)s 已取消。"),
    "request_rest_cancelled": N_(
        "【点单】编号 %(code)s 不再找人了。到了的志愿者会做完；不用做了，请当面说一声。"
    ),
    "status_reply": N_("【点单】编号 %(code)s：%(state)s。"),
    "match_asked": N_(
        "【点单】%(what)s。能去请回 1 %(number)s，不方便回 0 %(number)s，%(minutes)s 分钟内有效。"
    ),
    "match_open_again": N_(
        "【点单】又需要人了：%(what)s。"
        "能去请回 1 %(number)s，不方便回 0 %(number)s，%(minutes)s 分钟内有效。"
    ),
    "match_asked_anew": N_(
        "【点单】上次那单改了：%(what)s。"
        "能去请回 1 %(number)s，不方便回 0 %(number)s，%(minutes)s 分钟内有效。"
    ),
    "match_changed": N_(
        "【点单】%(number)s 号改了：%(what)s。"
        "能去请回 1 %(number)s，不方便回 0 %(number)s，%(minutes)s 分钟内有效。"
    ),
    "match_not_needed": N_("【点单】%(number)s 号有改动，这次不用您去了，谢谢您。"),
    "task_changed": N_(
        "【点单】您接的 %(number)s 号有改动，请打开点单网页看看。来不了请在网页上说。"
    ),
    "task_changed_there": N_("【点单】您在做的 %(number)s 号有改动，请打开点单网页看看。"),
    "team_short": N_("【点单】%(number)s 号还缺 %(missing)s 位，人齐了才去，我们在接着找。"),
    "team_hold": N_(
        "【点单】%(number)s 号时间到了还缺 %(missing)s 位，请先不要出发，人齐了再告诉您。"
    ),
    "team_off": N_("【点单】%(number)s 号约好的时间过了，人没有齐，这次不用去了，谢谢您。"),
    "team_whole": N_("【点单】%(number)s 号人齐了，请按时出发，谢谢您。"),
    "team_alone": N_("【点单】%(number)s 号不再找别人了，请您一个人按时出发。去不了请在网页上说。"),
    "team_go": N_("【点单】%(number)s 号不用再等人齐，可以按时出发，谢谢您。"),
    "match_taken": N_("【点单】%(number)s 号已有人接了，谢谢您。附近还有需要时再告诉您。"),
    "match_withdrawn": N_("【点单】%(number)s 号不需要去了，谢谢您。"),
    "match_accepted": N_(
        "【点单】接单成功（%(number)s）。到了请回“到了”，来不了请回“来不了”。地址和电话请看网页。"
    ),
    "match_accepted_waits": N_(
        "【点单】接单成功（%(number)s），还缺 %(missing)s 位，人齐了会通知您出发。"
        "来不了请回“来不了”。"
    ),
    "match_reminder": N_("【点单】提醒：%(number)s 号还在等您，到了或来不了都请在网页上点一下。"),
    "match_request_cancelled": N_("【点单】%(number)s 号已取消，不用去了，谢谢您。"),
    "login_code": N_("【点单】验证码 %(digits)s，10 分钟内有效。不要告诉别人。"),
    "volunteer_approved": N_("【点单】您的志愿者报名已通过，谢谢您。"),
    "volunteer_rejected": N_("【点单】您的志愿者报名这次没有通过，请联系服务点。"),
    "duty_reminder": N_("【点单】提醒：您的值班 %(time)s 开始，谢谢您。"),
    "coordinator_attention": N_("【点单】编号 %(code)s 需要您看一下：%(reason)s。"),
    "coordinator_digest": N_("【点单】有 %(count)s 件需要您看：%(reason)s。请打开调度页面。"),
    "answer_unclear": N_("【点单】请回 1 加两位数字表示能去，0 加两位数字表示不方便，比如 1 42。"),
    "answer_taken": N_("【点单】刚刚已有志愿者接了，谢谢您。附近还有 %(near)s 单。"),
    "answer_over": N_("【点单】这一单已经不需要志愿者了，谢谢您。"),
    "answer_conflict": N_(
        "【点单】您那时还有别的单或者值班，没有替您接。还是能去的话，请打开点单网页确认。"
    ),
    "answer_past": N_("【点单】这一单约好的时间已经过了，谢谢您。"),
    "answer_kept": N_("【点单】剩下的名额要留给会另一项技能或语言的人，这次没有替您接，谢谢您。"),
    "answer_declined": N_("【点单】好的，这次不安排您，谢谢您。"),
    "unknown_code": N_("【点单】没有找到这个编号，请检查一下再发一次。"),
    "limit_reached": N_("【点单】今天的次数已经用完了，有急事请打电话给服务点。"),
    "welcome_back": N_("【点单】已恢复短信通知。"),
    "help_text": N_(
        "【点单】求助请发：什么事、在哪里、什么时候，中间空一格。查进度发“查询”加编号。"
    ),
    "rated_thanks": N_("【点单】谢谢您的评价。"),
    "confirm_thanks": N_("【点单】手机已确认，编号 %(code)s。"),
    "too_late": N_("【点单】编号 %(code)s 现在不能这样办理，有事请打电话给服务点。"),
    **CONVERSATION_TEMPLATES,
    **DUTY_TEMPLATES,
    **CALL_TEMPLATES,
}

# Why a request needs a coordinator; also shown on the board.
ATTENTION = {
    "danger": N_("有危险，请马上打电话问"),
    "not_understood": N_("短信没看懂"),
    "needs_pin": N_("要在地图上定位"),
    "nobody_near": N_("附近没有能去的志愿者"),
    "low_rating": N_("居民不满意"),
    "nobody_came": N_("居民说没有人来"),
    "complaint": N_("居民投诉"),
    "call_back": N_("请打电话给居民"),
    "nobody_home": N_("志愿者找不到居民"),
    "over_limit": N_("今天次数超了"),
    "urgent": N_("紧急求助"),
    "cannot_come": N_("志愿者来不了"),
    "no_longer_fits": N_("改动后志愿者不合条件"),
    "approve_matches": N_("等您批准派单"),
    "repeat_stopped": N_("定期服务停了，请问还要不要"),
    "window_over": N_("约好的时间过了，没有人去"),
    "team_short": N_("要一起去的人还没有齐"),
    "overdue_verify": N_("审核超时"),
    "overdue_dispatch": N_("派单超时"),
    "overdue_arrive": N_("还没有到达"),
    "overdue_finish": N_("还没有完成"),
}
ASKS = frozenset({"match_asked", "match_open_again", "match_asked_anew", "match_changed"})
# Answers to a cry for help: no limit holds them back.
DANGER_TEMPLATES = ("danger_new", "danger_told", "danger_call", "danger_possible")
# A digest names at most this many reasons.
REASONS_NAMED = 2
AND, AND_MORE = N_("、"), N_("等")
LATIN_SMS_CHARS, SMS_CHARS = 160, 70
EMAIL_SUBJECT = N_("点单通知")


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a message; `subject` is for email and push only."""

    subject: str
    body: str


def word(template: str, locale: str, params: dict[str, object]) -> Wording:
    """The words of a notification. Raises KeyError for an unknown template or a missing number."""
    body = _said(TEMPLATES[template], locale, _given(template, locale, params))
    if len(body) > one_segment(body) and "what" in params:
        body = _said(TEMPLATES[template], locale, _shortened(template, locale, params))
    return Wording(translate(locale, EMAIL_SUBJECT), body)


def one_segment(body: str) -> int:
    """How many characters one text may have: 160 with plain Latin letters only, else 70."""
    return LATIN_SMS_CHARS if body.isascii() else SMS_CHARS


def _shortened(template: str, locale: str, params: dict[str, object]) -> dict[str, object]:
    """The numbers with the end of `what` left out, so that the whole fits one segment."""
    what = str(params["what"])
    bare = _said(TEMPLATES[template], locale, _given(template, locale, {**params, "what": ""}))
    left = one_segment(bare + what) - len(bare)
    return _given(template, locale, {**params, "what": f"{what[: left - 1]}…"})


def word_push(template: str, locale: str, params: dict[str, object]) -> Wording:
    """A push's title and line. Raises KeyError like `word`."""
    given = _given(template, locale, params)
    title, line = PUSH_TEMPLATES[template]
    return Wording(_said(title, locale, given), _said(line, locale, given))


def _given(template: str, locale: str, params: dict[str, object]) -> dict[str, object]:
    """The numbers, with codes that stand for words translated."""
    given = dict(params)
    if template in DANGER_TEMPLATES:
        given["numbers"] = translate(locale, AND).join(map(str, params["numbers"]))  # type: ignore
    if template == "coordinator_attention":
        given["reason"] = translate(locale, ATTENTION[str(params["reason"])])
    if template == "coordinator_digest":
        given["count"], given["reason"] = _digested(locale, params["cases"])
    if template == "duty_attention":
        given["reason"] = translate(locale, DUTY_ATTENTION[str(params["reason"])])
    if template == "duty_refused":
        reason = DUTY_REFUSALS[str(params["reason"])]
        given["reason"] = translate(locale, reason, limit=params["limit"])
    if template in ASKS and "what" not in params:
        # Put into the outbox by an older release.
        given["what"] = translate(locale, N_("约 %(metres)s 米"), metres=params["distance"])
    if template == "status_reply":
        given["state"] = translate(locale, str(params["state"]), **params)
    return given


def _digested(locale: str, cases: object) -> tuple[int, str]:
    """How many cases wait, and the most frequent reasons with their numbers."""
    if not isinstance(cases, dict):
        raise TypeError("the cases of a digest are a mapping")
    counted = Counter(map(str, cases.values())).most_common(REASONS_NAMED)
    words = [f"{translate(locale, ATTENTION[reason])} {number}" for reason, number in counted]
    named = translate(locale, AND).join(words)
    more = len(set(map(str, cases.values()))) > REASONS_NAMED
    return len(cases), named + translate(locale, AND_MORE) if more else named


def _said(words: str, locale: str, given: dict[str, object]) -> str:
    for name in NUMBERED.findall(words):
        # With an empty mapping, % formatting would leave %(code)s in the text.
        given[name]
    return translate(locale, words, **given)
