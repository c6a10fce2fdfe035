"""Words of time that name no day: at once, some time, every week."""

import re
from datetime import date

from app.conversation.named import Loose

SOON = re.compile(
    r"马上|立刻|立即|尽快|尽早|现在|而家|依家|宜家|即刻|赶紧|赶快|\basap\b|\bright now\b|\bnow\b"
    r"|\bimmediately\b|\bright away\b|\bas soon as possible\b|\bmashang\b|\bxianzai\b"
)
# On no day that is known.
SOME_DAY = re.compile(
    r"改天|改日|哪天|过几[天日]|过些[天日]|过一?阵子?|过段时间|这几[天日]|这两[天日]|近几[天日]|最近几[天日]"
    r"|近[期日](?!视)|[上中下]旬|月[底初末](?![一二三四五六七八九十])|年[底初](?![一二三四五六七八九十])|过年|明年(?!\d)|有朝一日|下次"
    r"|\bsome\s?day\b|\bone day\b|\b(?:next|this) (?:week|month|year)\b"
)
# At no hour that is known.
SOME_HOUR = re.compile(
    r"(?:等|等?[你他]们|等?志愿者)[有得](?:空|闲|时间)"
    r"|(?<![没唔未])[有得](?:空|闲|时间)(?:的?时候|(?=了?[再就]|时|嚟|来|帮))|随便什么时候|什么时候都"
    r"|任何时间|任何时候|随时|回头|以后再|晚一?点(?![半钟])|迟一?[点些]|晚些|稍后|待会儿?|等一?[会下]儿?|一会儿"
    r"|方便的?时候|(?:下班|放学|天黑|天亮)(?:之|以)?[前后]"
    r"|\bsome\s?time\b|\bwhenever\b|\bany\s?time\b|\blater\b(?! than)|\bsoon\b"
    r"|\bwhen (?:you|someone|somebody|they) (?:are|is|have|has)\b"
)
EACH = re.compile(
    r"(?:每个?|逢)(?:周|星期|礼拜|月|天|日|晚|早)(?:[一二三四五六日天末](?![次遍回趟]))?"
    r"\s?(?:[上中下]午|[早晚]上?)?\s?(?:[一二两三四五六七八九十\d]{1,2}(?:点半?|号|日))?"
    r"|\bevery\s(?:day|morning|evening|night|week|other day)\b"
    r"|\bevery\s(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
)
# A habit with a medicine is no wish for help at that hour.
HABIT_ONLY = re.compile(
    r"[都要得需必须会\s]{0,4}(?:[吃服量测打喝用]|[一二两三四\d]+[次粒片颗遍])|(?:都|的)"
)
BARE_EACH = re.compile(r"每[天日]\s{0,2}|every day")
HOUR_AFTER = re.compile(r"\s(?:at|from|after|before)\b|\s?\d")


def read_soon(found: re.Match[str], today: date) -> Loose:
    return Loose.SOON


def read_some_day(found: re.Match[str], today: date) -> Loose:
    return Loose.SOME_DAY


def read_some_hour(found: re.Match[str], today: date) -> Loose:
    return Loose.SOME_HOUR


def read_each(found: re.Match[str], today: date) -> Loose:
    """A time that comes again and again; 每天吃 and every day alone ask for nothing."""
    habit = HABIT_ONLY.match(found.string, found.end())
    bare = BARE_EACH.fullmatch(found.group()) and not HOUR_AFTER.match(found.string, found.end())
    return Loose.NOT_MEANT if habit or bare else Loose.REPEATING
