"""The clauses of a text, and what keeps one from being a wish: question, past, denial, thanks."""

import re

HAN = "\u4e00-\u9fff"
# Chinese writers part clauses with spaces, English ones words: only a space beside Han counts.
BREAK = re.compile(rf"[,，.。!！;；:：~～…、|]+|(?<=[?])| (?=[{HAN}])|(?<=[{HAN}]) ")
# Requests in the form of a question.
POLITE = re.compile(
    r"能不能|可不可以|可唔可以|行不行|好不好|得唔得|好吗|行吗|行么|可以吗|可以么|好么|可否|"
    r"能否|方便吗|"
    r"有没有人|有冇人|有人(?=能|可以|帮|来)|谁能|谁可以|哪位|(?:可以|能|能够|"
    r"可唔可以)(?=(?:顺便|再|也|先)?(?:帮|"
    r"替|给|派|麻烦|请|来|陪|"
    r"买|送|代|安排))[^?吗么]{0,20}[吗么呢?]|(?:can|could|would|will) (?:you|someone|somebody|"
    r"anyone|u|i)\b"
)
POLITE_END = re.compile(r"[吗么呢]?[ ?]+(?=$|[ ,，。])|[吗么呢](?=$|[ ,，。?])")
QUESTION = re.compile(
    r"[?]|[吗嘛]|么(?:$|[ ,，。])|呢$|什么|甚么|怎么|怎样|如何|多少|几点|几时|几号|"
    r"几[个栋楼层岁]|几多|"
    r"几钱|哪(?![怕吒])|(?:提前|要|等)几天"
    r"|谁|为何|为啥|啥|咩|点样|边度|边个|多久|多远|是不是|是否|有没有|有无|有冇|要不要|能不能|"
    r"会不会|对不对"
    r"|(?:来|到|去|好|买|接|完成|送)了没|(?:\b(?:what|how|where|when|who|why|which|whose|"
    r"is it|are you|do you|does)\b)"
)
PAST = re.compile(
    r"上次|上回|昨天|昨晚|昨日|琴日|寻日|前天|前几天|刚才|刚刚|上周|上星期|上个?月|以前|那天|"
    r"之前|去年|曾经|前阵"
    r"|(?:买|取|送|修|搬|办|陪|拿|换|接|帮)(?:(?:好|完|回|过)(?:了|$|[ ,，。])|到了)|(?:买|取|修|"
    r"搬|办|陪|拿|换)了"
    r"|\b(?:yesterday|last (?:week|time|month|night)|ago|bought|fixed|brought|helped|was|were)\b"
)
DENIAL = re.compile(
    r"不要|不用|不需要|不必|别(?:再|来|给|买|送|去|了)|不想|唔使|唔要|唔想|没必要|用不着|无需|"
    r"不是要|并非|不买|不去|不找"
    r"|\b(?:don't|do not|no need|not need|no longer|needn't|doesn't need)\b"
)
UNAVAILABLE = re.compile(
    r"太[晚早]|没人在|不要(?!紧)|不用|不行|没空|没时间|冇空|唔得|不在|有事|不方便|不来|去不了|"
    r"来不了|不了$|not free|can't|busy"
)
HYPOTHETIC = re.compile(r"如果|要是|假如|万一|以后|将来|的话|改天|哪天|\bif\b|\bsomeday\b")
THANKS = re.compile(
    r"谢谢|多谢|感谢|谢了|唔该|辛苦|麻烦你们了|拜谢|鸣谢|多得|\b(?:thanks|thank you|thank u|"
    r"thx|ty|appreciate)\b"
)
# Thanks for something that was done, not a please at the end of a wish.
THANKS_FOR = re.compile(
    r"(?:谢谢|多谢|感谢|唔该晒|辛苦)(?:你|您|你们|大家|志愿者|小|上次|帮|哋|那|她|他)|"
    r"\b(?:thanks|thank you|thx) (?:for|so|very)"
)
# Says that oneself, or somebody else, helps or goes: no wish for help.
OTHERS = re.compile(
    r"我(?:可以|能|来|去|愿意|会|想|要)(?:去)?帮(?!我)|(?:当|做|报名|成为)(?:个)?(?:志愿者|"
    r"义工|志愿)|我(?:们)?自己"
    r"|(?<![陪帮带送接扶替给])我(?:们)?(?:现在|刚|要|得|先|正|准备|打算|等下|马上|一会儿?|晚上|"
    r"明天|今天)?去(?:买|取|拿|修|搬|看病|医院|办|送)"
    r"|正在|在(?:买|修|搬|看病|办|送|换)|在医院"
)
# Tells what somebody does or wants: talk, unless a place says where to come.
TOLD = re.compile(
    r"(?:他|她|我妈|我爸|老婆|老公|儿子|女儿|同事|朋友|室友|别人|人家|老师|老板)"
    r"(?:们)?(?:说|要|想|去|在|又|也|都|就|正|刚|今天|昨天|天天|总|老|不|会|给|让|叫)"
)


def clauses(text: str) -> list[str]:
    """The clauses of a plain text, without what parts them; a question mark stays."""
    return [one.strip() for one in BREAK.split(text) if one and one.strip()]


def asks(text: str) -> bool:
    """Whether it is a question; a request in the form of one ("能不能帮我") is none."""
    return QUESTION.search(without_polite(text)) is not None


def without_polite(text: str) -> str:
    """The text without requests in the form of a question, and without their question marks."""
    plain, polite = POLITE.subn(" ", text)
    return POLITE_END.sub(" ", plain) if polite else plain


def current(text: str) -> str:
    """The text without clauses of the past and clauses that deny their time ("明天不用")."""
    kept = [
        one
        for one in clauses(POLITE.sub(" ", text))
        if not (PAST.search(one) or UNAVAILABLE.search(one))
    ]
    return " ".join(kept)
