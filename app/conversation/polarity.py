"""Whether words say yes, no, later, perhaps or ask: the words of an answer, by class."""

from enum import StrEnum

from app.conversation.lexicon import Lexicon


class Says(StrEnum):
    """What a word of an answer says."""

    YES = "yes"
    NO = "no"
    # A reason not to come: no, unless something else is said.
    BUSY = "busy"
    LATER = "later"
    CONDITION = "condition"
    DOUBT = "doubt"
    QUESTION = "question"
    MISTAKE = "mistake"
    DELAY = "delay"
    ARRIVAL = "arrival"
    BUT = "but"
    FILLER = "filler"
    # Somebody else, who may be the one that comes.
    PERSON = "person"
    ALL = "all"


WORDS: dict[StrEnum, str] = {
    Says.YES: (
        "能值|可以值|能帮忙|可以帮忙|愿意|好|好的|好啊|好呀|好嘞|好滴|好吧|好哒|好的好的|行|"
        "行啊|行的|行吧|可以|可以的|可以啊|"
        "可|没问题|冇问题|没有问题|得|得啦|得嘅|"
        "得闲|有空|有时间|接单|接|接了|接受|接下了|"
        "去|"
        "能去|可以去|能来|可以来|去得了|去得|能到|能行|能值|可以值|"
        "能帮忙|能|能的|"
        "愿意|乐意|同意|答应|"
        "是|是的|对|对的|嗯|嗯嗯|恩|没错|正确|确认|确定|包在我身上|交给我|交给我吧|"
        "算我一个|报名|这就去|马上去|现在去|现在就去|"
        "马上过去|这就过去|马上来|过去|不忙|不累|"
        "冇问题啊|冇所谓|"
        "没事我去|妥|妥妥的|要得|阔以|没毛病|ok|okay|okey|okk|oke|k|yes|yeah|yep|yup|y|"
        "ya|sure|of course|i can|i will|i'll go|"
        "i can go|i will go|i'm in|count me in|on it|accept|accepted|i accept|agreed|agree|"
        "no problem|np|no worries|can do|will do|"
        "i'll take it|i'll do it|i'll come|i can come|alright|all right|fine|right|correct|"
        "confirm|absolutely|glad to|happy to|"
        "👍|👌|🙆|✅|✔|☑|hao|hao de|ke yi|keyi|xing|wo qu|mei wen ti|收到我去|好我去|安排|"
        "走起|没问题的|可以可以"
    ),
    Says.NO: (
        "不行|不去|不去了|我不去|不好|不可以|不能|不能去|不能来|我不能|不接|不接了|不了|不来|"
        "不来了|不想|不想去|不要|不太行|我不太行|不太方便|"
        "不方便|不便|不合适|不愿意|不同意|不值|不得|不得闲|不成|不中|不是|不对|不大行|"
        "不大方便|不太想|不太能|不参加|不确认|赶不回|赶不回去|回不去|回不来|去不了|来不了|"
        "去不到|来不到|"
        "接不了|接不到|到不了|做不了|办不了|值不了|赶不到|赶不过去|赶不上|赶不来|赶不及|"
        "帮不了|帮不上|走不开|抽不开身|脱不开身|走不掉|起不来|出不去|出不来|去不成|来不成|"
        "过不去|过不来|没空|没有空|没时间|没有时间|没法|没法去|没办法|没办法去|没得空|冇空|"
        "冇时间|冇得闲|唔得|唔去|唔得闲|唔可以|唔好|唔想|唔方便|唔去得|去唔到|去唔了|"
        "嚟唔到|嚟唔切|无法|无法前往|无法去|无暇|无空|拒绝|推辞|放弃|算了|算了吧|免了|pass|"
        "下次|下次吧|下回|下回吧|改天|改天吧|换人|换别人|换个人|找别人|找别人吧|"
        "另请高明|让别人|让别人去|给别人|请别人|别人去吧|你们找别人|问别人|别找我|爱莫能助|"
        "恕不|恕难|取消|退单|"
        "no|nope|nah|not|can't|cant|cannot|can not|can't go|can't come|cannot come|won't|wont|"
        "don't|unable|not able|not available|unavailable|"
        "decline|declined|reject|rejected|refuse|next time|another time|no can do|i can't|"
        "i cannot|not now|not today|not possible|impossible|"
        "👎|🙅|❌|✖|bu|bu xing|bu qu|qu bu liao|mei kong|bu hao|bu keyi|no way|not free|"
        "i'm not|never"
    ),
    Says.BUSY: (
        "我在外地|在外面|在外地|人在外地|不在深圳|不在家|不在本地|不在|我不在|出差|出差了|出门了|"
        "在上班|在上班呢|上班中|上班|我在上班|要上班|得上班|加班|要加班|值班|在值班|上课|在上课|"
        "开会|在开会|要开会|有会|有事|我有事|有急事|临时有事|有点事|家里有事|有约|有约了|"
        "有安排|有安排了|在忙|正忙|忙|很忙|太忙|好忙|忙着|忙着呢|没下班|生病|病了|感冒|发烧|"
        "不舒服|住院|"
        "在医院|受伤|脚扭了|腰疼|腿疼|带孩子|带小孩|带娃|接孩子|送孩子|接小孩|看孩子|照顾孩子|"
        "照顾老人|做饭|在做饭|睡觉|睡了|休息了|已经睡了|在睡觉|回老家|回老家了|老家|度假|旅游|"
        "在旅游|"
        "在路上开车|开车|在开车|太远|太远了|有点远|好远|好累|太累|太累了|累了|远|喝酒了|"
        "喝了酒|隔离|车坏了|没车|"
        "手上有事|手头有事|走不动|返工|返紧工|喺外地|对不起|不好意思|抱歉|遗憾|可惜|"
        "sorry|busy|at work|working|out of town|away|sick|ill|in a meeting|too far|traveling|"
        "travelling|on leave|driving"
    ),
    Says.LATER: (
        "晚点|晚一点|晚些|晚些时候|迟点|迟一点|迟些|晏啲|过会|过会儿|过一会|过一会儿|等会|"
        "等会儿|等一会|等一会儿|等下|等一下|等等|待会|待会儿|一会|一会儿|稍后|稍等|迟啲|阵间|"
        "明天|明日|听日|后天|后日|大后天|明早|明晚|今晚|晚上|下午|中午|傍晚|夜晚|周末|下周|"
        "下星期|下个月|下班后|下班以后|下班再|下班|放学后|饭后|吃完饭|之后|以后|后可以|后才|"
        "才能|才可以|才行|才有空|"
        "再过|改时间|换个时间|另约|later|tomorrow|tonight|this evening|this afternoon|"
        "after work|afterwards|next week|in the evening|"
        "in the afternoon|weekend|soon as"
    ),
    Says.CONDITION: (
        "如果|要是|假如|若是|若|倘若|万一|除非|只要|的话|没人去|没人接|没人的话|没有人去|"
        "没人再|实在没人|冇人去|没别人|找不到人|别人不去|他不去|没有别人|凑不齐|缺人再|缺人的话|"
        "if|unless|only if|as long as|provided|when nobody|if nobody|in case"
    ),
    Says.DOUBT: (
        "可能|也许|或许|大概|说不定|不一定|未必|不确定|不清楚|不知道|不晓得|不好说|难说|"
        "说不准|没准|估计|应该|好像|看情况|看看|看一看|看下|到时候|到时|再说|再看|要看|得看|"
        "要问|问问|问一下|问下|"
        "考虑|考虑一下|想想|想一想|商量|商量一下|尽量|争取|试试|试一下|勉强|也行|怕|恐怕|担心|"
        "犹豫|纠结|唔知|唔一定|唔肯定|睇下|睇情况|睇吓|未必得|差不多|"
        "maybe|perhaps|probably|possibly|might|not sure|depends|i guess|i think|try|i'll try|"
        "let me see|let me check|not certain|"
        "don't know|unsure|should be|hopefully|不是不|不能不|不得不|不去不行|没说不|没有说不|"
        "不是说不|也不是不行|又不是不|行不行|去不去|能不能|可不可以|好不好|得唔得|可唔可以|"
        "是不是|要不要|方不方便|"
        "有没有空|接不接|来不来|会不会|有没有|好唔好|去唔去|或者|还是|要么"
    ),
    Says.QUESTION: (
        "?|吗|么|呢|什么|甚么|哪里|哪儿|哪|几点|几时|多少|多久|多远|谁|怎么|为什么|为何|啥|咩|"
        "边度|点解|点样|多大|几个|几多|几岁|多重|几楼|"
        "what|where|when|who|how|why|which"
    ),
    Says.MISTAKE: (
        "撤回|撤销|收回|作废|不算|按错|按错了|打错|打错了|点错|点错了|发错|发错了|写错|写错了|"
        "搞错|搞错了|弄错|弄错了|"
        "回错|回错了|错了|看错|看错了|by mistake|mistake|"
        "wrong|oops|typo|not meant|误按|误发|手滑"
    ),
    Says.BUT: "但|但是|不过|可是|可惜|只是|就是|而|却|but|however|though|although|except",
    Says.ALL: (
        "都|全|全部|全都|两个都|两单都|两个|两单|三个都|两边都|一起|统统|both|all|all of them|"
        "either|neither|哪个都"
    ),
    Says.PERSON: (
        "志愿者|老师|同志|师傅|领导|老人家|老人|她|他|给她|帮她|帮他|老婆|老公|儿子|女儿|老伴|"
        "朋友|同事|邻居|别人|人家|有人|小王|老王|大家|你去|你们去|他去|她去|谁去|我是|这是|那是|要"
    ),
    Says.FILLER: (
        "谢谢|多谢|感谢|谢谢你|谢谢您|谢谢你们|辛苦|辛苦了|你好|您好|喂|哈喽|"
        "放心|请放心|不客气|不用谢|没事|没关系|不要紧|别客气|唔紧要|唔使客气|别担心|"
        "不用担心|"
        "不用急|别急|不着急|不见不散|不远|很近|我家近|就在附近|在附近|在楼下|附近|离我近|"
        "我就在|顺路|知道了|知|明白|了解|收到了|"
        "这个|这单|那个|那单|该单|这|那|单|号|编号|回复|回|请|选|按|答|输入|收到|我|咱|俺|"
        "我们|吧|啊|呀|哦|喔|噢|"
        "嘛|哈|哈哈|啦|了|的|嘅|嘞|哒|咯|呵呵|嘻嘻|先|就|也|还|很|太|真|现在|马上|立刻|这就|尽快|"
        "今天|今日|这次|这回|今次|回您|亲|😊|😄|🙏|🌹|❤|💪|😀|"
        "☺|😂|thanks|thank you|thx|thank|hello|hi|please|the|it|this|one|i|i'm|am|"
        "go|come|to|for|now|today|then|there|you|your|be|at|right now|right away|a|and|me|can|help"
    ),
}
PATTERNS: dict[StrEnum, str] = {
    # No clean yes and no clean no: 不是我不去, 没有不去.
    Says.DOUBT: (
        r"(?:不是|没有|没说|谁说|并非|不能|不会)(?:我|说|我说|要)?(?:不|没)(?:去|来|接|能|想|行)?"
    ),
    # 晚20分钟, 迟到半小时: a delay of the volunteer.
    Says.DELAY: (
        r"(?:要|会|可能会?)?(?:晚到?|迟到?|延迟|推迟|晚个|late by|"
        r"late)[^\d一二两三四五六七八九十半]{0,2}"
        r"(?:\d{1,3}|[一二两三四五六七八九十半]+)个?(?:多)?(?:分钟?|小时|钟头|刻钟|minutes?|"
        r"mins?|hours?)"
        r"|\d{1,3} ?(?:minutes?|mins?) late"
    ),
    # 10分钟到: comes now.
    Says.ARRIVAL: (
        r"(?:大概|大约|约|还有|再过|再)?(?:\d{1,2}|"
        r"[一二两三四五六七八九十半]{1,3})(?:多)?(?:个)?(?:分钟|分|刻钟|mins?|minutes?)"
        r"(?:左右)?(?:之?内|以?后|就|能|可以)*(?:到|赶到|过来|过去|到达|出发|出门)(?:你那|"
        r"那里|那边|楼下)?"
        r"|(?:马上|即刻|很快|快|这就|现在)(?:就)?(?:到|出发|过来|过去)|in \d{1,2} ?(?:min|"
        r"minutes?|mins)\b(?= *$)"
        r"|be there in \d{1,2} ?\w*|on my way|omw"
    ),
    Says.LATER: (
        r"(?:\d{1,2}|[一二两三四五六七八九十半]{1,3})(?:个)?(?:多|半)?(?:小时|钟头|分钟|天|"
        r"点半?|点钟|日)(?:之|以)?后"
        r"|(?:\d{1,2}|[一二两三四五六七八九十]{1,3})(?:[:：]\d\d|点半?|点钟)(?:之|以)?(?:后|"
        r"前|才|再)?"
        r"|in (?:an?|\d{1,2}|two|three|half an) ?(?:hours?|days?|minutes?|mins?)|"
        r"after \d{1,2} ?(?:am|pm|o'clock)?"
        r"|at \d{1,2} ?(?:am|pm)|\d{1,2} ?(?:am|pm)\b|\d{1,2}[号日](?!单)|"
        r"周[一二三四五六日天]|星期[一二三四五六日天]"
    ),
    Says.YES: r"我(?:来|值|嚟)(?![不唔自得过看问说])(?:吧|啦|呀)?|我去"
    r"(?!不|年|过|世|了|趟|接|看|医|上|开|买|问|不|外|出|国|旅|吃|厕)(?:吧|啦|呀|啊|"
    r"一趟)?",
    Says.NO: r"[a-z]+n't\b",
}

ANSWERS = Lexicon(
    WORDS,
    PATTERNS,
)
# Any of these in words that are not known otherwise may turn a yes round.
NEGATION = "不没别未无甭冇唔非否莫勿休难拒退消"
