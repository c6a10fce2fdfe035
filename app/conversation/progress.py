"""How an accepted task goes: on the way, arrived, finished, late, cannot come, nobody there."""

import re
from dataclasses import replace

from app.conversation.context import AcceptedTask, Context, QuestionKind, Target, TargetKind
from app.conversation.heard import Heard
from app.conversation.numbers import minutes_in, numbers_in, ordinal_in
from app.conversation.reading import Intent, Reading, Sureness
from app.conversation.speech import clauses
from app.core.actor import RoleName

ASKING = re.compile(
    r"[?吗么]|什么|怎么|哪|几点|多少|多久|谁|为什么|如何|啥|what|where|when|how|who|why"
)
MY_TASKS = re.compile(
    r"^还有(?:什么|别的|其他)?(?:任务|单)(?:吗|么|[?])?$|^(?:查看?|看看?|我的?|我有(?:什么|"
    r"哪些|几个)?|查询|有(?:什么|哪些|"
    r"几个)?)?(?:的)?(?:任务|待办|接的单|我的单|单子|接单记录)(?:列表|呢|有哪些|还有几个)?[?]?$"
    r"|^(?:my )?(?:tasks?|jobs?|assignments?|to ?do)(?: list)?[?]?$|几单$|我(?:还)?有(?:什么|哪些|"
    r"几个|几单)(?:任务|单)|我接了(?:什么|哪些|几个)"
)
# Perhaps, if, or said by somebody else: no step that one can rely on.
UNSURE = re.compile(
    r"如果|要是|假如|万一|不确定|不知道|不清楚|不晓得|好像|等我|等下|等会|待会|一会儿?再|"
    r"(?:老人|他|她|别人|人家|家属)说"
    r"|\b(?:if|maybe|perhaps|not sure|when i)\b"
)
# A step that is denied, is to come, or is only near.
NOT_YET = re.compile(
    r"(?<![很尽])(?:快|就要|即将|快要)(?:就)?(?:要)?(?:做|修|弄|办|搬|装|换|买|干|陪|通|"
    r"写)(?:好|完|成)|还差|[没未冇](?:有)?在(?:路上|门口|楼下)|(?:还没|还未|没有?|未|尚未|"
    r"仲未|未曾|冇|"
    r"还差)(?:有)?[^,，。!? ]{0,4}?(?:出发|动身|到|"
    r"完成|搞定|做完|办完|弄好|弄完|送到|买到|结束|走|出门|开始|好|做|搞掂)"
    r"|(?:快|就要|马上|即将|差不多|差一?点|快要)(?:就)?(?:完成|做完|好了|结束|搞定|弄好|办完)|"
    r"做到一半|进行中|还在(?:做|弄|修|办|买|等|排队)|正在(?:做|弄|修|办|买|排队)"
    r"|\b(?:not (?:yet|done|finished|there|arrived|left)|haven't|hasn't|almost done|"
    r"nearly done|still (?:working|here|at it))"
)
GIVE_BACK = re.compile(
    r"(?:去|来|到|做|办|赶|帮|弄|搞|过去|过来|完成|接|嚟)(?:唔|不)(?:了|成|到|上|及|切|来|掂)|"
    r"不(?:能|去|来|想|方便)(?:去|来|做|接|帮)?(?:了)?(?=$|[,，。! ])"
    r"|换(?:个|一?位)?(?:别)?人|让别人|找别人|改派|转给|退单|退掉|放弃|取消|有急事|临时有事|"
    r"突然有事|家里有事|有事去|走不开|赶不|出不|没法|没办法|无法|冇办法|去唔|唔得|"
    r"唔去|不干了|不做了|弄丢|\b(?:can't|cannot|can not|won't|unable)\b(?: (?:make it|come|go|"
    r"do))?|something came up|give (?:it )?back|drop (?:it|out)|find (?:someone|"
    r"somebody) else|cancel"
)
NOBODY_HOME = re.compile(
    r"(?:^|到了|来了)[ ,，]?(?:但是?)?没(?:有)?人(?:$|[ ,，。!！])|(?:没|不|唔|"
    r"冇)(?:人)?(?:应|开)门|敲不开|门铃[^,，。]{0,4}(?:没|冇|无)|(?:老人|人|他|她|"
    r"阿婆|阿伯|对方)(?:家)?(?:不在|唔喺)|"
    r"(?:没|冇|无|不见|没见)(?:有)?(?:人|"
    r"老人|在)(?:在家|开门|应门|应|答应|理|在|喺屋企|应声)|"
    r"(?:家里|屋里|屋企|房里|里面)(?:没|冇|无)(?:有)?人|不在家|唔喺屋企|(?:敲|"
    r"拍)(?:了)?(?:半天|很久|几次|好久)?门"
    r"[^,，。]{0,6}(?:没|冇|无|不)|敲门不(?:应|开)|没人开|无人应|冇人应|\b(?:nobody|no one|"
    r"noone|not) (?:is |was |at |answers? the )*(?:home|door|there)|no answer at the door|"
    r"doesn't open"
)
PHONE_UNANSWERED = re.compile(
    r"电话[^,，。]{0,6}(?:打不通|打唔通|不通|没人接|冇人听|冇人接|不接|没接|无人接|关机|空号|"
    r"停机|占线|打不进)|打(?:不|唔)通|(?:不|没|唔)(?:接|听)(?:我)?电话|没人接(?:听|电话)?|"
    r"冇人听|联系不(?:上|到)|联络唔到|关机|空号"
    r"|\b(?:doesn't|does not|not|no one|nobody|didn't) (?:pick(?:ing|s)? up|answer(?:ing|"
    r"s)?(?: the phone)?|reachable)|phone (?:is )?off|can't reach|cannot reach|unreachable"
)
UNDO = re.compile(
    r"(?:按|发|点|打|回|写|弄|搞|说|选)错(?!人)|撤销|撤回|收回|误(?:按|发|点)|手滑|说错|不算|"
    r"作废|\b(?:undo|by mistake|wrong (?:one|button|number)|oops|take (?:it|that) back|"
    r"my mistake)\b"
)
LATE = re.compile(
    r"(?:有点|好|很|路上[^,，。]{0,3})堵|(?:晚|迟|延迟|推迟|耽误|耽搁)(?:点|一点|一会儿?|些|"
    r"个|到|啲|了)*(?:\d|"
    r"[一二两三四五六七八九十半几])|迟到|晚点到|晚到|要晚|会晚|晚一?点|晚些|迟啲|迟点|堵车|"
    r"塞车|塞紧车|堵在|堵死|路上堵|车(?:子)?(?:坏|抛锚)|地铁(?:晚点|故障)"
    r"|来晚|慢一点|久等|耽搁|\b(?:late|delay(?:ed)?|stuck in traffic|traffic jam|running behind)\b"
)
LATE_BY = re.compile(
    r"(?:晚|迟|延迟|推迟|耽误)(?:个|到|点)?[^,，。!]{0,2}(?:\d|"
    r"[一二两三四五六七八九十半])[^,，。!]{0,3}"
    r"(?:分|小时|钟|刻)|late (?:by )?\d|\d+ ?(?:min|minutes) late"
)
FINISHED = re.compile(
    r"(?:完成|搞定|搞掂|干完|做完|办完|弄完|修完|搬完|送完|办妥|办好|做好|弄好|修好|搬好|送到|送达|"
    r"送去|送过去|送上门|交到|交给|结束|完事|完毕|完工|忙完|处理好|处理完|解决|安装好|装好|"
    r"换好|陪完|回来|安全到家|任务完成|ok了)"
    r"(?:了|啦|咗|嘞|$|[,，。! ])?|已(?:送|完|办|修|交)|(?:^|[,，。! ])完(?:了|啦|咗)|整好|做晒|"
    r"\b(?:done|finish(?:ed)?|complete[d]?|all set|delivered|job done|mission accomplished|over)\b|"
    r"wan cheng"
)
ARRIVED = re.compile(
    r"(?:^|[,，。! 我已经刚就人])到(?:了|啦|咗|达|位|楼下|门口|家|小区|了楼下|你|老人|现场|$)|"
    r"到达|抵达|已到|我到|到楼下|到门口|在(?:楼下|门口|门外|现场)(?:了|$)|到咗|到现场|到小区|"
    r"到地方|到老人家|到家门|敲门了"
    r"|\b(?:arrived|i'm here|im here|here now|at the door|downstairs now|reached|on site|"
    r"here)\b|dao le"
)
ON_THE_WAY = re.compile(
    r"在(?:地铁|公交|车|的士|出租车|高铁)(?:上|里)|出发|动身|在路上|路上|出门|这就去|马上去|"
    r"马上到|就到|快到|正(?:在)?(?:去|过去|赶)|"
    r"赶过去|赶过来|过去了|过去啦|过来了|在来|在去|上路|起身|启程|即刻到|就嚟|嚟紧|去紧|来了$|"
    r"^来啦|分钟(?:就)?(?:到|后到|能到|内到)|已经?走|骑车|坐上车"
    r"|\b(?:on (?:my|the) way|omw|coming|leaving now|heading (?:there|over)|set off|left home|"
    r"en route|be there (?:soon|in))\b|chu fa|zai lu shang"
)
# What did not work is no step: 找不到地方, 买不到药.
FAILED = re.compile(
    r"(?:找|买|看|见|拿|等|联系|赶|做|办|弄|修|送|搬|完成|处理|解决|进|上|开)(?:不|唔)"
    r"(?:到|了|完|好|成|掉|上|见|去|开)|[没未冇](?:有)?[^,，。! ]{0,3}(?:到|完|好|成)"
)
NEAR = re.compile("(?:快|就要|即将|快要)到")
NO_CANCEL = re.compile(r"取消(?:不|唔)了")
STEPS = (
    (Intent.UNDO, UNDO),
    (Intent.NOBODY_HOME, NOBODY_HOME),
    (Intent.PHONE_UNANSWERED, PHONE_UNANSWERED),
    (Intent.NOT_YET, NOT_YET),
    (Intent.LATE, LATE_BY),
    (Intent.GIVE_BACK, GIVE_BACK),
    (Intent.LATE, LATE),
)
MOVES = (Intent.ARRIVED, Intent.ON_THE_WAY)
OTHERS = re.compile(
    r"(?:但|可是|不过)?(?:老人|阿婆|阿伯|他|她|家属|大爷|大妈|奶奶|爷爷|女儿|儿子|医生|快递|救护车|"
    r"警察|对方|家人|邻居|the old|she|he)"
)
DONE = ((Intent.FINISHED, FINISHED), (Intent.ARRIVED, ARRIVED), (Intent.ON_THE_WAY, ON_THE_WAY))
# Longer words than these tell more than a step; a person reads them too.
SHORT = 16


def read_progress(heard: Heard) -> Reading | None:
    """A step or trouble of a task; None when the text tells of neither.

    Without a task the reading has no target: there is nothing to finish.
    """
    context = heard.context
    if not context.tasks and not _may_have_tasks(context):
        return None
    if MY_TASKS.search(heard.text.strip(" .。!！")):
        return heard.reading(Intent.MY_TASKS)
    if (
        ASKING.search(heard.text)
        or UNSURE.search(heard.text)
        or (heard.kinds and not context.tasks)
    ):
        return None
    intent = _intent(heard.text)
    if intent is None or (not context.tasks and not _says_a_step(intent, heard)):
        return None
    return _reading(heard, intent)


def _may_have_tasks(context: Context) -> bool:
    volunteer = RoleName.VOLUNTEER in context.roles
    return bool(volunteer or context.asks or context.past_asks) and not context.orders


def _says_a_step(intent: Intent, heard: Heard) -> bool:
    """Whether somebody without a task means one by these words, and not an answer."""
    steps = (Intent.FINISHED, Intent.ARRIVED, Intent.UNDO)
    going = intent is Intent.ON_THE_WAY and not heard.context.asks
    return (intent in steps or going) and len(heard.bare) <= SHORT


def _intent(text: str) -> Intent | None:
    text = NO_CANCEL.sub(" ", text)
    for intent, pattern in STEPS:
        if pattern.search(text):
            return intent
    done = FAILED.sub(" ", text)
    if NEAR.search(done) and not FINISHED.search(done):
        return Intent.ON_THE_WAY
    for intent, pattern in DONE:
        if pattern.search(done) and not (intent in MOVES and _of_others(pattern, done)):
            return intent
    return None


def _of_others(pattern: re.Pattern[str], text: str) -> bool:
    """Whether somebody else went or came in each clause that says so: 老人出门了."""
    said = [clause for clause in clauses(text) if pattern.search(clause)]
    return bool(said) and all(OTHERS.match(clause) for clause in said)


def _reading(heard: Heard, intent: Intent) -> Reading:
    targets, alternatives = _meant(heard, intent)
    several = sum(bool(pattern.search(heard.text)) for _, pattern in (*STEPS, *DONE)) > 1
    likely = several or len(heard.bare) > SHORT or len(clauses(heard.text)) > 2
    reading = heard.reading(intent, Sureness.LIKELY if likely else Sureness.SURE)
    slots = replace(
        reading.slots,
        minutes=minutes_in(heard.text) if intent in (Intent.LATE, Intent.ON_THE_WAY) else None,
        when=heard.when if intent is Intent.LATE else None,
    )
    return replace(reading, slots=slots, targets=targets, alternatives=alternatives)


def _meant(heard: Heard, intent: Intent) -> tuple[tuple[Target, ...], tuple[Target, ...]]:
    """The task that is meant; several to choose from when the text does not say which."""
    context = heard.context
    tasks = list(context.tasks)
    refs = numbers_in(heard.text, {one.number for one in tasks}).refs
    if refs:
        return tuple(_target(TargetKind.TASK, number) for number in refs), ()
    position = ordinal_in(heard.text, len(tasks))
    if position is not None:
        tasks = [tasks[position]]
    named = {kind.code for kind in heard.kinds}
    same = [one for one in tasks if one.category in named]
    tasks = same if len(same) == 1 else tasks
    asked_last = context.question is not None and context.question.kind is QuestionKind.ASK
    rivals = intent is Intent.GIVE_BACK and context.asks and not asked_last
    asks = [_target(TargetKind.ASK, one.number) for one in context.asks] if rivals else []
    found = tuple(asks) + tuple(_of_task(one) for one in tasks)
    return (found, ()) if len(found) <= 1 else ((), found)


def _of_task(task: AcceptedTask) -> Target:
    return _target(TargetKind.TASK, task.number)


def _target(kind: TargetKind, number: int) -> Target:
    return Target(kind, str(number))
