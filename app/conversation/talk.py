"""Talk: greetings, thanks, help, call me, a person, wrong number, abuse, questions, complaints."""

import re
from dataclasses import replace

from app.conversation.context import Target, TargetKind
from app.conversation.heard import MARKS, Heard
from app.conversation.reading import Intent, Reading, Sureness
from app.conversation.speech import THANKS, asks
from app.conversation.stars import BAD, CONTENT

HELP = frozenset(
    [
        "帮助",
        "help",
        "info",
        "?",
        "??",
        "???",
        "菜单",
        "说明",
        "怎么用",
        "使用说明",
        "指令",
        "命令",
        "点单",
        "怎么点单",
        "如何点单",
        "怎么下单",
        "h",
        "menu",
        "how",
        "commands",
        "功能",
        "服务",
        "有什么服务",
        "能做什么",
        "你能做什么",
        "可以做什么",
        "点餐",
    ]
)
GREETING = re.compile(
    r"^(?:(?:在吗|在么|在不在|在不|有人吗|有人么|有人在吗|你好|您好|你们好|大家好|hello|hi|"
    r"hey|hallo|哈喽|哈罗|嗨|喂|早上好|上午好|中午好|下午好|晚上好|早安|晚安|早|早晨|"
    r"good (?:morning|afternoon|evening)|喺度吗|喺唔喺度|请问|打扰了|打扰一下|您|呀|啊|"
    r"吗)[,，。.!！?~ ]*)+$"
)
CALL_ME = re.compile(
    r"^(?:请|麻烦)?(?:尽快|马上)?(?:你们)?联系(?:一下)?我$|^回个?电话|(?:打|回|"
    r"来)(?:个)?(?:电话|电)(?:给|畀|到|联系)?(?:我|过来)|(?:给|同|跟|"
    r"畀)我(?:打|回|"
    r"来)(?:个|一个)?(?:电话|电)|打(?:给|畀)我|打我(?:电话|手机)|(?:^|[ ,，。请]|麻烦|尽快|快|"
    r"速)(?:回电|"
    r"来电|致电|复电)|(?:打|来)(?:个)?电话(?:吧|来|说|取消|讲|联系|聊|好吗|过来)|电话(?:联系|"
    r"沟通|里说|说)(?:我|吧)?|不会(?:打字|发短信|写字)|唔识打字|不识字|看不(?:清|见|懂)字"
    r"|\b(?:call|phone|ring) (?:me|back|us)\b|give me a (?:call|ring)|can(?:'t|not) type|"
    r"da dian ?hua"
)
PERSON = re.compile(
    r"有(?:真人|人工|客服)|[跟和同](?:真?人)(?:说|讲|谈|聊)|^(?:转|找|要|我要|我找|请转|接|"
    r"叫)?(?:人工|真人|客服|人工客服|人工服务|转人工|调度员?|"
    r"工作人员|管理员|负责人|坐席)(?:服务|客服|说话|电话|处理|帮忙|在吗|呢)?$|转(?:接)?人工|"
    r"(?:找|要|跟|和|同)(?:个|一?位|你们)?(?:真人|活人|客服|调度员?|工作人员|人工|负责人)|"
    r"不是机器人|机器人吗"
    r"|\b(?:operator|human|real person|representative|speak (?:to|with) (?:a|some)|"
    r"talk to (?:a|some)|customer service|live agent|agent)\b"
)
WRONG_NUMBER = re.compile(
    r"(?:打|发|拨|找)错(?:号|人|了|地方|手机|电话)?(?:码)?|(?:搞|弄)错(?:人|号)|"
    r"不(?:是)?认识你|你(?:谁|哪位|"
    r"系边个)|(?:不是|唔系)(?:我|本人)(?:点|下|叫|的单|要的|订|$)|我没(?:有)?(?:点|下|叫|订|"
    r"申请|报名)(?:过)?(?:单|这|什么|任何|$)|(?:换|易)(?:号|主|人)了|我不是(?!要|想|故|志|"
    r"说)[^,，。 ]{1,6}(?:$|"
    r"[,，。! ])|不是这个人|查无此人|wrong (?:number|person)|who (?:is|are) (?:this|you)|"
    r"not me|don't know you"
)
ABUSE = re.compile(
    r"^滚|滚(?:开|蛋|远)|(?:你|他|去你)妈(?!妈|在|说|住|要|的药|的病)|妈的|操你|草泥马|"
    r"傻[逼比叉bx]|煞笔|sb(?![a-z])|骗子|骗钱|诈骗|王八|混蛋|混账|狗屁|放屁|去死|死开|扑街|"
    r"仆街|冚家|神经病|你有病|脑残|白痴|滚犊|贱人|废物|垃圾(?:平台|服务|短信|东西|系统|公司)|不要脸"
    r"|\b(?:fuck|shit|bastard|idiot|asshole|bitch|scam(?:mer)?|go to hell|damn you|stupid)\w*"
)
ACKNOWLEDGE = re.compile(
    r"^(?:好|好的|好滴|好吧|好嘞|好呀|好啊|ok|okay|okey|嗯|嗯嗯|哦|噢|喔|收到|知道了?|明白|"
    r"明白了|了解|行|可以|对|是|是的|得|没问题|冇问题|没事|没关系|不客气|不用谢|k|yes|no|yeah|"
    r"sure|fine|noted|got it|alright|👍|👌|🙏|😊|❤|谢|谢谢|thanks|了|的|啦|你们|您|[,，。.!！~ ])+$"
)
VOLUNTEER = re.compile(
    r"(?:当|做|成为|报名(?:当|做)?|申请(?:当|做)?|加入)(?:个|一名|一?位|你们)?(?:志愿者|义工|"
    r"志愿|队伍)|我(?:可以|能|愿意|也想|想)(?:去)?帮(?:别人|人|大家|邻居|老人|你们)|(?:be|"
    r"become|join as|sign up as) (?:a )?volunteer|i want to volunteer"
)
NAMED_CONTACT = re.compile(r"(?:电话|手机|号码|联系|tel|phone)[^\d]{0,6}1[3-9]\d{9}|1[3-9]\d{9}")
DIGITS = re.compile(r"^[\d\s+#*.-]+$")
NOT_CALLED = re.compile(
    r"(?:不要|别|唔好|不用|勿|没有?|冇)(?:再)?(?:给我)?打|"
    r"打不通|没人接|不接|别打|不要打|唔好打|打错|诈骗电话|骚扰电话"
)
LONG = 24
# Stories speak of calls, people and rudeness too.
CONTACT = 40


def read_help(heard: Heard) -> Reading | None:
    """Asks what can be written here: the word for it, or marks alone."""
    word = heard.plain.text.strip(" .。!！~")
    if word in HELP or (word and not MARKS.sub("", word)) or not word:
        return heard.reading(Intent.HELP)
    return None


def read_contact(heard: Heard) -> Reading | None:
    """Wants a call or a person, whatever else is open."""
    text = heard.text.strip(" .。!！?~")
    if len(heard.bare) > CONTACT:
        return None
    if CALL_ME.search(text) and not NOT_CALLED.search(text):
        return _about_orders(heard, Intent.CALL_ME)
    if PERSON.search(text):
        return _about_orders(heard, Intent.PERSON)
    return None


def read_strangers(heard: Heard) -> Reading | None:
    """Says that the number is wrong, or is rude."""
    text = heard.text
    if ABUSE.search(text) and len(heard.bare) <= LONG and not asks(text):
        return heard.reading(Intent.ABUSE, Sureness.LIKELY)
    if WRONG_NUMBER.search(text) and not heard.kinds and len(heard.bare) <= LONG:
        return heard.reading(Intent.WRONG_NUMBER, Sureness.LIKELY)
    return None


def read_talk(heard: Heard) -> Reading | None:
    """Greeting, thanks, a plain OK, digits, praise, complaint or a question."""
    text = heard.text.strip()
    if GREETING.match(text):
        return heard.reading(Intent.GREETING)
    if VOLUNTEER.search(text):
        return heard.reading(Intent.OFFERS_HELP, Sureness.LIKELY)
    if DIGITS.match(text):
        reading = heard.reading(Intent.NUMBER, Sureness.UNCLEAR)
        return replace(reading, alternatives=_open_things(heard))
    if THANKS.search(text) and not asks(text) and not BAD.search(text):
        return _about_orders(heard, Intent.THANKS)
    if ACKNOWLEDGE.match(text):
        return heard.reading(Intent.ACKNOWLEDGE)
    return _opinion(heard)


def _opinion(heard: Heard) -> Reading | None:
    text = heard.text
    if re.search("投诉|举报|complain", text):
        return heard.reading(Intent.COMPLAINT, Sureness.LIKELY)
    if asks(text):
        return _about_orders(heard, Intent.QUESTION)
    about_service = re.search(
        "志愿者|你们|服务|平台|上次|上回|阿姨|小伙|师傅|昨天的|volunteer", text
    )
    if about_service and BAD.search(text):
        return heard.reading(Intent.COMPLAINT, Sureness.LIKELY)
    if about_service and CONTENT.search(text):
        return heard.reading(Intent.PRAISE, Sureness.LIKELY)
    if NAMED_CONTACT.search(text):
        return replace(_about_orders(heard, Intent.ADD_NOTE), sureness=Sureness.LIKELY)
    return None


def _about_orders(heard: Heard, intent: Intent) -> Reading:
    targets = tuple(Target(TargetKind.ORDER, one.code) for one in heard.context.orders)
    reading = heard.reading(intent)
    return replace(
        reading, targets=targets if len(targets) == 1 else (), alternatives=targets[1:] and targets
    )


def _open_things(heard: Heard) -> tuple[Target, ...]:
    context = heard.context
    numbered = (
        (TargetKind.ASK, context.asks),
        (TargetKind.DUTY_ASK, context.duty_asks),
        (TargetKind.TASK, context.tasks),
    )
    found = [Target(kind, str(one.number)) for kind, listed in numbered for one in listed]
    found += [Target(TargetKind.UNRATED, one.code) for one in context.unrated]
    return tuple(found)
