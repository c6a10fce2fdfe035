"""The words of danger, by kind: what people write in Mandarin, Cantonese, pinyin and English.

Read by `app.conversation.danger`, which brings a text into one plain form first: lower case, half
width, simplified. Common typing errors stand beside the right word. No pattern repeats a
repetition, so that any text is read in linear time; a gap is some characters at most.
"""

from enum import StrEnum


class DangerKind(StrEnum):
    """What kind of danger; in the order in which a text with several is named."""

    FIRE = "fire"
    GAS = "gas"
    LIFE = "life"
    SELF_HARM = "self_harm"
    CRIME = "crime"
    TRAPPED = "trapped"
    MISSING = "missing"
    ANY = "any"


# 12356 is the psychological helpline of the whole country.
NUMBERS = {
    DangerKind.FIRE: ("119",),
    DangerKind.GAS: ("119",),
    DangerKind.LIFE: ("120",),
    DangerKind.SELF_HARM: ("120", "110", "12356"),
    DangerKind.CRIME: ("110",),
    DangerKind.TRAPPED: ("119",),
    DangerKind.MISSING: ("110",),
    DangerKind.ANY: ("120", "110", "119"),
}

FIRE = (
    r"(?:(?<!开)着|起|失|招|找)(?:大|了|咗|了大)?火(?!锅|车|焰山|柴|花塞)|著火|着伙|起伙|火灾|"
    r"火烛|火警|烧(?:了)?起来|烧着了|烧着咗|烧紧|(?:大火|火势|火苗|明火|火焰)(?!炒|收|煮|慢|煲|锅|"
    r"车)|火(?:越来越|好|很)大|火烧(?:起来|着|到|进|了|房|楼|屋)|烧到(?:我|隔壁|楼|房|窗|阳台|"
    r"厨房|门)|救火|灭火(?!器|毯|剂|知识|演|培训|培|课)|自燃",
    r"冒(?:出|着|起)?(?:了)?(?:很多|好多|浓|黑|大|白|青)?烟|浓烟|出(?:浓|黑|大)烟|(?:全是|都是|"
    r"好多|很多|好大|很大的?)(?:浓|黑|白|的)?烟(?!花|酒|囱|台|味|民|头|灰|盒|雾)|烟(?:好大|很大|"
    r"越来越大|太大|呛)|冒(?:出)?火(?!的|气)(?:花|星|苗)?|(?:插座|电线|插头|电箱|电表|空调|"
    r"开关)[^,。]{0,4}(?:打火|火花|烧|着|短路)|爆炸|(?:煤气|罐|电池|电瓶|锅炉|高压锅|充电宝|"
    r"热水器|电动车|电车)[^,。]{0,4}(?:炸|爆)了?|炸伤|烧焦[^,。]{0,3}味|焦味|满(?:屋|房|楼|走廊|"
    r"车|家)[^,。]{0,2}烟|烟[^,。不没]{0,8}(?:冒|窜|飘|涌|钻)(?:出|进|上)|(?:烟雾|火灾|"
    r"消防)(?:报警器?|警报|警铃)[^,。]{0,4}响",
    r"\bon fire\b|\b(?:there'?s|there is|is|a|big|house|kitchen|flat|building|car|home|apartment|"
    r"room|we have|have) (?:a |big )?(?:fire|fier|firee)\b(?! (?:drill|station|safety|alarm|"
    r"exting|truck|fighter|escape|hydrant|exit|door|department|course|training|insurance|place))|"
    r"\bfire (?:in|at|on|is|upstairs|downstairs|next|burning|now|pls|please|help)\b|(?:^|"
    r"[^a-z] )(?:help )?fire ?(?:!|$|[^\x00-\x7f])|\bcaught fire|\bcatch(?:ing)? fire|"
    r"\bburning (?:down|smell|building|house)|\b(?:is|are|house|building) burning\b|"
    r"\bsmell (?:something |of )?burning|\bsmoke (?:every ?where|coming|is|in|filling|from)|"
    r"\b(?:lots?|full|a lot|thick|black|heavy) (?:of )?smoke|\bexplo(?:ded|sion|ding)",
    r"\b(?:zhao|qi|shi) ?huo\b|\bhuo ?zai\b|\bmao ?yan\b|\bbao ?zha\b",
    r"纵火|放火(?!锅|腿|炉|柴|龙)",
    r"(?:被子|窗帘|沙发|衣服|床单?|垃圾桶?|纸箱?|柜子?|插排|充电器|电池|取暖器|电热毯|电暖气|车棚|"
    r"电动车|房子|厨房|屋子?|油锅|棉被)[^,。]{0,4}(?:点着|烧着|烧了起来|烧起|着了|引燃|燃了|"
    r"燃起来)|插排烧|消防(?:车|队)?(?:快|赶紧|赶快)|引燃",
    r"火光|爆燃|闪爆|烧焦",
)
FIRE_DOUBTFUL = (
    r"漏电|糊味|烧糊.{0,4}味|烧干了?锅|锅(?:都)?烧干|跳闸.{0,4}(?:味|火)|焦了.{0,3}味|"
    r"插座.{0,3}(?:发烫|很烫)|烟味(?:很|好|太)?(?:大|重|浓)|\bsparks\b",
    r"开着火|水(?:都|已经)?(?:漫|淹|涌|灌)(?:进|上)来",
)

GAS_NAME = r"(?:[煤媒霉][气汽]|梅气|每气|燃气|天然气|液化气|石油气|瓦斯|沼气)"
GAS = (
    rf"{GAS_NAME}(?!费|卡|公司|账|单)[^,。]{{0,6}}(?:味|漏|泄|臭|外泄|关不(?:上|住|掉|紧)|熄唔到|"
    r"闩唔到)",
    rf"(?:漏|泄漏|泄露|走漏)[^,。]{{0,3}}(?:{GAS_NAME}|气了|气体)|闻(?:到|见|"
    rf"倒)[^,。]{{0,4}}(?:{GAS_NAME}|漏气)|(?:一股|一阵|好大|好浓|全是)(?:的)?{GAS_NAME}|"
    rf"没气味(?:很|好|道)|(?:罐|管|灶|阀|热水器|气瓶|气表)[^,。]{{0,4}}漏气|"
    rf"漏气(?:了)?.{{0,4}}(?:臭|味|头晕|快)|(?:煤气|燃气|天然气)(?:泄漏|泄露)?(?:报警器?|"
    rf"警报)[^,。]{{0,5}}(?:响|叫)|"
    r"臭鸡蛋(?:的)?味",
    r"\bgas (?:leak\w*|smell|is leaking|lek)|\bleak(?:ing)? gas|\bsmell\w* (?:of |like |some |"
    r"strong )?gas\b|\bsmells? (?:strongly )?of gas|\bstrong gas|\bcarbon monoxide",
    r"\bmei ?qi (?:\w+ ){0,3}?(?:lou|wei)|\b(?:mei|ran) ?qi ?(?:xie ?)?lou\b|"
    r"\blou ?(?:mei ?)?qi\b|\bmei ?qi ?wei\b",
    rf"{GAS_NAME}(?:的|软|胶){{0,2}}(?:管|阀|罐|表|瓶)[^,。]{{0,8}}(?:断|破|裂|爆|漏|嘶嘶)",
    r"毒气|有毒(?:的)?(?:气|烟)|刺鼻",
)

WEAPON = r"(?:刀|枪|棍|斧|武器|凶器)"
CRIME = (
    r"(?:抢|强|枪)(?:劫|截)|打劫|劫匪|(?:被|畀|给|遭)(?:人|他|陌生人)?(?:抢|打劫|劫)|抢(?:了|走|"
    r"我|咗)(?:了)?(?:我|他|她|人)?(?:的)?(?:包|钱|手机|项链|东西|手袋|金)|抢(?:孩子|小孩)|有人抢|"
    r"飞车抢",
    r"(?:有人|人|老公|丈夫|男人|男朋友|儿子|邻居|他|她|他们|爸|他爸|佢|隔壁|醉汉|歹徒|房东|"
    r"前夫)(?:又|在|要|正在|一直|想|拼命|系度|正|总|天天){0,2}(?:把)?(?:狂|毒|殴|暴)?(?:打|揍|砍|"
    r"捅|掐|勒|斩|殴打)(?:我|人|紧我|紧|他|她|咗我|伤|死)(?!电话|手机|工|家|们?的?电话|们?的?手机|"
    r"气|招呼|包|扫)|打(?:死|伤)(?:我|人|他|她)|家暴|家庭暴力|(?:被|畀|给|遭)(?:人|他|老公|丈夫|"
    r"儿子|家暴|邻居|爸爸|妈妈|男友)?(?:打|殴打|揍|砍|捅|斩|扎|捅伤)(?:了|伤|咗|死|成|得|$|,| )|"
    r"挨打|打架|打起来了|打交|斗殴|打群架|打人了|劈友|群殴",
    rf"(?:拿|持|带|举|挥|攞|揸)(?:着|住|了|咗|把|一把|出)?(?:菜|水果|砍|长|西瓜|尖)?{WEAPON}|"
    r"有(?:刀|枪)|砍人|斩人|捅人|杀人|杀(?:我|了我|咗|死)|行凶|凶杀|命案|谋杀",
    r"小偷|小头进|入屋|入室|有贼|贼(?:佬|仔|进|在|来|人|偷)|进贼|抓贼|捉贼|闹贼|爆窃|爆格|"
    r"有人[^,。]{0,4}(?:撬|砸|踹|踢|闯|翻墙|翻窗|爬窗|拍门不走|偷)|(?:撬|踹|砸)(?:我|我家|我们家|"
    r"邻居|隔壁)(?:的)?(?:门|窗|锁)|陌生人[^,。]{0,4}(?:进|闯|撬|跟|在门口|敲门|不走)|闯(?:进|"
    r"入)(?:来|我|了|屋|家)|(?:正在|在)偷",
    r"绑架|绑走|(?:拐|抱)走(?:了)?(?:孩子|小孩|我|人|宝宝|细路)?|人贩子|拐卖|拐子|强[奸暴]|迷奸|"
    r"性侵|猥亵|非礼|咸猪手|(?:摸|扒)我(?:的)?(?:胸|屁股|下面|衣服|裤)|尾随|跟踪(?:我|她|孩子)|"
    r"(?:有人|男人|陌生人|他|被人)(?:一直|在|老)?(?:跟踪|跟着我|跟住我)|被(?:人)?(?:跟踪|尾随|绑|"
    r"劫持|威胁|恐吓|囚禁|软禁|非法拘禁)|(?:威胁|恐吓)(?:我|要|说)|要杀|要砍|要打死|非法拘禁|囚禁",
    r"\brob(?:bed|bing|bery|ber|ery)\b|\bburgl\w+|\bmugg(?:ed|ing)\b|\b(?:someone|somebody|man|"
    r"people|he|they) (?:is |are |was )?(?:trying to )?(?:break|breaking|broke) in\b|"
    r"\bbreak(?:ing)? in(?:to)? (?:my|our|the)|\bbroke in(?:to)? (?:my|our|the)|\bintruder|"
    r"\bthief\b|\bthieves|\bstab(?:bed|bing)?\b|\battack(?:ed|ing) (?:me|him|her|us|by|my)|"
    r"\b(?:beat|beats|beating|hit|hits|hitting|punch\w*|kick\w*|strangl\w+|chok(?:ing|ed)) (?:me|"
    r"my|us)\b(?! up)|\brap(?:e|ed|ing|ist)\b|\bkidn?ap\w*|\bthreaten(?:s|ed|ing)? (?:me|us|to|my|"
    r"with|him|her)|\bhas (?:a )?(?:gun|knife)|\bwith (?:a )?(?:gun|knife|weapon)\b|\b(?:is |man |"
    r"someone )?following me\b|\bstalk(?:er|ing|ed)\b|\bmurder\w*|\b(?:try\w* to|going to|will|"
    r"wants? to) kill\b|\bassault\w*|\bdomestic violence|\bgun ?shots?\b",
    r"\bxiao ?tou (?:jin|lai|zai)|\byou ?xiao ?tou\b|\bqiang ?jie\b|\bda ?jie\b|\bbao ?jing\b|"
    r"\bda ?wo\b(?! ?(?:dian|shou))|\bjia ?bao\b|\bsha ?ren\b",
    r"(?:男人|女人|男的|女的|有人|陌生人|前夫|前男友|男朋友|老公|丈夫|[他她]们?|醉汉|酒鬼|邻居|"
    r"房东|坏人|歹徒|讨债的?|佢)(?:又|在|正|一直|拼命|疯狂|想|系度){0,2}(?:砸|踹|踢|撬|撞|"
    r"爆)(?:我|我家|我们家|邻居|人家)?的?(?:门|窗|锁)",
    r"(?:在|又|往死里|狠狠|一直|天天)(?:毒|殴|暴|痛)?打(?:[他她]的?)?(?:老婆|孩子|小孩|女人|"
    r"老人家?|妻子|媳妇|老公|妈|爸|女儿|儿子)(?!电话|手机)|(?:要|想|来|正)拐(?:我|走|孩子|小孩|卖|"
    r"人|带)|被[^,。]{0,4}关(?:起来|在|住|进)|爆门|爆锁|(?:拖|拉|拽)(?:我|她|"
    r"走)[^,。]{0,3}(?:上车|走)",
    r"(?:被|畀|俾|遭)[^,。\s]{1,6}(?:毒|殴|暴)?(?:打|揍|砍|捅|踹|掐|勒|斩)(?!电话|扰|断|湿|印|动|"
    r"败|算|开|扫|卡|包|搅|[了过]?[0-9一二两三几好]*[个次]?电话)|(?:打|揍|砍|捅)(?:他|我|她|"
    r"自己)(?:妈|爸|奶奶|爷爷|老婆|老公|孩子|母亲|父亲|女儿|儿子)(?!电话|手机|的|座机|微信)",
    r"(?:吵|打|架|他|她|人|都)[^,。]{0,2}动(?:了|起)?刀|偷(?:电瓶|车|东西|钱|包|快递|电动车|"
    r"狗)[^,。]{0,3}(?:正在|在|还|来了)|(?:拖|拽|塞|拉|抱|抓)(?:我|她|他|走)?(?:上|"
    r"进)(?:了)?(?:面包|一辆|小)?车|(?:给|往)[^,。]{0,5}下(?:了)?药|迷(?:药|晕)|(?:俾|畀|被)人拐",
    r"\bbeing (?:beaten|attacked|robbed|followed|assaulted|raped|stabbed|held|chased)\b|\b(?:get|"
    r"getting|climb\w*) (?:in|into|in through|through) my (?:window|door|house|room|flat|"
    r"balcony)\b",
    r"(?:有|个|遇到|碰到)(?:个)?(?:变态|色狼|流氓|痴汉)(?!辣)|摸我(?!的?(?:头|额|脉))|被撬|(?:有|"
    r"来)(?:个)?(?:歹徒|坏人|劫匪|凶手)",
    r"(?:要|想|来|扬言|准备)(?:打|揍|砍|杀|弄死|搞死)(?:我|人|死|他|她|你全家)(?!们?的?(?:电话|"
    r"手机|微信))|(?:打|揍)(?:到|得)(?:我|他|她|人)?[^,。]{0,3}(?:流血|头破|吐血|晕|半死|满脸)|"
    r"泼(?:油漆|粪|汽油|硫酸)|(?:硬|强行|强)(?:拉|拽|带|抱|拖)[^,。]{0,5}(?:走|孩|女|人|我)",
    r"(?:拿|持|抡|用)(?:着|了|起)?(?:酒瓶|铁棍|砖头|钢管|棍子?|棒球棍|锤子?|"
    r"螺丝刀)[^,。]{0,4}(?:打|砸|追|要|威胁|冲)|追(?:着)?(?:我|人)(?:打|跑|砍|不放)|劫持|胁持|"
    r"人质|虐待(?:老人|孩子|儿童|我)|(?:猛|使劲|拼命|用力)(?:踹|踢|砸|撞)[^,。]{0,3}门",
    r"\bsnatch(?:ed|ing) (?:my|her|his)|\bgrabbed my (?:bag|purse|phone|child|kid)",
)
CRIME_DOUBTFUL = (
    r"(?:被|畀|给)(?:人)?(?:骗(?!子)|偷|诈骗|盗)|偷(?:了|走|咗)|诈骗|骗(?:了|走|咗)(?:我|他|她|"
    r"老人|妈|爸)|偷拍|偷窥|骚扰|被人打过|吵架吵|露阴|家里被翻|遭窃|失窃|失窃|\bscamm?ed\b|"
    r"\bstole\b|\bstolen\b|\bharass\w*",
)

TRAPPED = (
    r"被[困捆](?:住|在|了)?|[困捆](?:住了|在(?:电梯|里面|屋|房|车|楼|厕|洗手间|卫生间|浴室|水|山|"
    r"火|阳台|天台|地下|仓|储))|困咗|困(?:系|喺)|被关(?:在|住|了|进)|(?:人|我|孩子?|小孩|宝宝|娃|"
    r"妈|爸|奶奶?|爷爷?|婆|老人|他|她|老伴|孙子?|孙女|女儿|儿子)(?:被|给|"
    r"自己)?[^,。\s]{0,3}(?:反)?(?:锁|关|卡|闩)(?:在|住在|喺)(?:了)?(?:家|屋|房|卧|里|车|厕|卫|浴|"
    r"洗手|阳台|电梯|天台|楼|仓|门外阳台)|反锁[^,。]{0,6}(?:出不|出唔|里面|屋里有)|"
    r"锁在(?:了)?(?:里面|屋里面|车里面)[^,。]{0,3}(?:出不|出唔)",
    r"(?:困|关|卡|停)(?:住|在|咗|喺)?[^,。]{0,2}(?:电梯|𨋢|升降机|电题)(?!卡|口|旁|边|门口)|"
    r"(?:电梯|𨋢|升降机|电题)[^,。]{0,6}(?:困|关|卡)(?:住|咗|了人|人|在(?:里|半|中|\d|"
    r"[一二三四五六七八九十]))|在(?:电梯|升降机)里?[^,。]{0,8}(?:出不|不动|打不开|停|没人)|"
    r"喺(?:𨋢|升降机|电梯)|(?:电梯|升降机)[^,。]{0,10}(?:出不[来去]|出唔(?:到|嚟)|里面有人|"
    r"打不开.{0,4}人|有人在里)|(?:房间|屋|厕所|卫生间|浴室|洗手间|卧室|家里|门|里面|车|"
    r"阳台)[^,。]{0,8}(?:人)?(?:出不[来去]|出唔(?:到|嚟|去))(?!门)",
    r"(?:头|手(?!机)指?|脚|腿|身体)[^,。\s机]{0,3}(?:卡|夹)(?:在|住|进)(?!了?(?:家|哪|这))|"
    r"掉(?:进|到|下)(?:了)?(?:下水道|窨井|井|坑|电梯井)|被埋|(?:房子|楼|墙|天花板|屋顶|"
    r"脚手架)[^,。]{0,3}(?:塌|倒塌)|倒塌|塌方|山体滑坡|泥石流|(?:家里|屋里|一楼)?(?:水|"
    r"洪水)(?:已经)?淹(?:到|了)[^,。]{0,4}(?:腰|胸|屋|家|楼|脖)|洪水",
    r"\btrapped\b|\bstuck (?:in|inside) (?:the |a |an |this |our )?(?:lift|elevator|el[ei]vator|"
    r"room|bathroom|toilet|car|bedroom|balcony)|\blocked (?:in|inside)\b|\b(?:can'?t|cannot|"
    r"cant) get out of (?:the|my|this|a) (?:lift|elevator|room|bathroom|toilet|flat|house|car)|"
    r"\bbuilding collaps\w+|\bbei ?kun\b|\bkun ?zai ?dian ?ti",
    r"\b(?:lift|elevator)\b[^.!?]{0,16}\b(?:stuck|stopped|broke\w*)\b[^.!?]{0,16}\b(?:inside|"
    r"in it|with people|someone|somebody|people)",
    r"(?:电梯|升降机|𨋢)(?:门)?[^,。]{0,3}(?:不开|打不开|开不了|不动)[^。]{0,8}(?:在里面|困|"
    r"里面有)|困(?:电梯|𨋢)",
    r"(?:小孩|孩子|宝宝|老人|有人|[我他她娃])[^,。\s猫狗车家手]{0,2}(?:卡|夹)(?:在|住)|水(?:都|"
    r"已经)?(?:漫|淹|涌|灌)(?:进|上|到|过)[^。]{0,8}(?:人|床|腰|胸|出不)|被水(?:困|淹|冲)",
    r"(?:电梯|升降机|𨋢)(?=[^。]{0,8}(?:停|卡|里|门|响|掉|坠))[^。]{0,18}(?:出不来|出唔|困(?!难))|"
    r"(?:电梯|升降机)[^,。]{0,6}困(?:着|住|人|了人)|(?:压|埋)在(?:下面|底下|废墟|土|里面)|坍塌|"
    r"垮塌|塌陷|\b(?:lift|elevator)\b[^.!?]{0,16}\b(?:stuck|stopped|"
    r"broke\w*)\b[^.!?]{0,30}\binside\b",
)

LOST_WHO = (
    r"(?:老人家?(?!证|机|卡|鞋|院)|[男女]孩|婴儿|老头|孩子|小孩(?!子)|宝宝|细路|妈妈?|爸爸?|爷爷?|"
    r"奶奶?|外婆|外公|婆婆|公公|老伴|女儿|儿子|孙子|孙女|老太太|老爷子|阿婆|阿公|阿伯|老婆|老公|"
    r"患者)"
)
MISSING = (
    rf"{LOST_WHO}[^,。\s的鞋包机证卡药书衣把弄]{{0,6}}(?:走[丢失]|丢了|失踪|不见(?:了|咗)|唔见咗|"
    r"找不(?:到|着)(?=了|$|[,。!? ]|人|啊|呢)|搵唔到|走散|失联|一夜没回)|(?:找不到|不见了|"
    rf"走丢了?|丢了|搵唔到|唔见咗)(?:我|我家|我们|邻居)?(?:的)?{LOST_WHO}(?!的|家|电话|微信|号|证|"
    rf"机|手机|鞋)|(?:有|老|小).{{0,2}}(?:走失|失踪)",
    r"\bmissing (?:child|person|kid|boy|girl|mother|father|grand\w+|old man|old woman|son|"
    r"daughter|elder\w*)|\b(?:child|kid|son|daughter|mother|mum|mom|father|dad|grand\w+|husband|"
    r"wife|boy|girl) (?:is|has been|has gone|went|gone) (?:missing|lost)|\b(?:can'?t|cannot|"
    r"cant) find my (?:child|kid|son|daughter|mother|mum|mom|father|dad|grand\w+|boy|girl|husband|"
    r"wife)\b(?!'s)|\blost my (?:child|kid|son|daughter|boy|girl)\b|\bzou ?diu\b",
    r"(?:痴呆|失智|健忘|糊涂|一夜|整晚|整天|一整天)[^,。]{0,8}没(?:有)?回(?:来|家)|"
    r"没(?:有)?回(?:来|家)[^,。]{0,3}[,。 ]?[^,。]{0,4}(?:找不到|联系不上|不见)|(?:仔|女|阿爷|"
    r"阿嫲|老豆|老母|阿妈|阿爸)唔见咗",
    r"\b(?:child|kid|son|daughter|mother|mum|mom|father|dad|grand\w+|boy|girl) (?:got|went) lost",
    r"(?:出去|出门)[^,。]{0,8}(?:到现在|一直|至今|两天|一天|整天)[^,。]{0,3}没(?:有)?(?:回|影|"
    r"消息)|不知去向|下落不明|\bwandered off\b",
    rf"{LOST_WHO}[^,。]{{0,6}}不见(?:了)?(?:人影|踪影)",
    r"\b(?:child|kid|son|daughter|mother|mum|mom|father|dad|grand\w+|husband|"
    r"wife)\b[^,.!?]{0,20} (?:is|went|has gone|gone) missing",
)

ANY = (
    r"(?:救|就|旧)命|(?:^|[,。!? ])求救|呼救|救救|救我|救人(?!员)|救(?:一?下|救)(?:我|他|她|佢|"
    r"老人|孩子)|快(?:点)?来人|命都没|人命关天|生死关头|紧急情况|十万火急救|\bsos\b|\bjiu ?ming\b|"
    r"\bjiu ?jiu ?wo\b|\bjiu ?wo\b|\bkuai ?lai ?ren\b",
    r"\bhelp ?!{2,}|\bhelp!? help\b|\bhelp me ?(?:!|now|quick\w*|$|[^\x00-\x7f]|asap|i'?m (?:in|"
    r"hurt|scared))|\bsave me\b|\bsave (?:my|his|her) (?:life|mother|father|child|son|daughter|"
    r"mum|mom|dad|wife|husband)|\bsomebody help|\bsomeone help|\bemergenc(?:y|ies)\b|"
    r"\bemerg[ae]n[cs]y\b|\bmayday\b|\bin danger\b|\bdangerous situation",
)

# A request for a call counts when it is put as a question, too.
CALL_LIFE = (
    r"(?:打|叫|拨|喊|call)(?:一下|个|下|部|架|辆)?(?:120(?!\d)|救护车|急救车|白车)|"
    r"(?<![不没])(?:要|派|来|需要)(?:一?[辆部架台]|个)?(?:救护车|急救车|白车)|救护车快|"
    r"快.{0,3}救护车|\bambul[ae]nce|\bcall 120\b",
)
CALL_FIRE = (
    r"(?:打|叫|拨|喊)(?:一下|个)?(?:119(?!\d)|消防车)|(?:派|叫)消防(?:队|车)|\bcall (?:119|"
    r"the fire (?:brigade|department))",
)
CALL_CRIME = (
    r"(?:报|抱|暴)警(?!器|灯|铃|声|亭|系统)|报案|(?:打|叫|拨|喊)(?:一下|个)?(?:110(?!\d)|警察|"
    r"公安|差人)|(?:派|找)警察|警察快来|\bcall (?:the )?(?:police|cops|110)\b|"
    r"\bneed (?:the )?police|\bpolice (?:now|please|help|quick)",
)
