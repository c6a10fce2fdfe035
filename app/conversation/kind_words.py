"""How people say what they need, beside the words that a category lists.

A group counts for each category one of whose words contains its `seed`. Actions say what to do,
needs what is wrong, nouns only name the subject. Cantonese, English, pinyin and common typing
errors stand beside Mandarin. Patterns are for text in plain form.
"""

import re
from dataclasses import dataclass

# A count, a measure or whom it is for may stand between a verb and what it is about.
FEW = r"[^,，。!?不没 ]{0,6}?"
COUNT = (
    r"(?: ?(?:\d{1,3}|[一二两三四五六七八九十几]) ?(?:斤|公斤|千克|kg|袋|瓶|盒|包|箱|桶|个|把|"
    r"条|块|打|份))?"
)


@dataclass(frozen=True, slots=True)
class Group:
    """Expressions of one kind of help."""

    seed: re.Pattern[str]
    actions: tuple[str, ...]
    needs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()


GROCERIES = (
    "(?:菜|米|大米|面条|面粉|挂面|油|食盐|盐|酱油|醋|鸡蛋|蛋|牛奶|奶粉|水果|苹果|香蕉|肉|鱼|"
    "豆腐|面包|馒头|日用品|生活用品"
    "|卫生纸|纸巾|尿不湿|纸尿裤|尿布|东西|餸|𩠌|生果|洗衣粉|矿泉水|电池|青菜|土豆|粮食|食物|吃的)"
)
FIXTURES = (
    "(?:水管|水喉|灯胆|门铃|灯泡|灯管|电灯|灯|水龙头|龙头|马桶|厕所|下水道|下水|地漏|门锁|锁|"
    "房门|大门|门|"
    "窗户|窗|插座|开关|电路|电线"
    "|热水器|空调|洗衣机|风扇|冰箱|电视机?|水槽|洗手盆|花洒|水表|燃气灶|煤气灶|抽油烟机|纱窗|"
    "家电|电器|柜门|椅子|凳子|桌子|床)"
)
DEVICES = (
    "(?:手机|微信|支付宝|健康码|扫码|二维码|视频通话|视频|智能机|小程序|抖音|医保码|电子社保|"
    "网上挂号|预约挂号|挂号|打车软件|网约车"
    "|wifi|app)"
)
PAPERS = (
    "(?:手续|材料|社保卡?|医保卡?|居住证|护照|驾照|身份证|证明|老年证|老年卡|残疾证|水电费|"
    "电费|水费|"
    "煤气费|燃气费|话费|表格|退休|养老金"
    "|证件|银行卡|公交卡|户口)"
)
HEAVY = (
    "(?:家具|柜子?|衣柜|沙发|床垫?|桌子?|椅子?|冰箱|洗衣机|电视|箱子?|大米|米|行李|东西|嘢|"
    "重物|上楼|下楼|楼上|楼下|快递|包裹"
    "|煤气罐|书|水|货)"
)

GROUPS: tuple[Group, ...] = (
    Group(
        seed=re.compile("药|medicine|pharmacy"),
        actions=(
            f"(?:代?买|取|拿|攞|配|开|抓|送|带|捎|购|补|执){FEW}药(?!店|房|监)",
            r"(?<![\u4e00-\u9fff])(?:买[要约葯]|[取送拿]约)(?![\u4e00-\u9fff])|卖药(?=[ ,，]|"
            r"$)|买耀(?=[ ,，]|$)",
            r"\b(?:mai|na|qu|pei|song) ?yao\b",
            r"\b(?:buy|get|fetch|pick up|collect|deliver|bring|needs?|wants?)\b[^,.!?]{0,24}"
            r"\b(?:medicines?|meds|medication|pills|tablets|prescription|insulin)\b",
        ),
        needs=(
            "(?:没|冇|无|缺|断|没有|快没)(?:食|吃)?药(?!店|房)",
            "药(?:片|品)?(?:都|也|快|又|已经|就快)*(?:没了|没有了|吃完|用完|食完|食晒|完了|"
            "不够|冇晒|断了|见底)",
            r"\b(?:out of|no more|ran out of|no) (?:my )?(?:medicine|meds|medication|pills)\b",
        ),
        nouns=("药(?!店|房|监)", "胰岛素", r"\bmedications?\b", r"\bpills\b", r"\bprescription\b"),
    ),
    Group(
        seed=re.compile("买菜|买米|食材|杂货|grocer|shopping"),
        actions=(
            f"(?:代?买|送|带|捎|购|采购|订)(?:点|些|一?点|啲)?{COUNT}{FEW}{GROCERIES}",
            r"(?<![\u4e00-\u9fff])(?:买采|卖菜|买才|买莱)(?=[ ,，]|$)",
            r"\bmai ?(?:cai|mi|dong ?xi|shui ?guo)\b",
            r"\b(?:buy|get|fetch|pick up|bring|needs?|wants?|order)\b[^,.!?]{0,24}"
            r"\b(?:groceries|vegetables|veggies|rice|milk|eggs|bread|fruit|cooking oil|food)\b",
            r"\bgrocery (?:run|shopping)\b",
        ),
        needs=(
            "(?:没|冇|没有)(?:米|菜|油|盐)(?:了|吃|食|下锅|煮|$)",
            "(?:米|菜|油|盐|鸡蛋|牛奶)(?:都|也|快|又|已经)*(?:没了|没有了|吃完|用完|食晒|冇晒)",
        ),
        nouns=(r"\bgroceries\b", "菜市场"),
    ),
    Group(
        seed=re.compile("送餐|送饭|餐|meal"),
        actions=(
            "(?:送|订|打|叫|点|带|要)(?:一?[份个顿]|两份|点|个)?(?:午|晚|早|盒|热|中)?(?:餐|"
            "饭)(?!厅|馆|店|桌)",
            r"\bsong ?(?:can|fan)\b|\bding ?can\b",
            r"\b(?:bring|deliver|send|need|order)\b[^,.!?]{0,20}\b(?:meals?|lunch|dinner|"
            r"breakfast)\b",
        ),
        needs=("没饭吃|冇饭食|没法做饭|做不了饭|煮唔到饭|不能做饭|没人做饭|冇人煮饭",),
        nouns=(r"\bmeal delivery\b", "盒饭", r"\bmeals?\b", "长者饭堂"),
    ),
    Group(
        seed=re.compile("陪诊|就医|看病|医院|escort"),
        actions=(
            f"陪{FEW}(?:医院|看病|就医|就诊|看医生|睇医生|检查|复查|复诊|体检|拔牙|透析|打针|"
            f"化疗|抽血|社康|诊所|手术|看牙)",
            f"(?:送|带|扶|接){FEW}(?:去|上|到)(?:医院|看病|看医生|睇医生|社康|诊所|复查|复诊)",
            r"陪诊|\bpei ?zhen\b|\bpei [a-z ]{0,8}yi ?yuan\b",
            r"\b(?:take|accompany|escort|go with|come with|drive|bring)\b[^,.!?]{0,24}"
            r"\b(?:hospital|clinic|doctor|dentist|check ?up)\b",
        ),
        nouns=(
            "医院",
            "拔牙",
            "透析",
            "化疗",
            "看牙",
            "做检查",
            "看病",
            "复查",
            "复诊",
            "体检",
            "睇医生",
            r"\bhospital\b",
            r"\bclinic\b",
        ),
    ),
    Group(
        seed=re.compile("修|repair"),
        actions=(
            f"(?:修理?|换|装|安装|维修|疏通|通|检修|更换|整|补){FEW}{FIXTURES}",
            r"(?<![\u4e00-\u9fff])修(?:水电|电|理)|\bxiu ?(?:shui ?guan|deng|suo|men|"
            r"shui ?long ?tou)\b",
            r"\b(?:fix|repair|replace|change|unclog|unblock|install)\b[^,.!?]{0,24}"
            r"\b(?:pipes?|taps?|faucet|lights?|bulbs?|lamp|lock|toilet|door|window|socket|"
            r"sink|drain)\b",
        ),
        needs=(
            "(?:灯泡|灯管|电灯|灯|水管|水龙头|龙头|马桶|下水道|门锁|锁|插座|开关|水箱|厕所|"
            "热水器|洗手盆|水槽|地漏|花洒|窗户?)"
            "[^,，。!? ]{0,4}(?:坏|漏|堵|塞住|断了|不亮|唔着|掉了|爆|裂|松了|关不上|关不紧|"
            "打不开|滴水)",
            "(?<![\u4e00-\u9fff])漏水|(?:家里?|屋企|厨房|厕所|天花板?|"
            "屋顶)[^,，。!? ]{0,3}(?:漏水|跳闸|停电|没电(?!梯|视)|堵了)",
            r"\b(?:bulb|light|lamp|tap|faucet|pipe|toilet|lock|sink|drain)\b[^,.!?]{0,14}"
            r"\b(?:broken|broke|leaks?|leaking|blocked|clogged|stuck|dripping|not working)\b",
        ),
        nouns=(
            "水管",
            "修理",
            "灯管",
            "(?:轮椅|拐杖|床|椅子|柜子|抽屉|空调|电视机?|冰箱|洗衣机|抽油烟机|风扇|燃气灶|"
            "煤气灶|电饭煲|门|窗)"
            "[^,，。!? ]{0,3}(?:坏|松|关不|打不开|不转|不制冷|不亮)",
        ),
    ),
    Group(
        seed=re.compile("搬|抬|重物|carry|heavy|lift"),
        actions=(
            f"(?:搬|抬(?!头)|扛|拎|运|挪){FEW}{HEAVY}",
            r"\bban ?(?:jia ?ju|dong ?xi|gui ?zi|sha ?fa|mi|zhong ?wu)\b",
            r"\b(?:carry(?:ing)?|mov(?:e|ing)|lift(?:ing)?|"
            r"haul(?:ing)?)\b[^,.!?]{0,24}\b(?:furniture|sofa|box(?:es)?|rice|"
            r"bags?|heavy|"
            r"upstairs|downstairs|cabinet|wardrobe|fridge|luggage|table|bed|desk)\b",
        ),
        needs=(
            "(?:提|搬|抬|拿|扛|拎|挪|弄)(?:不动|唔郁|不上去|唔上|唔起|不起来)",
            r"\btoo heavy\b",
        ),
        nouns=("太重", "重物"),
    ),
    Group(
        seed=re.compile("手机|微信|phone|wechat"),
        actions=(
            f"(?:教|学|帮|弄|搞|装|调|设置|注册|下载|绑定|整){FEW}(?:用|使用|玩|识用)?{DEVICES}",
            r"\bjiao\b[a-z ]{0,14}\b(?:shou ?ji|wei ?xin)\b",
            r"\b(?:teach|show|help)\b[^,.!?]{0,28}\b(?:phone|smartphone|wechat|alipay|app|"
            r"video call)\b",
        ),
        needs=(
            f"{DEVICES}(?:功能)?(?:也|都|还|又)?(?:不会|唔识|唔会|不懂|搞不|弄不|不晓得|玩不)",
            f"(?:不会|唔识|唔会|不懂|不太会|搞不懂|搞不定|弄不来)(?:用|弄|搞|玩|扫|发|上|整|"
            f"网上)?{FEW}{DEVICES}",
        ),
        nouns=("手机", "微信", "扫码", r"\bphone\b", r"\bwechat\b", "智能机"),
    ),
    Group(
        seed=re.compile("探访|陪伴|聊天|visit|company"),
        actions=(
            "上门探访|上门看望|(?:探访|探望|看望)(?:一下)?(?:独居|孤寡)?老人",
            r"\bhome visit\b",
        ),
        needs=("(?:一个人|独居)[^,，。!? ]{0,4}(?:闷|孤单|冷清|寂寞)",),
        nouns=(
            f"陪{FEW}(?:聊天|聊聊|说说话|说话|讲讲话|坐坐|解闷|倾偈|倾计|下棋|晒太阳)",
            "探访",
            "(?:上门|过来|来)(?:说说话|聊聊|坐坐|看看老人)",
            "说说话",
            r"\bcompany\b",
            r"\bsomeone to (?:talk|chat)\b",
        ),
    ),
    Group(
        seed=re.compile("轮椅|wheelchair"),
        actions=(
            f"推{FEW}轮椅|轮椅{FEW}(?:推|出门|下楼|散步)|推{FEW}(?:出门|出去|"
            f"下楼)[^,，。 ]{{0,3}}(?:散步|走走|晒太阳|转转)",
            r"\btui ?lun ?yi\b",
            r"\b(?:push|take)\b[^,.!?]{0,24}\bwheelchair\b|\bwheelchair (?:outing|walk|ride|"
            r"push)\b",
        ),
        nouns=("轮椅", r"\bwheelchair\b"),
    ),
    Group(
        seed=re.compile("快递|代办|材料|手续|跑腿|errand|parcel"),
        actions=(
            "(?:代?取|拿|寄|代收|领|攞|提)(?:一?下|一?个|两个|几个|我的|啲)?(?:快递|包裹|快件|"
            "邮件|信件|挂号信|文件)",
            f"(?:代?办|办理|交|递|领|补办|代交|代缴|缴){FEW}{PAPERS}",
            r"跑腿|代办|代跑|\b(?:qu|na) ?kuai ?di\b|\bpao ?tui\b",
            r"\b(?:pick up|collect|get|send|post|mail|fetch)\b[^,.!?]{0,24}"
            r"\b(?:parcels?|packages?|mail|letters?)\b|\brun an errand\b|\bpaperwork\b",
        ),
        nouns=("快递", "材料", r"\bparcels?\b", r"\bpackages?\b", r"\berrands?\b"),
    ),
)
