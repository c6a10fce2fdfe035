"""Words about duty: check in, begin and end, which shifts, cannot come, swap, pause."""

import re
from dataclasses import replace

from app.conversation.context import Context, Target, TargetKind, overlap
from app.conversation.heard import Heard
from app.conversation.reading import Intent, Reading, Sureness
from app.conversation.speech import asks
from app.core.actor import RoleName

DUTY = r"(?:值班|当班|值守|轮值|值夜|班次|夜班|早班|晚班|白班|中班|上岗|duty|shifts?)"
MY_SHIFTS = re.compile(
    r"^(?:[这下本]周|今天|明天|[这本]个?月)(?:的)?(?:值班|班次|排班|班)(?:表|安排)?$|(?:今天|"
    r"明天|后天|今晚|明晚|这周|下周|周.)[^,，。]{0,4}值班(?:吗|么|[?])|"
    rf"(?:什么时候|几时|哪天|几点|几号|何时|哪些|下次|下一?[个班]|when)[^,，。]{{0,12}}{DUTY}|"
    rf"{DUTY}[^,，。]{{0,6}}(?:什么时候|几时|哪天|几点|几号|安排|时间|表)"
    rf"|^(?:查|看|查询|查看|我的?|我有)?(?:的)?(?:值班|班次|班表|排班|轮值)(?:表|安排|"
    rf"时间)?[?]?$|我(?:的|有)(?:什么|哪些|几个)?(?:值?班|班次)|排班表?$|^(?:my )?(?:shifts?|"
    rf"schedule|roster|duties)[?]?$"
)
SWAP = re.compile(
    rf"班[^,，。]{{0,3}}换|(?:替|顶|代)我(?:值|班|一下)|换班|调班|顶班|替班|代班|换个班|(?:和|跟|"
    rf"同)[^,，。]{{1,8}}换|(?:找|让|请|"
    rf"叫)[^,，。]{{0,6}}(?:替|顶|代)(?:我|一?下|班)|{DUTY}[^,，。]{{0,4}}换(?:一?下|人|到|成|"
    rf"个)|换(?:一?下)?{DUTY}"
    r"|\bswap\b|\bcover my shift\b|\btrade shifts?\b"
)
CANNOT = re.compile(
    rf"不(?:能|想)?(?:来|去)?[值上]班|请(?:个|天|一?下)?假|告假|休假|(?:值|上|到|去|来|"
    rf"当)(?:不|唔)(?:了|到|成)(?:班|岗)?|"
    rf"{DUTY}[^,，。]{{0,6}}(?:不行|不能|不了|来不|去不|没空|没时间|唔得|冇空|缺席)|(?:不能|"
    rf"没法|没办法|无法|唔可以|不想|不方便|没空)(?:来|去)?(?:值|上|当)"
    rf"|{DUTY} ?(?:退|取消)|(?:取消|退掉)[^,，。]{{0,4}}{DUTY}|生病|病了|\b(?:sick leave|"
    rf"day off|take leave|can't (?:do|make|work)|cannot (?:do|make|work)|call(?:ing)? in sick)\b"
)
NOT_YET = re.compile(
    r"(?:还没|没有?|未|尚未|忘了?|忘记|唔记得)[^,，。]{0,3}(?:签到|到岗|上班|下班|值班|交班|"
    r"打卡|上线|下线)|快(?:下班|上班)|not yet"
)
OFF_DUTY = re.compile(
    rf"下班|下线|下岗|签退|交班|收工|放工|离岗|(?:{DUTY})(?:已经|都)?(?:结束|完|完了|完毕|"
    rf"好了|到点)|结束{DUTY}|值完|班值完|交接(?:完|好)|\b(?:off duty|sign(?:ed|ing)? (?:off|"
    rf"out)|check(?:ed|ing)? out|clock(?:ed|ing)? out|shift (?:over|ended|done)|"
    rf"end (?:of )?shift)\b"
)
CHECK_IN = re.compile(
    r"^我?(?:来|到)(?:了|啦|咗)$|签到|到岗|打卡|报到|已在岗|在岗|就位|到位了|开岗|返到|"
    r"\b(?:check(?:ed|ing)?[ -]?in|"
    r"sign(?:ed|ing)? in|clock(?:ed|ing)? in|at my post|in position)\b"
)
ON_DUTY = re.compile(
    rf"^(?:我)?(?:要|来|去|开始|已经?|准备|现在)?(?:上班|上线|上岗|开工|返工|接班)(?:了|啦|"
    rf"咗)?$|开始{DUTY}|{DUTY}(?:开始|中)|\b(?:on duty|start(?:ing)? (?:my )?(?:shift|duty)|"
    rf"online)\b"
)
PAUSE = re.compile(
    r"^(?:先)?暂停(?:接单|派单|一下|服务|通知|几天)?|(?:休息|歇|停)(?:一?阵|几天|一?段时间|"
    r"一?下|\d+天|一周|两天|一?个月|一会)|(?:这|最近|近)(?:几天|段时间|周|个?月|"
    r"阵子?)[^,，。]{0,6}(?:别|不要|不用|唔好|没空|不能|不接|出差|不在|忙)"
    r"|(?:别|不要|唔好)(?:给我)?派单|不接单|停止派单|暂时(?:不|别|唔)|免打扰|\b(?:pause|"
    r"take a break|not this week|do not disturb|snooze)\b"
)
RESUME = re.compile(
    r"^(?:我)?(?:可以|能|又能|又可以|重新|继续|开始|恢复)(?:接单|派单|接任务|服务)(?:了|啦)?$|"
    r"(?:恢复|继续)(?:接单|派单)|回来了可以接|\b(?:resume|unpause|available again|back again)\b"
)
STEPS = (
    (Intent.MY_SHIFTS, MY_SHIFTS),
    (Intent.SWAP_DUTY, SWAP),
    (Intent.RESUME, RESUME),
    (Intent.CANNOT_DUTY, CANNOT),
    (Intent.OFF_DUTY, OFF_DUTY),
    (Intent.CHECK_IN, CHECK_IN),
    (Intent.ON_DUTY, ON_DUTY),
    (Intent.PAUSE, PAUSE),
)
# These are meant without a shift too; the others then only if somebody has one.
WITHOUT_SHIFT = (Intent.MY_SHIFTS, Intent.PAUSE, Intent.RESUME, Intent.SWAP_DUTY)
NAMES_DUTY = re.compile(rf"{DUTY}|班|假|岗|leave|sick|day off")
SHORT = 14


def read_duty(heard: Heard) -> Reading | None:
    """What a volunteer says about duty; None when the text says nothing about it."""
    context = heard.context
    if not _has_duty(context):
        return None
    text = heard.text.strip(" .。!！~")
    if NOT_YET.search(text):
        return heard.reading(Intent.NOT_YET, Sureness.LIKELY)
    for intent, pattern in STEPS:
        if pattern.search(text) and _counts(intent, heard, text):
            return _reading(heard, intent)
    return None


def _has_duty(context: Context) -> bool:
    return bool(
        context.shifts
        or context.duty_asks
        or context.on_duty
        or context.roles
        or context.asks
        or context.tasks
    )


def _counts(intent: Intent, heard: Heard, text: str) -> bool:
    """Whether these words are about duty here: to be at work may also decline an ask."""
    context = heard.context
    if intent is Intent.MY_SHIFTS:
        return "谁" not in text
    if asks(text):
        return False
    if intent in WITHOUT_SHIFT:
        return len(text) <= 2 * SHORT
    on_shift = bool(context.shifts or context.on_duty)
    about_ask = bool(context.asks) and intent in (Intent.CANNOT_DUTY, Intent.ON_DUTY)
    volunteer = RoleName.VOLUNTEER in context.roles and not context.tasks
    if intent is Intent.CANNOT_DUTY and not on_shift and not NAMES_DUTY.search(text):
        return False
    if intent is Intent.CHECK_IN and not on_shift and len(text) <= 3:
        # "到了" is said of a task too.
        return text in ("签到", "打卡", "报到", "到岗", "在岗", "就位")
    return (on_shift or volunteer) and not about_ask and len(text) <= 2 * SHORT


def _reading(heard: Heard, intent: Intent) -> Reading:
    shifts = heard.context.shifts
    said = heard.when
    if said is not None:
        shifts = tuple(one for one in shifts if overlap(said, one.when)) or shifts
    targets = tuple(Target(TargetKind.SHIFT, str(one.shift_id)) for one in shifts)
    likely = len(heard.bare) > SHORT or (said is not None and not shifts)
    reading = heard.reading(intent, Sureness.LIKELY if likely else Sureness.SURE)
    reading = replace(reading, slots=replace(reading.slots, when=said))
    whole = intent in (Intent.MY_SHIFTS, Intent.PAUSE, Intent.RESUME)
    if whole or len(targets) <= 1:
        return replace(reading, targets=targets if not whole else ())
    if intent in (Intent.CHECK_IN, Intent.ON_DUTY, Intent.OFF_DUTY):
        # The one that is on, or comes next.
        return replace(reading, targets=targets[:1])
    return replace(reading, alternatives=targets)
