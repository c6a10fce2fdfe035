"""No more texts, and texts again: carriers' key words and the same in people's own words."""

import re
from dataclasses import replace

from app.conversation.heard import MARKS, Heard
from app.conversation.reading import Intent, Reading, Sureness

# Key words alone, as carriers define them; CANCEL is in `read_opt_out`.
STOP = frozenset(
    [
        "stop",
        "stopall",
        "stop all",
        "unsubscribe",
        "end",
        "quit",
        "optout",
        "opt out",
        "revoke",
        "stp",
        "remove",
        "remove me",
        "td",
        "t",
        "n退订",
        "td退订",
        "退订",
        "退订短信",
        "回t退订",
        "取消订阅",
        "拒收",
        "退出",
        "不再接收",
        "屏蔽",
        "停止",
    ]
)
START = frozenset(
    [
        "start",
        "unstop",
        "恢复",
        "订阅",
        "恢复短信",
        "恢复接收",
        "恢复订阅",
        "重新订阅",
        "optin",
        "opt in",
        "subscribe",
        "取消退订",
    ]
)
YES_WORDS = frozenset({"yes", "是", "y", "是的"})
WORDS = re.compile(
    r"(?:别|不要|不用|勿|莫|请勿|请不要|停止|唔好|唔使)(?:再|总是?|老是?|一直|给我|向我|"
    r"继续)*(?:给我|向我|同我|畀我)?(?:发|送|传|推送|骚扰|打扰|烦)(?:我|给我|这些?|任何|"
    r"啦)*(?:短信|信息|消息|讯息|通知|sms|广告|了|我|啦|$)"
    r"|^(?:please )?stop(?: it| this| now| texting| messages?)?$"
    r"|(?:不想|不愿|拒绝|不希望|唔想)(?:再|继续)*(?:收到?|接收)|(?:退订|取消)(?:短信|订阅|"
    r"通知|消息|信息)|(?:别|不要|唔好)(?:再)?(?:找|联系|搵|烦|骚扰|打扰)我|(?:把|"
    r"将)我(?:的)?(?:号码?|手机|电话)?(?:从|删|移|拉黑)"
    r"|(?:stop|don't|do not|quit|no more) (?:\w+ )?(?:text|messag|send|contact|sms|bother|"
    r"spam)\w*|take me off|unsubscribe me|remove my number|leave me alone"
)
AGAIN = re.compile(
    r"(?:恢复|重新|继续)(?:给我)?(?:发|接收|收)(?:短信|信息|消息)?|"
    r"可以(?:再)?(?:给我)?发(?:短信|信息|消息)|start (?:sending|texting)|text me again|resubscribe"
)
# Speaks of volunteers' asks alone ("别再派单给我"), or asks about the words.
ELSE = re.compile(r"派单|[?吗]|怎么|如何")
LETTERS = frozenset({"t", "td", "n退订"})


def read_opt_out(heard: Heard) -> Reading | None:
    """Opting out of texts or in again; None for anything else.

    One letter from somebody who works here is asked back: it may have been typed by chance. CANCEL
    is about a live order if there is one.
    """
    context = heard.context
    word = " ".join(heard.plain.text.strip(" .。!！,，?").split())
    bare = MARKS.sub("", word)
    if word in START or bare in START or AGAIN.search(word):
        return heard.reading(Intent.OPT_IN)
    if context.opted_out and bare in YES_WORDS:
        return heard.reading(Intent.OPT_IN, Sureness.LIKELY)
    if bare in STOP or word in STOP:
        by_chance = bool(context.roles) and bare in LETTERS
        return replace(heard.reading(Intent.OPT_OUT), confirm=by_chance)
    if bare == "cancel" and not (context.orders or context.tasks or context.draft):
        return replace(heard.reading(Intent.OPT_OUT, Sureness.LIKELY), confirm=True)
    if WORDS.search(word) and not ELSE.search(word):
        sure = len(bare) <= 16
        reading = heard.reading(Intent.OPT_OUT, Sureness.SURE if sure else Sureness.LIKELY)
        return replace(reading, confirm=not sure)
    return None
