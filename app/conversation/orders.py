"""A wish for help: an order needs a request, or the terse form of kind, place and time."""

import re
from dataclasses import replace

from app.conversation.context import Draft, KnownOrder, Target, TargetKind
from app.conversation.heard import MARKS, Heard
from app.conversation.kinds import Kind, Strength
from app.conversation.reading import Intent, Missing, Reading, Slots, Sureness
from app.conversation.speech import (
    DENIAL,
    HYPOTHETIC,
    OTHERS,
    PAST,
    POLITE,
    THANKS_FOR,
    TOLD,
    asks,
    clauses,
)

# Asks somebody else to do something.
REQUEST = re.compile(
    r"想有(?:个)?人|有人(?:能|来|陪|上门)|[找搵揾叫派](?:个|一?[位名])?(?:人|志愿者|义工)|"
    r"帮(?:我|忙|下|一下|帮|手|个忙|助|人|妈|爸|老|奶|爷|她|他|佢|阿|邻居|家|孩|取|买|送|拿|"
    r"搬|修|办|推|带|代)"
    r"|请(?:个|一?位|人|来|派|安排|志愿|你们|您|帮|给)|(?:想|要|能|可以)请(?=个|人|一|你们|您|"
    r"志愿|师傅|帮)|[找搵揾](?:个|一?位)?人|(?:要|"
    r"需要|想要|求)(?:个|一?[个位]|有)?"
    r"(?:人|志愿者|义工|帮手)|需要(?:帮|有人|代|买|送|修|陪|取|搬|推|办)|求助|(?:^|"
    r"[ ,，。想就])麻烦(?!了|死|的|$)|劳烦|唔该|"
    r"派(?:个|人|一?位|志愿)"
    r"|(?<!没)来(?:个|一?[个位])?(?:人|志愿者)(?!了|往|说)|代我|替我|给我(?:买|送|带|修|拿|取|"
    r"找|弄|"
    r"派|代)|教(?:一?下|我|我妈|我爸|老人|教)"
    r"|陪我|陪(?:老人|我妈|我爸|奶奶|爷爷)去"
    r"|\b(?:please|pls|plz|help (?:me|my|us)|need (?:help|some|someone|somebody|a volunteer|"
    r"volunteer)|"
    r"(?:can|could|would) (?:you|someone|somebody|anyone)|looking for (?:someone|a|help)|"
    r"send (?:someone|somebody)|"
    r"bang (?:wo|mang)|qing ren)\b"
)
# Says what oneself wants.
WISH = re.compile(
    r"我(?:们)?(?:想|要|需要)|想要|需要|要(?=买|送|修|搬|取|办|换|陪|推|代)|想(?=买|学|请|搬|"
    r"修|取)|"
    r"\b(?:i (?:want|need|would like)|i'd like|needs?|wants?|wo (?:yao|xiang))\b"
)
# Words about a kind of help that was or is talked of: 买药的志愿者, 买药要钱.
TALKED_OF = re.compile(
    r"^(?:[就才又]|的(?!话)(?:志愿|人|那|事|钱|单|小|姑娘|阿姨|叔|时候|地方|怎么|师傅|还没|"
    r"什么|到|价|"
    r"路|不)|要钱|贵|便宜|收费|多少|花了"
    r"|去(?:了|啦)|回来|来了|呢$|真|太|好(?:难|贵|多|累|烦|吃|玩)|比|没(?!有?人)|不(?!会|懂|"
    r"动|亮|上|了))"
)
FILLER = re.compile(
    r"[嗯啊呀吧呢哦喔额呃哈啦咯嘛的了我你您]|那个|这个|就是|请问|你好|您好|谢谢|多谢|感谢|"
    r"麻烦|唔该|行不行|好不好|好吗|可以吗|行吗"
    r"|可不可以|能不能|可否|能否|可唔可以|想|要|家|住|在|一下|点单|下单|帮忙|帮我|hello|hi|"
    r"thanks?|thank you|please|i|at|in|on|to|for|my|the"
    r"|需要|到|去|人|个|急|尽快|马上|现在|快|!|地址|电话|时间|前|之前|以后|之后"
)
# An action that is over or goes on: 买菜去了, 送饭来了.
ENDED = re.compile(r"(?<![不没要])(?:了|啦|咗|喇|过|着|中)$")
LAUGHS = re.compile(r"哈哈|呵呵|嘻嘻|呜呜|嘿嘿|笑死|气死|累死|烦死|lol|haha|[😂🤣]")
PHONE_NUMBER = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
# A category's own word of so many characters leaves no doubt: 通下水道, not 修.
PRECISE = 3
# So many other characters may stand in a terse order.
TERSE = 6
TERSE_WITHOUT_PLACE = 1
ASKED_WITHOUT_PLACE = 14
HELP_ONLY = 4
# A story longer than this, with a place of the gazetteer or one that only looks like an address,
# is no order: reviews of hotels have buildings and deliveries too.
STORY = 80
ADDRESS_STORY = 30


def read_order(heard: Heard) -> Reading | None:
    """An order for help; None when the text wishes for none."""
    if _is_talk(heard):
        return None
    kind = _wanted_kind(heard)
    named = heard.named
    if kind is None:
        wishes = named is not None and named.sure and _asked(heard)
        return _order(heard, None, Sureness.LIKELY) if wishes else None
    if named is not None:
        sureness = _with_place(heard, kind, sure=named.sure)
    else:
        sureness = Sureness.LIKELY if _without_place(heard, kind) else None
    return _order(heard, kind, sureness) if sureness else None


def _with_place(heard: Heard, kind: Kind, *, sure: bool) -> Sureness | None:
    """How sure a kind with a place is an order; None when it is none."""
    asked, rest = _asked(heard), len(_rest(heard))
    if kind.strength >= Strength.NEED:
        known = heard.named is not None and bool(heard.named.place_ids)
        room = STORY if known else ADDRESS_STORY if sure else ASKED_WITHOUT_PLACE
        if rest > (2 * room if asked else room):
            return None
        return Sureness.SURE if sure else Sureness.LIKELY
    if sure and (asked or WISH.search(heard.body) or rest <= TERSE):
        told = kind.own and kind.end - kind.start >= PRECISE
        return Sureness.SURE if heard.when or told else Sureness.LIKELY
    return Sureness.LIKELY if asked and rest <= ASKED_WITHOUT_PLACE else None


def _without_place(heard: Heard, kind: Kind) -> bool:
    """Whether a kind without a place is an order: with a request, or with next to nothing else."""
    rest = len(_rest(heard))
    if _asked(heard):
        return rest <= (TERSE if kind.strength < Strength.NEED else ASKED_WITHOUT_PLACE)
    if kind.strength == Strength.NEED:
        clause = _clause_of(heard.body, kind)
        alone = MARKS.sub("", FILLER.sub("", clause.replace(_word(heard, kind), "")))
        return rest <= TERSE and len(alone) <= 1
    if kind.strength < Strength.NEED:
        return False
    return rest <= (TERSE if WISH.search(heard.body) else TERSE_WITHOUT_PLACE)


def _word(heard: Heard, kind: Kind) -> str:
    return heard.body[kind.start : kind.end]


def read_wants_help(heard: Heard) -> Reading | None:
    """Help is wanted, and nothing says which."""
    if REQUEST.search(heard.body) is None or _is_talk(heard) or heard.kinds:
        return None
    if len(_rest(heard)) > HELP_ONLY:
        return None
    reading = heard.reading(Intent.WANTS_HELP, Sureness.LIKELY)
    return replace(reading, slots=heard.slots, missing=(Missing.CATEGORY,))


def read_fragment(heard: Heard) -> Reading | None:
    """A place, a time or a kind alone; with a dialogue open it completes that."""
    slots, draft = heard.slots, heard.context.draft
    where_or_when = slots.address or slots.when
    if not (where_or_when or slots.category) or heard.is_question:
        return None
    if draft is not None:
        kind = _wanted_kind(heard)
        if kind and draft.category and kind.strength < Strength.NEED:
            kind = None
        room = ASKED_WITHOUT_PLACE if where_or_when else TERSE_WITHOUT_PLACE
        fits = len(_rest(heard)) <= room and (where_or_when or kind)
        return _order(heard, kind, Sureness.SURE) if fits else None
    if len(_rest(heard)) > 0:
        return None
    if not slots.address and not slots.when:
        return None
    reading = heard.reading(Intent.FRAGMENT, Sureness.UNCLEAR)
    return replace(reading, slots=slots, missing=_missing(slots))


def _order(heard: Heard, kind: Kind | None, sureness: Sureness) -> Reading:
    draft = heard.context.draft or Draft()
    slots = heard.slots
    category = kind.code if kind else draft.category
    slots = replace(
        slots,
        category=category,
        when=slots.when or draft.when,
        place_ids=slots.place_ids if slots.address else draft.place_ids,
        address=slots.address or draft.address,
        soon=slots.soon or draft.soon,
        urgent=slots.urgent or draft.urgent,
        thing=draft.thing,
    )
    known = _same_kind(heard, slots)
    also = _rivals(heard, kind)
    same = known is not None and (slots.when is None or known.when in (None, slots.when))
    reading = Reading(
        Intent.SAME_ORDER if same else Intent.ORDER,
        slots=slots,
        targets=(Target(TargetKind.ORDER, known.code),) if known else (),
        alternatives=also,
        missing=_missing(slots),
        sureness=sureness,
        confirm=sureness is not Sureness.SURE or bool(also) or (known is not None and not same),
        note=heard.plain.written,
        language=heard.plain.language,
    )
    return reading


def _same_kind(heard: Heard, slots: Slots) -> KnownOrder | None:
    """The live order that this one repeats or changes."""
    if AGAIN.search(heard.body) or slots.category is None:
        return None
    same = [one for one in heard.context.orders if one.category == slots.category]
    return same[0] if same else None


AGAIN = re.compile(
    r"还要|再(?:买|送|来|取|修|要|帮|订|约|点)|另外|又要|多一?单|第二单|another|again|also|"
    r"one more"
)


def _rivals(heard: Heard, kind: Kind | None) -> tuple[Target, ...]:
    """Kinds of help that the text names as surely as the one that was chosen."""
    if kind is None or kind.strength < Strength.NEED:
        return ()
    named = [one.code for one in heard.kinds if one.strength == kind.strength]
    equal = tuple(dict.fromkeys(named))
    return tuple(Target(TargetKind.CATEGORY, code) for code in equal) if len(equal) > 1 else ()


def _missing(slots: Slots) -> tuple[Missing, ...]:
    lacks = {
        Missing.CATEGORY: slots.category is None,
        Missing.PLACE: not slots.address,
        Missing.WHEN: slots.when is None and not (slots.soon or slots.urgent),
    }
    return tuple(name for name, lacking in lacks.items() if lacking)


def _is_talk(heard: Heard) -> bool:
    """Whether the whole text is about something else than a wish for help."""
    body = heard.body
    if THANKS_FOR.search(body) and not heard.named:
        return True
    if heard.named is not None and heard.named.sure:
        return False
    return any(one.search(body) for one in (HYPOTHETIC, OTHERS, TOLD, LAUGHS))


def _wanted_kind(heard: Heard) -> Kind | None:
    """The surest kind of a clause that wishes: no question, past, denial or thanks."""
    for kind in heard.kinds:
        clause = _clause_of(heard.body, kind)
        after = heard.body[kind.end :]
        if TALKED_OF.match(after) or _is_no_wish(heard, clause, kind):
            continue
        return kind
    return None


def _clause_of(body: str, kind: Kind) -> str:
    """The clause that holds a kind, by position."""
    word = body[kind.start : kind.end]
    for clause in clauses(body):
        if word in clause:
            return clause
    return word


def _is_no_wish(heard: Heard, clause: str, kind: Kind) -> bool:
    if asks(clause) or THANKS_FOR.search(clause):
        return True
    if kind.strength == Strength.NEED:
        return False
    told = kind.strength == Strength.ACTION and ENDED.search(clause) and not REQUEST.search(clause)
    sure = heard.named is not None and heard.named.sure
    placed = sure and (_asked(heard) or heard.when is not None)
    others = OTHERS.search(clause) and not placed
    return bool(told or others or PAST.search(clause) or _denies(clause))


def _denies(clause: str) -> bool:
    """Whether the whole clause denies; "我要买药不要买菜" denies only what follows."""
    found = DENIAL.search(clause)
    return found is not None and found.start() <= 2


def _asked(heard: Heard) -> bool:
    """Whether somebody is asked to help."""
    return any(
        REQUEST.search(one)
        and not (DENIAL.search(one) or PAST.search(one) or THANKS_FOR.search(one))
        for one in heard.clauses
    )


def _rest(heard: Heard) -> str:
    """What is left when kind, time, request and polite words are taken away."""
    text = heard.timeless
    for kind in heard.kinds:
        text = text.replace(heard.body[kind.start : kind.end], " ")
    for pattern in (POLITE, REQUEST, WISH, PHONE_NUMBER, FILLER, MARKS):
        text = pattern.sub("", text)
    return text
