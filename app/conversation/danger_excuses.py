"""What sounds like danger and is none: look-alikes, idioms, denials, questions, the past, fiction.

`LOOK_ALIKE` is hidden before signs of danger are looked for; the others are read in the clause
around a sign. Linear like `danger_words`.
"""

import re

LOOK_ALIKE = re.compile(
    "|".join(
        (
            # Titles
            r"《[^》]{0,30}》",
            # Idioms of death, shock and laughter
            r"(?:吓|笑|累|忙|烦|急|气|困|热|冷|冻|饿|渴|撑|馋|丑|美|乐|闲|无聊|晒|贵|羡慕|爱|恨|"
            r"尴尬|咸|甜|酸|辣|臭|吵|挤|堵|痒|讨厌|心疼|可爱|郁闷|高兴|开心|激动|感动|愁|窘|难吃|"
            r"好吃|浪费)(?:都|得|到)?(?:要|快)?(?:个)?(?:半)?死(?:我|人|你|了|啦|咗|个人|的|"
            r"宝宝)?(?:了|啦|咯)?",
            r"[累笑忙气饿困冷热烦贵难吵丑馋懒穷](?:得|到)?(?:快|都|就)?要死(?:了)?|"
            r"(?:都)?(?:快)?要[累笑忙气饿困冷热烦馋]死了?|(?:无聊|丢人|尴尬|紧张|激动|难吃|"
            r"羡慕)(?:得|到)?(?:快|都|就)?要死了?",
            r"死(?:机|心|党|活|角|胡同|板|记|鬼|宅|皮赖脸|对头|缓|结|线|守|磕|撑|里|缠)|该死|"
            r"打死(?:我)?(?:也|都)不|想死(?:你|您|他|她|我|妈)|死了这?条?心|晕死(?!过)|摔死(?:你|"
            r"他)",
            r"(?:[忙笑累](?:得|到|的)(?:我|人|都)?|压力[^,。\s]{0,4})(?:都)?(?:快|要)?(?:喘|"
            r"透)不过(?:来)?气(?:来)?|(?:气|笑)(?:得|到)?[^,。\s]{0,3}吐血|吐血(?:推荐|整理|价|"
            r"熬夜)|(?<![咳打摔呕痛疼撞])(?:到|得)(?:我|快|都|想|要){0,2}(?:吐血|爆炸|裂开)|"
            r"(?:好听|好吃|(?<![煤燃然])气|忙|美|帅|甜|颜值|热度|肌肉|人气|头|脑子|心态|肺)(?:都|"
            r"要|快|得|到){0,2}(?:爆炸|炸了|炸裂)|(?:微信|账号|帐号|号|qq|密码|网银)被盗|"
            r"诈骗(?:短信|电话|信息|案例)|(?:笑|美|帅|穷|贵|好吃|好笑|开心|难看|难吃|尴尬|可爱|"
            r"激动|无聊|丑)(?:到|得|的)?(?:我|人|想)?(?:都)?(?:快)?(?:要)?(?:不行|断气|窒息|晕倒|"
            r"晕过去|昏过去|休克|流血|抽搐|抽筋)(?:了)?|[累热饿冷困渴挤忙胖堵](?:到|得|的)(?:我|"
            r"人)?(?:都)?(?:快)?(?:要)?(?:不行|断气|休克|窒息)(?:了)?",
            r"晕(?:车|船|机|针|高|血)|昏(?:君|暗|头)|不见不散",
            # Rescue as a word of every day
            r"救命(?:恩人|之恩|稻草|钱|恩)|(?:您|你|你们|志愿者|他|她|医生|您们)救(?:了)?(?:我|他|"
            r"她)(?:的|一)?命|救(?:我|他)?(?:狗|猫|急不救穷)|急救(?:包|箱|课|培训|知识|证|员|演练|"
            r"讲座|技能|药箱|站)|救护员|急诊(?:科|室的?(?:医生|护士)|医生|楼|大楼|部|号|内科|"
            r"外科)|(?:救护车|急救车?)(?:多少钱|收费|要钱|怎么收|费|要不要钱)|打人工|(?:打|"
            r"叫)(?:过)?(?:我|他|她|你|您|你们|他们|我们|人)(?:的)?(?:电话|手机|微信|视频|语音|"
            r"座机|客服)|打(?:电话|手机|微信|视频|招呼|包|车|扫|针|印|字|卡|牌|球|麻将|听|折|气筒|"
            r"蜡|伞)|有人(?:在)?打(?:架子鼓|鼓|篮球|羽毛球|乒乓|麻将|牌|球|太极|拳|桩|钻|孔|洞|墙|"
            r"砖)|打(?:了)?(?:120|119|110)(?:元|块|斤|个|折|分)",
            # Fire as a word of every day
            r"(?<![着起失著冒救])火(?:锅|车|腿|龙果|候|柴|爆|红|鸡|炬|炉|急火燎|辣|山|箭|烧云|"
            r"烧饼|花塞)|火烧火燎|(?:上|发|恼|肝|虚|心|窝)火(?:气|大|旺)?|(?:嗓子|喉咙|眼睛|眼|"
            r"头顶)(?:都)?(?:要|快|干得)?冒(?:烟|火)(?:了)?|(?:打|点|生|擦)(?:不|唔)(?:着|起|"
            r"燃)火?|打得?着火|(?:打|点)火(?:机|不着|器|针|开关)?|着不了火|(?:灶|"
            r"炉)[^,。]{0,4}(?:不着火|着不了|不着)|不着火|大火(?:收汁|炒|煮|烧开|蒸|煲|慢炖|爆炒)|"
            r"发烧|高烧(?!不退)|低烧|退烧|烧(?:水|饭|菜|烤|香|钱|心|饼|鹅|腊|卖|麦|脑|录|酒|肉|鸡|"
            r"退)|红烧|叉烧|烧到3\d|灯(?:泡|管)?(?:烧|炸|爆)(?:了|坏|掉|炸)?|保险丝烧|烟(?:花|酒|"
            r"囱|台|民|灰|盒|袋|道)|(?:抽|吸|戒|香|买|卖|电子|二手|递|点|禁|散)烟|(?:油|排|"
            r"抽油)烟机?(?:[^,。]{0,3}(?:坏|脏|洗|堵))?|爆炸(?:头|性|新闻|糖|螺丝|盐)|信息爆炸|"
            r"炸(?:鸡|酱|串|薯|药包)|消防(?:演习|演练|通道|栓|检查|知识|安全|讲座|证|员|队员|器材|"
            r"宣传|培训|月|日)|火灾(?:险|保险|演习|演练|知识|隐患|报警器(?:没电|坏|安装))|着火点|"
            r"小心火烛|火烛小心|防火|灭火器|(?:煤气|燃气|天然气|烟雾|火灾|烟感)?(?:报警器?|"
            r"警报器)[^,。响叫]{0,3}(?:没电|坏|装|换|电池|多少|买|检|怎么用|过期)",
            # Gas, lifts, locks
            r"(?:手机|轮胎|车胎|自行车|单车|轮椅|气球|球|灶|煤气|燃气|天然气|液化气|打火机|"
            r"罐)[^,。\s]{0,4}没气(?:了|啦)?|没气(?:质|了吗)|(?:轮胎|车胎|自行车|单车|轮椅|气球|"
            r"气垫床|球)[^,。]{0,4}漏气|电梯卡(?!住|咗|了(?:人|$|[,。 ])|在(?:里|半|中|\d|"
            r"[一二三四五六七八九十]))|(?:钥匙|锁匙|手机|包|身份证|证件|行李|眼镜|伞|购物车|"
            r"车)(?:都|也|不小心|忘|还|给我?)?(?:反)?(?:锁|落|忘)(?:住)?(?:在|系|喺)[^,。\s]{0,4}|"
            r"出不[了去来](?:门|太阳|力|远门)|困在家|睡得?(?:太)?死|(?<![被我人])困(?:难|死|倦|"
            r"意)|老人(?:证|机|卡|鞋)|我?反锁(?:了)?门(?:睡|了)",
            # Blood, falls, knives, thieves
            r"血(?:压计|压仪|糖仪|糖试|常规|脂|型|管|压药)|(?:抽|验|献|采|输|补|止|放)(?:个|"
            r"点)?血|牙(?:龈|齿|肉|床)?(?:老|总|有点|一直|经常)?(?:出|流)血|(?:刷|拔|"
            r"洗)牙[^,。]{0,6}(?:出|流)血|骚扰电话|电话骚扰|快递被偷|眼底出血|"
            r"痔疮[^,。]{0,4}出?血|带血丝|(?:价格?|股票|房价|基金|股市|菜价|温度|气温|"
            r"收入)[^,。]{0,4}(?:跌|摔)(?:倒|到|下|了)?|跳楼(?:价|机|大甩卖|大减价)|血(?:拼|亏|"
            r"赚)|(?:手机|电脑|平板|杯子?|碗|花瓶|盘子?|眼镜|遥控器|相机|鸡蛋|衣服|花盆)(?:屏幕?|"
            r"也|又|刚|都|不小心|被[^,。\s]{1,3}|给|从[^,。\s]{1,4})?(?:摔|跌|掉)[^,。\s]{0,4}|"
            r"手机(?:被)?撞|生(?:日|气|病|意|活|鲜|效|二胎计划)|抢(?:票|红包|购|不到|单|答|课|号|"
            r"修|眼|镜|占|先|亲|收|位|着|手货|菜|鸡蛋)|抢(?:个|了个|到)(?:票|号|红包|位)|偷(?:懒|"
            r"笑|菜|闲|税|空|乐)|贼(?:好|快|冷|热|大|贵|拉|香|多|累|烦|难)|做贼心虚|(?:游戏|王者|"
            r"吃鸡)[^,。]{0,6}(?:被)?(?:杀|打死|砍)[^,。]{0,3}|杀(?:价|毒|鸡|鱼|青|虫|猪|手锏|软)|"
            r"砍价|砍一刀|帮我?砍|(?:菜|水果|剪|指甲|美工|一把|磨|厨|这把)刀(?=[^,。]{0,3}(?:钝|"
            r"磨|借|买|快|坏|不快))|磨(?:菜|剪)?刀|(?:买|借|送)[^,。]{0,3}刀|(?:自杀|防诈|反诈|"
            r"心理)(?:热线|干预)|预防(?:自杀|诈骗)|防(?:诈骗|诈|骗|拐|小偷|贼|跌倒|摔倒|摔|跌|"
            r"滑倒|滑|溺水|中毒|中风|触电|走失|走丢|家暴|自杀)[^,。\s]{0,3}|反诈|反家暴|"
            r"(?:电子)?偷拍检测|小偷家族|(?:气|愁|急)得(?:我|人)?[^,。\s]{0,2}胸闷(?:气短)?|"
            r"打(?:他|我|她)?老人机",
            # English
            r"\bfire (?:drill|station|safety|alarm|exting\w+|truck|fighter|escape|hydrant|exit|"
            r"door|department|course|training|insurance|place|wood|work\w*|brigade|stick|tv)s?\b|"
            r"\bfire(?:d|wood|works?|place|fox|proof|fighter|man|wall)s?\b|\b(?:camp|bon) ?fire|"
            r"\bgas (?:bill|stove|card|bottle|cylinder|station|company|meter|fee|tank|"
            r"cooker)s?\b(?! (?:is )?leak| smell)|\bheart ?burn\b|\bstroke (?:order|patient|"
            r"rehab\w*|survivor|recovery|of)\b|\bbreast ?stroke|\b(?:phone|battery|laptop|plant|"
            r"computer|tablet|flowers?)s?\b[^,.!?]{0,12}\bdying|\bdying (?:to|of (?:laugh\w*|"
            r"hunger|heat|boredom|curiosity)|for|laughing)\b|\b(?:feet|back|shoes|knees?|legs?|"
            r"head|heat|weather) (?:is|are) killing me|\bkill(?:ing)? (?:time|two|bugs|weeds|it)|"
            r"\bemergency (?:contact|exit|light\w*|kit|number|phone|room|department|door|lamp|"
            r"plan|drill)s?\b|\b(?:phone|battery|cup|clothes|shirt|picture|wallet|"
            r"keys?) (?:\w+ )?fell\b|\bfell (?:asleep|in love|off the (?:wall|shelf|wagon|hook)|"
            r"out of (?:my|the) (?:pocket|bag)|behind)|\bnose ?bleed|\bhelp me (?:with|find|buy|"
            r"get|carry|move|fix|book|order|use|pick|clean|cook|learn|set|send|to|take|fill|wash|"
            r"walk)\b|\bstuck in (?:traffic|a meeting|a jam|bed)|\blocked (?:my|the) keys? (?:in|"
            r"inside)\b|\bkeys? (?:is |are |got )?locked (?:in|inside)|\blost my (?:keys?|phone|"
            r"card|wallet|bag|glasses|dog|cat)|\bhot ?pot|\bburn(?:ed|t)? (?:the |my )?(?:rice|"
            r"toast|food|calories|cd|dinner|cake)|\blight ?bulb[^,.]{0,14}burn\w*|\bburn(?:ed|"
            r"t) ?out\b|\bsave me (?:a|some|the|time|money|from)\b|\bthief of time|\bhit me up|"
            r"\bbeat (?:me|him) (?:at|in)\b|\bbreath ?taking|\bblood (?:test|pressure|sugar|type|"
            r"bank)|\bbleeding (?:edge|gums?)",
        )
    )
)

# Directly before a sign: it did not happen.
DENIED_BEFORE = re.compile(
    r"(?:(?<!是)不是|(?<!有)没有|并没有?|并非|没(?:什么)?|未|唔系|冇|不会|不算|不至于|别(?:担心|"
    r"怕|给我)?|无|非|不要|唔好|哪有|不曾|不想|不用|不需要|不必|唔使|从不|从没|不(?=$)|"
    r"勿)(?:真的?|什么|发生|出现|再|有|被|在|觉得|要|任何|过|人(?!$)|(?<!别)人|其他人|去|帮我?|您|"
    r"你们|听到|听说|看到|看见|发现|闻到){0,2}$|\b(?:no|not|isn'?t|aren'?t|wasn'?t|never|without|"
    r"don'?t|didn'?t|doesn'?t|hasn'?t|haven'?t|nobody|no ?one|none|non|free of|neither|"
    r"nor)\b(?: (?:a|an|the|any|on|in|have|has|had|having|been|is|was|really|more|need|call|your|"
    r"my|of|sign|signs|feel|real)){0,4} ?$"
)
# Somewhere before a sign in its clause: what might be, what is to be prevented.
HYPOTHESIS_BEFORE = re.compile(
    r"(?:如果|要是|万一|假如|假设)(?!(?:你们|您|你)?(?:再不|还不|不来|没人))|比如|例如|防止|预防|"
    r"以防|避免|谨防|严防|当心|(?<!不)小心|(?<![没未])注意|提防|怎么防|学会|如何|什么是|什么叫|"
    r"多亏|要不是|感谢[^,。]{0,6}(?:上次|那|救)|谢谢[^,。]{0,6}(?:上次|那|救)|容易|担心(?:会|以后|"
    r"他会|她会|老人会)|怕(?:会|我?以后|再|又|他再|她再|老人|自己)?$|怕(?:以后|会|再|她会|他会|"
    r"老人会)|以为[^,。]{0,4}$|\b(?:if|in case|what if|afraid of|prevent\w*|avoid\w*|(?:ask|"
    r"question|worried|talk\w*|learn\w*) about|how to|training|lesson|drill|movie|thanks? (?:for|"
    r"to)|thank you for|grateful|dream\w*)\b"
)
FICTION = re.compile(
    r"(?:新闻|电视(?:上|里|剧|台|说|播|节目)|电影(?!院)|小说|抖音|短视频|快手|微博|游戏|演习|演练|"
    r"讲座|培训|知识|宣传|普及|题目|作文|剧本|台词|报纸|笑话|段子|剧情|海报|标语|"
    r"公众号)(?!的?时候?|突然|看着看着|着)|梦见|梦到|做梦|发梦|保险(?!丝|箱)|(?:急救|消防|安全|"
    r"反诈|防火)课|\b(?:movie|film|novel|tv show|tv series|series|episode|song|lyrics|joke|"
    r"kidding|insurance|seminar|lecture|workshop|certificate|the news)\b"
)
# Afraid of a fall that has not been: read only before one.
AFRAID_BEFORE = re.compile(r"怕[^,。]{0,5}$|\bafraid\b[^,.]{0,20}$")
FALL = re.compile(r"[摔滑跌绊]|fall|fell|slip")
# What is spoken of next: a leaflet, a talk.
LEAFLET_AFTER = re.compile(r"宣传|讲座|培训|传单|手册|演习|演练|\b(?:leaflet|seminar|workshop)\b")
# Something that is not a person did it.
THING_BEFORE = re.compile(
    r"(?:手机|电话|电脑|平板|电视|电池|电瓶|花|草|树|盆栽|植物|多肉|鱼|金鱼|猫咪?|狗狗?|鸟|鹦鹉|"
    r"乌龟|兔子|仓鼠|鸡|鸭|鞋|衣服|网络?|系统|股票|水龙头|水管|马桶|冰箱|洗衣机|空调|收音机|手表|"
    r"充电器)(?:都|也|已经|好像|快|全|又|突然|就|要|可能|它){0,2}$|\b(?:cat|dog|puppy|plant|phone|"
    r"battery|fish|computer|laptop|bird|hamster)(?:'s| is| was| has)?(?: \w{1,8})? ?$"
)
# Directly after a sign: a question whether it happened, or what it is.
QUESTION_AFTER = re.compile(
    r"^[了过的啊]?(?:吗|嘛|没有?(?:啊|呀)?$|么(?:$|\?)|未(?:呀|啊)?$|冇$)|^[了的]?是(?:不是|吗|"
    r"什么|啥)|^(?:会)?有(?:什么|哪些|啥)(?:症状|表现|前兆|后遗|反应)|^(?:的)?(?:症状|前兆|原因)|"
    r"^(?:会|能)(?:遗传|传染)|^(?:了)?(?:要|该)?(?:怎么|如何)(?:逃生|自救|应对|避免|预防|护理|"
    r"康复|报名|参加)"
)
QUESTION_BEFORE = re.compile(
    r"(?:谁|哪里|哪儿|哪个|哪家|哪栋|边个|边度|什么地方|几楼|有没有(?:人|老人|谁|听说|听到)?|有无|"
    r"为什么(?:会)?|为啥|点解|什么时候|几时)$|\b(?:who|where|is (?:anyone|anybody|there any\w*)|"
    r"was (?:anyone|anybody|it|there)|did (?:anyone|anybody|he|she|they|you|it))\b[^,.]{0,20}$"
)
# "怎么摔倒的": asked how, not told that.
HOW_BEFORE = re.compile(r"怎么|谁|什么时候|几时|点样|点解")
SAID_OF = re.compile(r"^了?[的嘅](?:$|[?呢啊呀])")
# Whether to call is asked, or it was done: the call alone is no alarm.
CALL_BEFORE = re.compile(r"(?:要不要|用不用|该不该|需不需要|使唔使|(?:已经|刚才?|都)(?:帮我)?)$")
# After a sign: an occasion, an office; the sign is a part of a longer word.
TOPIC_AFTER = re.compile(
    r"^(?:的)?(?:演习|演练|知识|讲座|培训|险(?!些)|保险|宣传|预防|电影|新闻|剧(?!烈|痛)|手册|检测|"
    r"检查|证明|门诊|中心|专科|科|筛查|体检|防治|课|海报|广告|标识|标志|应急预案|预案|意识|风险|"
    r"隐患)|^ ?(?:drill|awareness|training|prevention|course|class|insurance|season|risk|clinic|"
    r"talk|lecture)s?\b"
)
# After the name of an illness: somebody has had it for long.
ILLNESS_AFTER = re.compile(
    r"^(?:的)?(?:药|病人|患者|后|术后|康复|病史|史|过|复查|出院|手术|住院|以后|之后|多年|好几年|"
    r"很多年|好久|偏瘫|瘫痪|了?(?:打着?|上着?|在打)?石膏|了?在家(?:养|休)|的?老人|的?家属|卧床|"
    r"恢复|留下|引起|导致|了?(?:已经|都|有)?[一二两三四五六七八九十几多半\d]{1,3}(?:年|个月|"
    r"个多月|周|次)|好了|稳定)|^ (?:patient|medicine|medication|pills?|rehab\w*|recovery|last|"
    r"years?|two|three|\d+ (?:years?|months?)|survivor|in \d{4})"
)
FAR_PAST = re.compile(
    r"上次|上回|上个?月|上周|上个?星期|上个?礼拜|去年|前年|那年|那次|那天|那时|那回|曾经|当年|"
    r"小时候|年轻时|早年|前阵子|前段时间|前些(?:天|日子|年)|旧年|嗰次|几?年前|"
    r"[一二两三四五六七八九十几多半\d](?:个)?(?:年|月|星期|周|礼拜)(?:多)?前|以前|"
    r"\b(?:last (?:week|month|year|time|summer|winter|spring|autumn)|years? ago|months? ago|"
    r"weeks? ago|used to|when i was|history of|recover\w*)\b"
)
# Directly after a sign: long ago, or for long.
PAST_AFTER = re.compile(
    r"^[了过咗]?(?:已经|都|有)?[一二两三四五六七八九十几多半\d]{1,3}(?:年|个月|个多月|个星期|"
    r"周)(?:了|多)?|^了?(?:好几|很多|多)年|^过(?:一|两|几|三|好几)?(?:次|回)?(?:$|[,。])|"
    r"^的?(?:那次|那天|那时候|那年)|^[^,.!?]{0,20}\b(?:last (?:week|month|year|time|summer|"
    r"winter)|(?:years?|months?|weeks?) ago|in (?:19|20)\d\d)\b"
)
NEAR_PAST = re.compile(
    r"昨天|昨日|昨晚|昨夜|前天|前晚|前日|前几天|寻日|寻晚|琴日|琴晚|噚日|听说|据说|差点|险些|"
    r"\byesterday\b|\blast night\b|\bdays? ago\b|\bi heard\b"
)
# It is over, or nothing came of it: people are looked after, but nobody is woken.
OVER = re.compile(
    r"虚惊|误报|误会|误触|按错|火(?:已经|都|自己|被)?(?:扑|熄)?灭了|已经(?:扑|熄)?灭|扑灭了|"
    r"(?<!我)没事了|冇事啦|(?:^|[,。 !])(?:人|现在|还好|幸好)?没(?:什么)?事(?:儿|的|了|啦)?(?=$|"
    r"[,。.! ])|没(?:什么)?大碍|没受伤|(?<!要)不要紧|不碍事|冇大碍|救出来了|放出来了|已经出来了|"
    r"抓到了|抓住了|送(?:去|到|往)?(?:医院|急诊)了|送了医院|已经(?:送|在|去)(?:了)?医院|已经好了|"
    r"好多了|(?<!不是)(?<!没有)(?<!没)(?<!别)开个?玩笑|逗你|测试|试一下|试试看?|\b(?:false alarm|"
    r"just kidding|joking|(?:is|was|been) put out|fire is out|is fine now|are fine now|i'?m fine|"
    r"is ok now|is okay now|no longer|all good|resolved|testing|already in (?:the )?hospital|"
    r"no need to worry|better now)\b"
)
FOUND_AGAIN = re.compile(
    r"找到了|找回来?了|回来了|回家了|搵返|\bfound (?:him|her|them)\b|\bcame (?:back|home)\b"
)
# With doubtful words it is no doubt any more.
PLEA = re.compile(
    r"快(?:点|些)?(?:过)?来(?!电)|快.{0,2}救|救(?:他|她|我|人(?!员)|命(?!药))|(?:赶紧|赶快|马上|"
    r"立刻)(?:过)?来|快啲嚟|\bcome (?:now|quick\w*|fast)\b|\bhurry\b"
)
# A cry that is a joke.
JOKE_AFTER = re.compile(
    r"^[啊呀!~ 哈]{0,4}[^。]{0,16}?(?:才醒|迟到|笑|好看|好吃|好听|好喝|作业|可爱|尴尬|社死|太帅|"
    r"好帅|忘(?:记|了)|考试|上班|加班|老板|胖|减肥|起不来床|起床|无语|这个瓜|追剧|更新|好甜|太甜|"
    r"太美|好美|周一|放假|早八|堵车|抢不到|磕到|嗑到|毛衣|发型)|"
    r"^[啊呀~! ,。]{0,4}[^,。]{0,4}(?:作业|好笑|笑死|可爱|社死|尴尬|好看|好吃|太帅)|^药|"
    r"^[啊呀]?[^,。!? ]{0,3}(?:多谢|谢谢)"
)
# A machine or a business wrote it: 【…】 at its beginning; our own signature is a quotation.
SIGNED = re.compile(r"^\s*(?:【(?!点单)[^】]{1,20}】|\[(?!diandan)[^\]]{1,20}\])")
