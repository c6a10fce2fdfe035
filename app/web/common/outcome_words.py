"""What was done with an incoming text, in words."""

from app.conversation.reading import Intent
from app.core.i18n import N_
from app.web.common.wording import say

UNANSWERED = "_unanswered"
# Of a resident, or of anybody with an order.
ORDERING: dict[str, str] = {
    "danger": N_("先请打 120、119、110，再叫人"),
    "ordered": N_("下了单，请对方核对"),
    "ordered_again": N_("同样的单已经有了，没有重下"),
    "order_checked": N_("先问对不对，还没有下单"),
    "order_right": N_("对方说没错"),
    "asked_what": N_("问了要什么"),
    "asked_where": N_("问了在哪里"),
    "asked_when": N_("问了什么时候"),
    "asked_which": N_("问了是哪一个"),
    "read_wrongly": N_("看错了，重新问"),
    "not_understood": N_("没看懂，请调度员打电话"),
    "status": N_("回了进度"),
    "cancelled": N_("取消了"),
    "cancel_asked": N_("问了是不是取消"),
    "draft_dropped": N_("没下的单不要了"),
    "kept": N_("照旧，没有改"),
    "changed": N_("改了单"),
    "change_asked": N_("问了要改什么"),
    "change_refused": N_("改不了，请调度员看"),
    "noted": N_("记下了，请调度员转告"),
    "nobody_came": N_("请调度员看：没有人来"),
    "complaint": N_("请调度员看：投诉"),
    "confirmed": N_("确认了手机号码"),
    "unknown_code": N_("没有这个编号"),
    "rated": N_("记下了评价"),
    "stars_asked": N_("问了几颗星"),
    "too_late": N_("太晚了，不能再评"),
}
# Texts of volunteers who were asked or have accepted.
HELPING: dict[str, str] = {
    "accepted": N_("接了单"),
    "declined": N_("这次不去"),
    "given_up": N_("把单退了回来"),
    "taken": N_("别人先接了"),
    "conflict": N_("那时还有别的事，没有接"),
    "over": N_("过时了"),
    "unclear": N_("不清楚，没有改，请调度员看"),
    "answer_unclear": N_("不是一句清楚的话，又问了一遍"),
    "details": N_("说了是什么事"),
    Intent.ON_THE_WAY: N_("记下出发了"),
    Intent.ARRIVED: N_("记下到了"),
    Intent.FINISHED: N_("记下做完了"),
    Intent.LATE: N_("记下会晚到，告诉了居民"),
    "undone": N_("撤回了"),
    "task_noted": N_("记下了，请调度员看"),
    "words_kept": N_("记下了，请调度员看"),
    "tasks": N_("回了手上的单"),
    "no_task": N_("手上没有单"),
    "task_refused": N_("现在做不了这一步，请调度员看"),
}
DUTY: dict[str, str] = {
    "duty_agreed": N_("同意值班"),
    "duty_cancelled": N_("不值这个班"),
    "duty_taken": N_("接了替班"),
    "duty_declined": N_("这次不替班"),
    "duty_refused": N_("排不了这个班"),
    "duty_over": N_("值班的事已经过了"),
    "duty_details": N_("说了是哪些班"),
    "duty_checked_in": N_("值班到岗"),
    "duty_on": N_("马上开始值班"),
    "duty_off": N_("值班结束"),
    "duty_given_away": N_("去找人替班"),
    "duty_not_now": N_("现在做不了，说了为什么"),
    "plan_joined": N_("应急能来"),
    "plan_declined": N_("应急这次来不了"),
    "shifts": N_("回了班次"),
    "no_shift": N_("没有班次"),
    "paused": N_("暂时不问了"),
    "resumed": N_("又可以问了"),
}
TALK: dict[str, str] = {
    "offers_help": N_("说了怎么报名"),
    "help": N_("说了可以发什么"),
    "nothing_open": N_("没有在问的事"),
    "question": N_("记下了问题"),
    "call_back": N_("请调度员打电话"),
    "stop": N_("以后不发短信"),
    "stop_asked": N_("问了是不是不要短信"),
    "start": N_("恢复发短信"),
    "over_limit": N_("今天的短信太多，没有处理"),
    "bad_sender": N_("这个号码不能回"),
    Intent.AUTO_REPLY: N_("机器发的，没有回"),
    Intent.SPAM: N_("机器发的，没有回"),
    Intent.OWN_TEXT: N_("机器发的，没有回"),
    **dict.fromkeys(
        (
            Intent.THANKS,
            Intent.PRAISE,
            Intent.ACKNOWLEDGE,
            Intent.CAME,
            Intent.ABUSE,
            Intent.WRONG_NUMBER,
            Intent.NOT_YET,
        ),
        N_("客气地回了一句"),
    ),
}
OUTCOMES = {**ORDERING, **HELPING, **DUTY, **TALK}


def outcome_word(outcome: str) -> str:
    """The word for an outcome (`InboundText.outcome`); empty while the text is not handled."""
    if outcome.endswith(UNANSWERED):
        return say(N_("刚客气过，没有再回"))
    return say(OUTCOMES[outcome]) if outcome in OUTCOMES else outcome
