"""What is said of a live order: how it stands, cancel, nobody came, thanks, a note."""

import re
from dataclasses import replace

from app.conversation.context import KnownOrder, Target, TargetKind, overlap
from app.conversation.heard import Heard
from app.conversation.numbers import ordinal_in
from app.conversation.reading import Intent, Reading, Sureness
from app.conversation.speech import asks
from app.conversation.stars import CAME, NOBODY

STATUS_WORD = re.compile(
    r"^我的(?:订)?单(?:子|号)?(?:呢|怎么样了?|到哪了?|在哪)?$|^(?:请|帮我|我想|我要)?(?:查询|"
    r"查一?下|查看|查|状态|进度|进展|情况|status|track|"
    r"tracking|progress)"
    r"(?:一?下|订单|我的单|我的订单|我的|编号|单子?|进度|进展|状态|情况|怎么样了?|如何|到哪了|"
    r"到哪一步了|啦|呢|吧|[ :：?])*$"
)
STATUS = re.compile(
    r"催(?:一?下|单)|(?:有没有|有冇)[^,，。]{0,3}(?:派|安排|人|接)|how much longer|这么久|"
    r"我的[^,，。]{1,4}呢$|(?:出发|动身|上门|买|修|取(?!消)|送|办|搬|来|到|走|"
    r"接单)[^,，。]{0,3}了?(?:吗|没|没有|么|[?])$|怎么样了|怎样了|点样|进度|进展|状态|"
    r"到哪(?:里|儿|了|一步)|去到边|到边度|来了(?:没|冇|"
    r"吗)|来(?:没|冇)来|来吗|来不来|会来|有人(?:来|接|去)(?:了)?(?:吗|没|没有|么|[?])|"
    r"有没有人(?:来|接)|接单了(?:吗|没)|安排(?:好)?了(?:吗|没)|派(?:人|单)了(?:吗|没)"
    r"|(?:什么时候|几时|几点|多久|何时|几耐)[^,，。]{0,8}(?:来|到|嚟|好|能|可以|上门|送|完成|"
    r"过来|有)|(?:来|到|嚟|上门|送到)[^,，。]{0,4}(?:几点|什么时候|几时|多久)|(?:怎么|为什么|"
    r"做乜|点解|咋)[^,，。]{0,6}(?:还没|还不|没|未|冇|唔)|还没(?:来|到|好|人|"
    r"安排)?[^,，。]{0,4}[?吗]"
    r"|(?:到了|好了|买到了|送到了|修好了|取到了|办好了|取消了|找到人了?|买好了|完成了|取到|"
    r"改好了)(?:吗|没|没有|么|冇|[?])|谁(?:来|接)|在(?:哪|路上)[^,，。]{0,3}[?吗]|还(?:要|"
    r"有)多久|快到了(?:吗|没)|还来(?:吗|不来)"
    r"|\b(?:status|where (?:is|are)|when (?:will|is|does|are)|how long|eta|any (?:update|"
    r"news)|how is|is (?:he|she|someone|anyone|anybody) (?:coming|on)|is it (?:done|ready|"
    r"cancel\w*)|has (?:anyone|somebody|someone))\b"
    r"|^人呢|人在哪|人去哪|(?:等|还要)多久|要等多长"
)
CANCEL = re.compile(
    r"取消|(?<![还])(?:不要|唔要)(?:了|啦)|不(?:用|需|必)(?:要)?(?:了|啦|来|麻烦|去|帮|找|再|"
    r"派|安排|$)|别(?:来|过来|麻烦|派|安排|送|买)了|不(?:要|用)(?:再)?来|唔使|不麻烦|退单|撤(?:销|"
    r"单|回)|(?:^|[,，。 ])算了|不(?:要|用|需要)?(?:需要|买|去|修|搬|办|送|订|点|取|"
    r"陪)[^,，。 ]{0,4}了"
    r"|(?:我|老公|老婆|女儿|儿子|邻居|家里?人)[^,，。]{0,4}(?:自己|已经|帮我|来|"
    r"去)[^,，。]{0,4}(?:买|修|搬|取|办|送|弄|搞|解决)(?:好|到|了|回|掉)|(?:老公|老婆|女儿|"
    r"儿子|邻居|家里?人|朋友)[^,，。]{0,6}(?:买|修|搬|取|办|送|弄)(?:好|到|了|回|掉)|"
    r"已经(?:有人|解决|买|"
    r"修|弄|搬|好)|(?:问题)?解决了|自己(?:能|可以|去|来|想办法|解决|搞定)|有人(?:帮|来帮|买|"
    r"送)(?:我)?(?:了|买了)|"
    r"\b(?:cancel|call (?:it )?off|never ?mind|no longer (?:need|want)(?:ed)?|(?:don't|"
    r"do not) (?:need|want|come)|not need(?:ed)?|no need)\b|quxiao|qu xiao|bu yao le"
)
# 不取消, 别取消, 没取消: the order stays.
KEEP = re.compile(
    r"(?:不|别|唔|没有?|不要|不想|不是|先别|不用|未|不准)(?:要|想|是|给我|帮我|再|说|说要|"
    r"打算)? ?取消|"
    r"(?:don't|do not|not) cancel|(?:照旧|照常|还要|仍然需要|还是要|继续要|保留)(?:来|的|$|"
    r"[,，。! ])"
)
ASKS_IF_CANCELLED = re.compile(
    r"取消(?:了|掉)(?:吗|没|没有|么|[?])|(?:是不是|有没有|已经?)取消|取消成功|怎么取消|"
    r"如何取消|为什么取消|为何取消|(?:怎么|为什么|为何|谁)[^,，。]{0,4}取消|cancelled"
)
HOW_TO = re.compile("(?:怎么|如何|点样)取消")
COMPLAINS = re.compile(
    r"投诉|举报|买错|送错|拿错|弄坏|态度|骗|偷|差评|太差|差劲|不满|失望|骂|rude|complain|"
    r"terrible|awful|stole"
)
ALL = re.compile(
    r"(?:两|二|三)(?:个|单)(?:都|全)?|都(?:取消|不|唔|别)|全(?:部|都)|所有|both|"
    r"all (?:of )?(?:them|my|orders)|everything"
)
CHANGED_TO = re.compile(
    r"(?:改|换|调|挪|推迟|延期?|移|顺延|提前|改期|改约)(?:一?下)?(?:时间)?(?:到|成|为|在|至)"
    r"|\b(?:changed?|move[d]?|reschedule[d]?|postpone[d]?|push(?:ed)?)\b[^,.]{0,16}\bto\b"
    r"|\binstead\b"
)
# Not now, at another time: a change, and no cancelling.
COMES_AGAIN = re.compile("(?:再|才)(?:来|嚟|过来|送|买)|改天")
SAID = re.compile("取消|不要|不用|不需|别|唔|算了|退单|撤|cancel|never|no |not|need")
CANCEL_FILLER = re.compile(
    r"谢谢|多谢|感谢|订单|麻烦|[我都也请帮吧了啦喇的单这那个您你们好唔该呀啊先就]|[a-z]"
)
CONFIRM = re.compile(r"^(?:确认|确定|confirm(?:ed)?)(?:订单|下单|号码|手机号)?$")
NEEDS_PERSON = re.compile(r"改(?:变)?主意|改变?想法|changed? my mind")
WAITED = re.compile(
    r"等(?:了|咗)[^,，。]{0,8}(?:小时|钟头|分钟|天|久|半天)|等很久|等到现在|waited|"
    r"waiting for (?:an|two|\d)"
)
NOTE = re.compile(
    r"敲门|门铃|门禁|密码|钥匙|楼下|门口|打电话|电话|记得|注意|带(?:上|着|个|一|身份|零钱|"
    r"口罩)|小心|狗|轻点|大声|听不见|耳背|聋|腿|眼睛|轮椅|女(?:的|志愿者)|男(?:的|志愿者)|"
    r"电梯|找|放(?:在)?|告诉|提醒|到了(?:叫|喊|打|敲)|麻烦|请"
    r"|\b(?:knock|door|bell|gate|code|key|call|dog|bring|please|careful|leave|lift|"
    r"elevator)\b|1[3-9]\d{9}"
)
THING_ALONE = 6


def read_with_code(heard: Heard) -> Reading | None:
    """A text that holds a code of an order and wants nothing else of it than its state."""
    own = {one.code for one in (*heard.context.orders, *heard.context.unrated)}
    strange = [code for code in heard.codes if code not in own]
    if strange:
        targets = tuple(Target(TargetKind.FOREIGN, code) for code in strange)
        intent = Intent.CANCEL if _cancels(heard) else Intent.STATUS
        return replace(heard.reading(intent), targets=targets)
    bare = heard.bare
    confirms = CONFIRM.match(bare) is not None
    if heard.codes and (not bare or confirms or STATUS_WORD.match(heard.text.strip(" ,，.。:：?"))):
        return _about(heard, Intent.CONFIRM_PHONE if confirms else Intent.STATUS)
    return None


def read_status(heard: Heard) -> Reading | None:
    """Asks how an order stands."""
    text = heard.text.strip(" .。!！,，:：")
    if ASKS_IF_CANCELLED.search(text) and not HOW_TO.search(text):
        return _about(heard, Intent.STATUS)
    if STATUS_WORD.match(text):
        return _about(heard, Intent.STATUS)
    if heard.context.orders and STATUS.search(text) and not _nobody(text):
        return _about(heard, Intent.STATUS)
    return None


def _nobody(text: str) -> bool:
    """Tells that nobody came, rather than asking when somebody will."""
    return bool(NOBODY.search(text) and WAITED.search(text))


def read_cancel(heard: Heard) -> Reading | None:
    """Cancels an order, keeps it, or neither."""
    context, text = heard.context, " ".join(heard.text.split())
    if context.draft is not None and not heard.codes and _gives_up(heard):
        target = Target(TargetKind.DRAFT, "")
        return replace(heard.reading(Intent.CANCEL), targets=(target,))
    if (
        KEEP.search(text)
        and not CANCEL.search(KEEP.sub(" ", text))
        and (context.orders or "cancel" in text or "取消" in text)
    ):
        return _about(heard, Intent.KEEP)
    if COMES_AGAIN.search(text) or CHANGED_TO.search(text) or re.search("取消(?:不|唔)", text):
        return None
    if not _cancels(heard) or not (context.orders or _says_cancel(heard)):
        return None
    strange = _strange_code(heard)
    if strange is not None:
        target = Target(TargetKind.FOREIGN, strange)
        return replace(heard.reading(Intent.CANCEL, Sureness.UNCLEAR), targets=(target,))
    reading = _about(heard, Intent.CANCEL, all_meant=ALL.search(text) is not None)
    # "酱油不要了" may mean one thing of the order and not the whole.
    picked = len(context.orders) > 1 and _pick(heard) is not None
    rest = CANCEL_FILLER.sub("", CANCEL.sub("", heard.bare))
    plain = (len(rest) < 2 or picked) and (SAID.search(text) is not None or "取消" in text)
    sure = plain and not asks(text) and not len(reading.targets) > 1
    if sure and reading.targets and not KEEP.search(text):
        return reading
    return replace(reading, sureness=Sureness.LIKELY, confirm=bool(reading.targets))


def _gives_up(heard: Heard) -> bool:
    """Whether the text wants no more of what is not ordered yet."""
    short = len(heard.bare) <= 2 * THING_ALONE and heard.named is None
    return short and _cancels(heard) and not KEEP.search(heard.text) and not asks(heard.text)


def _cancels(heard: Heard) -> bool:
    return CANCEL.search(heard.text) is not None and not ASKS_IF_CANCELLED.search(heard.text)


def _says_cancel(heard: Heard) -> bool:
    """Whether the word itself stands there, so that it is said of an order even without one."""
    short = len(heard.bare) <= THING_ALONE + 2
    return short and re.search("取消|退单|撤单|cancel|quxiao|qu xiao", heard.text) is not None


def _strange_code(heard: Heard) -> str | None:
    """What was meant as a code and is none of this phone: "取消 ZZZZZZ"."""
    known = {"cancel", "order", "please", "orders", "thanks", "medicine", "quxiao"}
    for word in re.findall(r"(?<![a-z0-9])[a-z0-9]{5,10}(?![a-z0-9])", heard.text):
        if word not in known and not word.isalpha() | word.isdigit() | bool(heard.codes):
            return str(word).upper()
        capitals = re.search(rf"\b{word.upper()}\b", heard.plain.written)
        if word not in known and word.isalpha() and capitals and len(heard.bare) <= 12:
            return str(word).upper()
    return None


def read_arrival(heard: Heard) -> Reading | None:
    """Nobody came, somebody came, or a complaint about a live order."""
    text = heard.text.strip(" .。!！~")
    if not heard.context.orders:
        return None
    if NOBODY.search(text) or (WAITED.search(text) and not asks(text)):
        return _about(heard, Intent.NOBODY_CAME)
    if CAME.search(text):
        return _about(heard, Intent.CAME)
    if COMPLAINS.search(text) and not asks(text):
        return _about(heard, Intent.COMPLAINT)
    return None


def read_note(heard: Heard) -> Reading | None:
    """Words for the volunteer, or anything else said while an order is live."""
    if not heard.context.orders:
        return None
    if NEEDS_PERSON.search(heard.text):
        return _about(heard, Intent.CHANGE_MIND)
    if CONFIRM.match(heard.bare):
        return _about(heard, Intent.CONFIRM_PHONE)
    if NOTE.search(heard.text) and not heard.is_question:
        reading = _about(heard, Intent.ADD_NOTE)
        return replace(reading, sureness=Sureness.LIKELY, slots=heard.slots)
    return None


def about_order(heard: Heard, intent: Intent) -> Reading:
    """A reading about the order that the text means, or alternatives to ask which."""
    return _about(heard, intent, all_meant=ALL.search(heard.text) is not None)


def _about(heard: Heard, intent: Intent, *, all_meant: bool = False) -> Reading:
    orders = heard.context.orders
    reading = heard.reading(intent)
    every = tuple(_target(one) for one in orders)
    named = tuple(_target(one) for one in orders if one.code in heard.codes)
    finished = heard.context.unrated
    if not named:
        named = tuple(
            Target(TargetKind.UNRATED, one.code) for one in finished if one.code in heard.codes
        )
    if named:
        return replace(reading, targets=named)
    reads_all = intent in (Intent.STATUS, Intent.THANKS, Intent.KEEP) and _pick(heard) is None
    if len(orders) <= 1 or all_meant or reads_all:
        return replace(reading, targets=every)
    picked = _pick(heard)
    if picked is not None:
        return replace(reading, targets=(_target(picked),))
    return replace(reading, alternatives=every)


def _pick(heard: Heard) -> KnownOrder | None:
    """The only order that position, kind or time in the text fits."""
    orders = heard.context.orders
    position = ordinal_in(heard.text, len(orders))
    if position is not None:
        return orders[position]
    kinds = {kind.code for kind in heard.kinds or heard.denied}
    same = [one for one in orders if one.category in kinds]
    if len(same) != 1 and heard.any_time is not None:
        same = [one for one in orders if overlap(heard.any_time, one.when)]
    return same[0] if len(same) == 1 else None


def _target(order: KnownOrder) -> Target:
    return Target(TargetKind.ORDER, order.code)
