"""Texts that no person wrote: automatic answers, carriers' notices, advertising, our own texts."""

import re

from app.conversation.plain import Plain
from app.conversation.reading import Intent, Reading, Sureness

# All our texts begin with this sign; `plain_form` takes brackets of the other kind away.
OWN = re.compile(r"【点单】|^diandan[: ].{12}|(?:能去|全都能值|能来|在岗)请?回 ?1 ?\d\d")
CARRIER = re.compile(
    r"(?:该|您所?拨打的|你所?拨打的)(?:用户|号码|电话)|来电提醒|mailbox is full|undeliverable"
    r"|(?:message|text|msg) (?:was )?(?:not delivered|blocked)|delivery (?:has )?failed"
)
# A machine asks for nothing.
WISH = re.compile(r"帮我|帮忙|请人|志愿者|[栋幢]|号楼|please")
# Busy now, and an answer later: the two halves of every prepared answer.
BUSY_NOW = re.compile(
    r"(?:现在|目前|正在|正|暂时|此刻|我在|我正|本人|有事)[^。!！]{0,12}"
    r"(?:不方便|无法|不能|不便|开车|驾驶|驾车|开会|会议|忙|外出|休假|接听|接电话|上课|通话)"
    r"|不方便(?:接|讲|说|回|看)|休假|出差中|驾驶中|开车中|会议中|来电(?:已)?收到|信息已收到"
)
ANSWER_LATER = re.compile(
    r"(?:稍后|稍候|待会儿?|一会儿?|晚点|晚些|回头|尽快|会后|下班后|之后|过后|尽早)[^。!！]{0,6}"
    r"(?:回复?|联系|致电|打给|处理|答复|拨)"
)
AUTOMATIC = re.compile(
    r"自动(?:回复|应答|答复)|auto(?:matic|mated)?[ -]?(?:reply|response|answer)|"
    r"out of (?:the )?office"
    r"|i(?:'m| am) (?:currently )?(?:driving|in a meeting|away|on leave)\b.{0,40}(?:later|"
    r"back|soon|return)"
    r"|(?:can't|cannot|unable to|can not) (?:talk|answer|take your call|pick up)\b.{0,30}"
    r"(?:later|now|moment|back)|i(?:'ll| will) (?:call|text|reply|get back)(?: to)? ?(?:you)? ?"
    r"(?:back )?(?:later|soon|shortly|as soon)|this (?:number|mailbox) is (?:not )?monitored"
    r"|do not reply|don't reply to this|请勿(?:直接)?回复|本短信(?:由系统|自动)|系统(?:自动|发送)"
)
# The sender's name in brackets, as companies must set it.
SIGNED = re.compile(r"【[^】]{1,20}】")
VERIFICATION = re.compile(
    r"(?:验证码|校验码|动态码|动态密码|激活码|取件通知|verification code|one[- ]time (?:pass|"
    r"code)|otp)"
)
ADVERTISING = re.compile(
    r"(?:https?://|www\.|[a-z0-9-]+\.(?:com|cn|net|top|xyz|vip)\b)|点击链接|退订回|"
    r"回[复]?[a-z]{1,2}退订"
    r"|拒收(?:请)?回|限时|优惠券|大促|满减|中奖|贷款|额度|利率|发票|博彩|澳门|棋牌|加盟|理财"
    r"|恭喜您|免费领|积分兑换|套餐|流量包|话费|账单|尾号|余额|还款|click (?:here|the link)|"
    r"unsubscribe"
    r"|you(?:'ve| have) won|prize|limited offer|discount"
)
CODE_DIGITS = re.compile(r"(?<!\d)\d{4,8}(?!\d)")


def read_machine(plain: Plain) -> Reading | None:
    """A text of a machine, which is never answered; None for a person's."""
    text = plain.text
    if OWN.search(text):
        return Reading(Intent.OWN_TEXT, language=plain.language)
    if CARRIER.search(text) or AUTOMATIC.search(text):
        return _automatic(plain)
    wish = WISH.search(text)
    if BUSY_NOW.search(text) and ANSWER_LATER.search(text) and not wish:
        return _automatic(plain)
    if _is_spam(text, wish=bool(wish)):
        return Reading(Intent.SPAM, sureness=Sureness.LIKELY, language=plain.language)
    return None


def _automatic(plain: Plain) -> Reading:
    return Reading(
        Intent.AUTO_REPLY, sureness=Sureness.LIKELY, note=plain.written, language=plain.language
    )


def _is_spam(text: str, *, wish: bool) -> bool:
    """Somebody else's code, or advertising: signed by a company, or with several signs of it."""
    signed = SIGNED.search(text) is not None
    if VERIFICATION.search(text) and (CODE_DIGITS.search(text) or signed):
        return not wish
    signs = {found.group() for found in ADVERTISING.finditer(text)}
    return (signed or len(signs) >= 2) and not wish
