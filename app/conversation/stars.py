"""Ratings: stars in any words, praise, and complaints about a finished order."""

import re
from dataclasses import replace

from app.conversation.context import Context, QuestionKind, Target, TargetKind
from app.conversation.heard import MARKS, Heard
from app.conversation.kinds import Strength
from app.conversation.reading import Intent, Reading, Sureness
from app.conversation.speech import asks

RATE_WORD = re.compile(r"评价|评分|打分|好评|给分|评个分|给个分|\brat(?:e|ing)\b|\bstars?\b")
NUMERALS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
WITH_UNIT = re.compile(
    r"(?<![\d.第])(\d{1,3}|[零〇一二两三四五六七八九十])(\.\d)? ?(?:颗|"
    r"个)?(?:星(?![期级球座])|分(?![钟之])|stars?\b|out of 5|/5)"
)
FULL = re.compile(
    r"满(?:分|星)|全五星|五颗星|一百分|100分|top marks|full marks|10/10|5/5|perfect score"
)
WORD_BEFORE = re.compile(
    r"(?:评价|评分|打分|好评|给|打|rate|rating)[^\d一-十]{0,4}(\d{1,3}|"
    r"[零一二三四五六七八九十])(?![\d.个次年月号点块元斤])"
)
# A lone number, first or last: "5 谢谢", "谢谢 5".
FIRST = re.compile(
    r"^(-?\d{1,3})(?![\d.:/]| ?(?:个|袋|斤|瓶|盒|包|点|号|栋|楼|分钟|小时|天|次|位|人|年|月|块|"
    r"元|岁))"
)
LAST = re.compile(r"(?:^|[^\d.:/第-])(\d{1,3})$")
LONE = re.compile(r"(?<![\d.])[1-5](?![\d.个袋斤瓶盒包点号栋楼分小天次位人年月块元岁])")
# Stars that cannot be given.
NO_STARS = 0
NOT_GIVEN = re.compile("不想给|不给|不值|都不配|唔想畀")
MIDDLING = re.compile("^(?:还可以|还行|一般般?|凑合|马马虎虎|可以|还好|so so|ok)")
# 十分满意: very, and no ten.
VERY = re.compile("十分(?=[满好感热细耐周棒不])")
WITH_DRAWN = re.compile(r"(\d|[一二三四五]) ?(?:颗|个)?[⭐🌟★](?![⭐🌟★])")
DRAWN = re.compile(r"[⭐🌟★✨]")
CONTENT = re.compile(
    r"赞|很?满意|很好|挺好|真好|不错|太好|非常好|超级?好|好人|好评|热情|耐心|细心|专业|周到|贴心|"
    r"给力|点赞|表扬|棒|优秀|靠谱|准时|感动|暖心|好志愿者|服务好|态度好|几好|好正|好掂|great|"
    r"good|excellent|nice|wonderful|perfect|satisfied|awesome|amazing|lovely"
)
BAD = re.compile(
    r"打了(?:我|人|老人)|拿了我|坏了|没把?[^,，。 ]{0,4}(?:修|弄|做|买|送|办)(?:好|完|到|对)|"
    r"负分|少给|没买齐|不齐|少了|"
    r"没带|(?:不|没|唔)(?:太|很|是很|够)?(?:满意|好|行|专业|耐心|准时|"
    r"靠谱|负责|认真)|太差|很差|"
    r"好差|差劲|差评|极差|垃圾|糟糕|恶劣|态度(?:不好|差|恶劣)|失望|骂|凶|吼|推(?:我|老人)|"
    r"打(?:我|人|老人)|骗|偷|拿走(?:了)?我|少了钱|多收|乱收|"
    r"收(?:了)?(?:我)?[^,，。 到]{0,6}(?:钱|块|元)|要钱|要红包|"
    r"投诉|举报|敷衍|迟到|弄坏|打碎|打破|摔坏|弄丢|弄脏|损坏|买错|送错|拿错|漏|没做完|没修好|"
    r"没弄好|又坏|过期|坏的|骚扰|摸|不礼貌|没礼貌|喝(?:了)?酒|赔|"
    r"\b(?:bad|terrible|awful|horrible|worst|rude|stole|stolen|theft|complain(?:t)?|unhappy|"
    r"disappointed|broken|not good|not satisfied|poor)\b"
)
NOBODY = re.compile(
    r"(?:没有?|冇|无|未|一个都没)(?:见)?(?:有)?人(?:来|到|嚟|上门|理|管|联系)|(?:根本|一直|都|"
    r"从来|还|也|压根)(?:就)?(?:没有?|冇|未)(?:人)?(?:来|到|嚟|见|出现|上门)|没(?:有)?(?:来|"
    r"上门|出现)(?:过|啊|呀|$|[,，。! ])|人没来|没来人|没见(?:到|着)人|冇人嚟|冇嚟|没等到|"
    r"白等|空等|"
    r"放(?:我)?鸽子|爽约"
    r"|\b(?:no[ -]?show|nobody (?:came|showed|has come)|no one (?:came|showed|has come)|"
    r"never (?:came|showed)|didn't (?:come|show))"
)
CAME = re.compile(
    r"^(?:他|她|人|志愿者|已经|都|有人|药|菜|餐|饭|米|东西|快递|货|灯|水管)*(?:来了|来过了?|"
    r"到了|嚟咗|来过啦|送到了|做好了|做完了|"
    r"修好了|办好了|完成了|收到了)[,，。! ]*(?:谢谢|多谢|thanks)?$|^(?:they |he |"
    r"she )?(?:came|arrived|done)$"
)
THEFT = re.compile(r"偷|抢|骗|打(?:我|人|老人)|摸|骚扰|stole|stolen|theft|assault")
ORDER_WORDS = Strength.ACTION
COMMENT = 40


def read_rating(heard: Heard) -> Reading | None:
    """Stars, praise or a complaint about a finished order; None for anything else.

    Only when a rating is open or the text says that it rates. A text that wishes for help, or
    names a place, is left to orders: none is lost to a rating.
    """
    context = heard.context
    if not _may_rate(heard) or heard.named is not None or _wishes(heard):
        return None
    text = " ".join(heard.text.split())
    if heard.context.unrated and NOT_GIVEN.search(text):
        return _about(heard, Intent.COMPLAINT if WITH_UNIT.search(text) else Intent.RATE_UNCLEAR)
    stars = _stars(text, open_rating=_asked_last(context))
    if stars is not None:
        fits = 1 <= stars <= 5
        reading = _about(heard, Intent.RATE if fits else Intent.RATE_UNCLEAR)
        slots = replace(reading.slots, stars=stars if fits else None)
        return replace(reading, slots=slots, note=_comment(heard))
    if RATE_WORD.search(text) and not BAD.search(text):
        return _about(heard, Intent.PRAISE if CONTENT.search(text) else Intent.RATE_UNCLEAR)
    if context.unrated and MIDDLING.search(text):
        return _about(heard, Intent.RATE_UNCLEAR)
    return read_opinion(heard) if context.unrated else None


def read_opinion(heard: Heard) -> Reading | None:
    """What is said of the service without stars: nobody came, bad, good, or that they came."""
    text = heard.text.strip(" .。!！~")
    if NOBODY.search(text):
        return _about(heard, Intent.NOBODY_CAME)
    if BAD.search(text) and (not asks(text) or THEFT.search(text)):
        return _about(heard, Intent.COMPLAINT)
    if CAME.search(text):
        return _about(heard, Intent.CAME)
    if CONTENT.search(text) and not asks(text):
        return _about(heard, Intent.PRAISE)
    return None


def _may_rate(heard: Heard) -> bool:
    own = {order.code for order in heard.context.unrated}
    if heard.context.unrated:
        return True
    short = len(heard.bare) <= COMMENT // 2
    said = short and (RATE_WORD.search(heard.text) or _only_stars(heard.text))
    return bool(said or own & set(heard.codes))


def _only_stars(text: str) -> bool:
    """Whether nothing but stars is said: "5星", "⭐⭐"."""
    bare = MARKS.sub("", text)
    found = WITH_UNIT.fullmatch(bare)
    return bool(DRAWN.fullmatch(bare[:1])) or (found is not None and "星" in bare)


def _wishes(heard: Heard) -> bool:
    """Whether a kind of help with a time is named: rather the next order than a comment."""
    kinds = heard.kinds
    return bool(kinds and kinds[0].strength >= ORDER_WORDS and (heard.when or "再" in heard.body))


def _asked_last(context: Context) -> bool:
    """Whether a bare digit means stars: a rating was asked last, or nothing else is open."""
    if context.question is not None:
        return context.question.kind is QuestionKind.RATING
    return bool(context.unrated) and not (context.asks or context.duty_asks or context.tasks)


def _stars(text: str, *, open_rating: bool) -> int | None:
    if FULL.search(text):
        return 5
    if found := WITH_DRAWN.search(text):
        return _number(found[1])
    drawn = len(DRAWN.findall(text))
    if drawn:
        return drawn
    text = VERY.sub(" ", text)
    if found := WITH_UNIT.search(text):
        return NO_STARS if found[2] else _number(found[1])
    if found := WORD_BEFORE.search(text):
        return _number(found[1])
    if not open_rating:
        return None
    bare = MARKS.sub("", text)
    if bare in NUMERALS and NUMERALS[bare] > 0:
        return NUMERALS[bare]
    if re.fullmatch(r"\d+\.\d+", text):
        return NO_STARS
    if len(set(LONE.findall(text))) > 1:
        return NO_STARS
    found = FIRST.search(text) or LAST.search(text)
    return int(found[1]) if found and len(text) <= COMMENT else None


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMERALS[word]


def _comment(heard: Heard) -> str:
    """The words beside the stars."""
    text = heard.plain.written
    for pattern in (WITH_UNIT, RATE_WORD, DRAWN):
        text = pattern.sub(" ", text)
    for code in heard.codes:
        text = text.replace(code, " ")
    return re.sub(r"^\W*\d{0,2}\W*|\W*\d?$", "", text).strip()


def _about(heard: Heard, intent: Intent) -> Reading:
    """A reading about the finished order that the code names, else the last one."""
    unrated = heard.context.unrated
    named = [one for one in unrated if one.code in heard.codes] or list(unrated[-1:])
    targets = tuple(Target(TargetKind.UNRATED, one.code) for one in named)
    if heard.codes and not any(one.code in heard.codes for one in named):
        live = {one.code for one in heard.context.orders}
        targets = tuple(
            Target(TargetKind.ORDER if code in live else TargetKind.FOREIGN, code)
            for code in heard.codes
        )
    reading = heard.reading(intent, Sureness.SURE if intent is Intent.RATE else Sureness.LIKELY)
    return replace(reading, targets=targets)
