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

# Traditional characters of these words, each before its simplified one.
_PAIRS = (
    "丟丢並并佔占併并來来係系倉仓個个們们倖幸傘伞備备傢家傳传傷伤僕仆價价儀仪儘尽儲储兇凶兒儿"
    "內内兩两冊册凍冻別别剋克剛刚劃划劇剧劑剂動动勢势厠厕厭厌厲厉參参員员喚唤喫吃單单嗆呛嗎吗"
    "嘔呕噴喷噹当嚇吓嚨咙嚮向嚴严囪囱埰采報报塊块墊垫墜坠墻墙壓压壞坏夠够夢梦夥伙夾夹姦奸婦妇"
    "媽妈孃娘孫孙學学寀采寶宝將将專专尋寻對对導导尷尴屬属島岛帥帅帶带幣币幫帮幷并幹干幾几庫库"
    "廁厕廚厨廣广弔吊張张強强彆别彈弹彔录後后從从復复悶闷惱恼愛爱應应懶懒戲戏拚拼捱挨掃扫採采"
    "換换揮挥搖摇搶抢摟搂摺折撐撑撥拨撲扑擊击擔担據据擠挤擾扰敵敌斬斩斷断於于昇升時时暈晕曏向"
    "曬晒書书會会朮术東东枱台枴拐柺拐査查桿杆條条棟栋業业極极榦干槍枪樁桩樂乐樓楼標标樣样樹树"
    "橋桥機机檢检檯台欄栏殘残殺杀毆殴氣气沒没況况洩泄減减測测渾浑準准溝沟溫温滅灭滾滚滿满漢汉"
    "潔洁濃浓災灾為为烏乌無无煙烟煩烦熱热燈灯燉炖燒烧燙烫燭烛爐炉爲为爺爷牀床牆墙狀状獻献現现"
    "產产産产異异當当痠酸瘋疯瘓痪瘡疮癇痫癢痒癥症癱瘫癲癫發发盃杯盜盗盡尽盤盘眞真眾众睏困磚砖"
    "礙碍禍祸禮礼稅税積积穩稳窩窝窮穷窺窥竈灶竊窃箇个節节篩筛籃篮糞粪紅红紐纽紙纸紮扎細细紺绀"
    "絆绊結结絞绞絡络給给統统絲丝綁绑綑捆經经綫线網网緊紧線线緩缓練练緻致縫缝總总繫系纍累纏缠"
    "纔才羣群羨羡義义習习翫玩聞闻聯联聲声聽听脅胁脈脉脣唇脩修腦脑腫肿腳脚臉脸臘腊臟脏臥卧臨临"
    "臺台興兴舉举舊旧菸烟萬万葯药蔘参薦荐藥药處处虛虚號号虧亏蟲虫蠟蜡衆众術术衕同衚胡衛卫衞卫"
    "袷夹裏里補补裝装裡里製制複复褲裤褻亵見见規规視视親亲覺觉觸触計计討讨訓训託托記记設设許许"
    "診诊註注証证詐诈詞词試试話话該该誌志語语誤误說说説说誰谁課课調调謀谋講讲謝谢謹谨證证識识"
    "護护變变讓让豬猪貓猫貨货販贩貴贵買买費费賊贼賣卖質质賬账賴赖賺赚購购蹤踪車车軋轧軌轨軟软"
    "輕轻輛辆輪轮輸输轉转農农迴回這这週周進进遊游過过遙遥遞递遠远遲迟遺遗還还邊边鄰邻醜丑醣糖"
    "醫医醬酱釘钉針针釦扣鈅钥鈍钝鈴铃鉆钻鋸锯錄录錢钱錯错録录錶表鍋锅鍼针鎖锁鏇旋鏈链鏡镜鐧锏"
    "鐵铁鑰钥鑽钻長长門门閂闩開开閑闲閒闲間间閘闸閥阀闆板闇暗闖闯關关陞升陣阵陰阴陽阳隊队階阶"
    "隨随險险隱隐雞鸡難难雲云電电霧雾響响頂顶項项順顺預预頭头頸颈頻频顆颗題题願愿風风颱台颳刮"
    "飆飙飛飞飯饭飲饮餅饼餓饿餬糊饞馋馬马騙骗騷骚驗验驚惊驟骤髒脏體体髮发鬍胡鬥斗鬧闹鬱郁魚鱼"
    "鮮鲜鯁鲠鳥鸟鴨鸭鵝鹅鵡鹉鷄鸡鸚鹦鹹咸鹽盐麥麦麪面麫面麵面麼么麽么點点黨党黴霉齒齿齣出齦龈"
    "龍龙龜龟著着乾干"
)
SIMPLIFIED = str.maketrans(_PAIRS[::2], _PAIRS[1::2])

WHO = (
    r"(?:[妈爸爷奶婆公爹娘叔伯姨舅姑哥姐弟妹娃儿孙女仔人他她佢]|老伴|老人家?|老太太?|老头子?|孩子|"
    r"小孩|细路|宝宝|邻居|室友|同事|朋友|孕妇|\bta\b)"
)
# What may stand between a person and what has happened to them; no thing and no clause's end.
GAP = r"[^,。.!?;\s机电屏灯铃门锁车把将的水]"
VERY = (
    r"(?:突然|忽然|一直|感觉|觉得|有点|有些|一阵|现在|又|很|好|特别|非常|真|太|剧烈?|那里|这里|"
    r"里|在|就|绞|刺|隐隐|得){0,3}"
)

LIFE = (
    # Unconscious
    r"[晕昏][倒到低死咗]|云倒|晕过去|昏过去|晕了过去|昏迷|不省人事",
    r"(?:失去|没有?|冇|无)(?:意识|知觉)",
    r"(?:叫|喊|唤|推|拍|摇)(?:他|她|佢|妈|爸|都|极|也|半天|了){0,2}(?:不|唔)醒",
    rf"{WHO}{GAP}{{0,5}}(?:没有?|冇|毫无)反应",
    # Breath and heart
    r"(?:没有?|冇|停止)(?:呼吸|心跳|脉搏)|(?:呼吸|心跳|心脏)(?:都|已经|快|好像)?(?:骤?停|没)了?|"
    r"断气",
    rf"{WHO}(?:已经|都|好像|快)?没气(?:了|息)",
    r"(?:喘|抖|唞|透|穿|传|吸)(?:不|唔)(?:过|上|到|了|出|来){1,2}(?:来)?气|(?:喘|唞|抖|透)唔到|"
    r"喘不上来|上不来气|气(?:都)?(?:喘|上)不(?:上|过)?来|喘不了|气都喘不|呼吸(?:很|好|非常|有点|"
    r"越来越|十分|唔到|不了)?(?:困难|不了|不过来|不上来|唔到|急促)|呼吸唔到|喘得(?:很|好|非常|太|"
    r"特别)?(?:厉害|凶|急)|窒息",
    rf"(?:胸[口部前腔]?|凶口|心口|心脏|心窝|前胸){VERY}(?:痛|疼|绞)|心绞痛|心好绞",
    # Stroke and fits
    r"心脏骤停|心脏病?(?:突然|又|好像|要|病)?(?:发作|发了|犯了)|心脏病人?犯|哮喘(?:急性|又|"
    r"突然)?(?:发作|发了|犯了)|癫痫(?:又|突然)?(?:发作|发了|犯了)|羊[癫角][疯风]|休克|抽搐|"
    r"口吐白沫|翻白眼.{0,4}抽|全身抽|浑身抽|[嘴口脸面](?:巴|角|部)?(?:都|也|突然|有点|已经|好像|"
    r"和眼睛?)?歪(?:了|咗|到|向|斜)?|口眼歪|半边(?:身[子体]?|脸|手脚?)(?:都|突然|也|好像|"
    r"身体)?.{0,2}(?:动不了|不能动|不会动|没知觉|没感觉|麻|无力|郁唔到)|突然(?:间)?(?:说|讲)(?:话|"
    r"不)(?:说|讲)?(?:不清|不出|话)",
    # Blood
    r"大出血|(?:流|出|留)(?:了|咗|着|住)?(?:很多|好多|大量|一地|不少|满地|一身|好大|太多|"
    r"许多)的?(?:血|雪)|(?:流|出|留)(?:血|雪)(?:不止|不停|了|啊|很|好|唔止)|血(?:流)?(?:不止|不停|"
    r"如注|流唔停)|(?:止不住|止唔到|止唔住)血|血(?:一直|还在|不停|老是)?(?:地)?(?:流|止|"
    r"喷)(?:个?不|唔)|血(?:一直|还在|不停)(?:地)?(?:流|喷)|(?:满|一|到处|全|都)(?:是|地|身|头|脸|"
    r"手|都是){1,2}血|(?:吐|咳|呕)(?:了|出|咗)?(?:好多|很多|大量|一口|几口)?血|割(?:伤|到|破|"
    r"断)了?(?:手腕|动脉|脖)|(?:后脑|脑袋|头)(?:都|也)?(?:摔|撞|磕)?(?:破|流血|开)(?:了|咗)",
    # Falls
    r"(?:摔|跌|滑|甩|率|绊|仆|昏)(?:倒|低|咗落|落楼|下楼|下梯|下床)|摔到(?:了|地|在|头)|摔道了|"
    r"跌亲|(?:跌|摔|滚)(?:下|落)(?:了|去|来|咗)?(?:楼|床|梯|台阶|山|坡)|从(?:二|三|四|五|六|"
    r"几)?(?:楼|梯|床|椅|凳|树|高|阳台|窗|台阶|脚手架)[^,。\s衣东花盆]{0,4}(?:摔|跌|滚)(?:下|落|"
    rf"了)|(?:我|{WHO}){GAP}{{0,4}}从[^,。\s]{{1,8}}(?:摔|跌|掉|滚)(?:下|落|了)|(?:摔|跌|躺|瘫|趴|"
    r"坐|倒)(?:倒|在地|在|咗|了)?[^,。]{0,9}(?:起不来|起唔到|起唔嚟|爬不起|站不起|动不了|不能动|"
    rf"郁唔到)|爬不起来|郁唔到|{WHO}[^,。\s把将垃圾水油]{{0,5}}倒在(?:地|路|厕|浴|家|楼|房|门口|"
    r"卫生间|床边|血)",
    # Poison, choking
    r"(?:吃|喝|吞|服|食|饮)(?:了|错|下|咗)?[^,。]{0,4}(?:农药|老鼠药|百草枯|敌敌畏|洁厕|清洁剂|"
    r"消毒水|漂白水|毒|安眠药(?:一瓶|好多|很多|太多|过量|半瓶|几十))|安眠药.{0,3}(?:一整?瓶|半瓶|"
    r"太多|过量|好多|很多|几十)|(?:吃|食)药(?:吃|食)(?:得|咗)?太?(?:多|过量)|药(?:吃|食)(?:得|"
    r"咗)?太?多|(?:吃|服|食)(?:了|咗)?(?:一整?瓶|半瓶|过量|几十[片颗粒])|(?:食物|煤气|燃气|药物|"
    r"酒精|一氧化碳|农药|气体)中毒|中(?:了|咗)?毒了|一氧化碳|(?:吞|吃)(?:了|下|进|"
    r"咗)(?:了)?(?:电池|硬币|钉|纽扣|玻璃|磁铁|异物)",
    r"噎(?:住|到|着|咗)|哽(?:住|到|亲)|(?:卡|呛|鲠|骨)(?:住|到|在|亲)(?:了|咗)?(?:喉|嗓|气管|"
    r"食道)|(?:喉咙|嗓子|气管|喉)(?:里)?(?:被|有|畀)?[^,。]{0,4}(?:卡住|卡到|鲠|塞住|堵住)|"
    r"海姆立克",
    # Water, electricity, traffic, heavy things, birth
    r"溺水|落水|(?:掉|跌|落|摔)(?:进|到|下|落|咗)(?:了|咗)?(?:河|湖|池|井|海|江|坑|水里|水沟|水库|"
    r"鱼塘|化粪|泳池)|触电|被电(?:到|了|击|倒|晕)|电(?:到|亲)(?:了|咗)?(?:人|我|他|她|孩|手)|坠楼|"
    r"坠落|车祸|(?:被|给|畀|让)[^,。]{0,6}(?:车|摩托|的士|巴士)(?:撞|轧|压|碾|刮|撞亲)|(?:撞|压|"
    r"轧)(?:到|了|伤|死|倒|亲)(?:了)?(?:一个?|个)?(?:人|老人|小孩|孩子|行人)|被[^,。]{0,6}砸(?:到|"
    r"伤|中|了|晕)|被[^,。\s]{0,5}压(?:住|在)|被?蛇咬|大面积烫伤|严重(?:烫|烧)伤|全身(?:烫|烧)伤|"
    r"(?:手指头?|手臂|手腕|手|脚|腿|胳膊)(?:指|掌)?(?:都)?(?:被[^,。]{1,6})?(?:切|砍|夹|轧|绞|锯|"
    r"压)?断(?:了|咗)|(?:快|要|准备|马上|就)要?生(?:孩子|宝宝|了|bb|娃|小孩)|羊水(?:都|已经)?破|"
    r"破羊水|破水(?:了|咗)|穿羊水|难产|临盆",
    # Dying
    r"生命危险|生命垂危|奄奄一息|(?:快|要|就要|快要|会)死(?:了|掉|咗|人)|(?:人|"
    r"[妈爸爷奶伴婆公他她佢])(?:都|好像)?(?:快|要|就|已经)?(?:要)?不行了|快(?:要)?不行了|快唔得|"
    r"就快唔掂|出人命|死人了|有人死|病危|心跳很弱|脸色发紫|嘴唇?发紫|(?:嘴唇?|脸)(?:都)?(?:发|"
    r"变)?紫了|发绀",
    # English and pinyin
    r"\bheart ?att?ac?k|\bcardiac arrest|\bchest (?:is |really |very |so |feels? )?(?:hurt\w*|"
    r"pain\w*|pian|tight\w*)|\bpain in (?:my|his|her|the) chest|\b(?:can'?t|cant|cannot|can not|"
    r"couldn'?t) (?:breath\w*|breeth)|\b(?:not|stopped|stop) breathing|\bunable to breathe|"
    r"\b(?:trouble|difficulty|hard time|problems?) breathing|\bhard to breathe|"
    r"\bshort(?:ness)? of breath",
    r"\bunconc?i?ous|\bunconscious|\bpass(?:ed|ing) out|\bfaint(?:ed|ing)\b|\bcollapsed|"
    r"\bunresponsive|\b(?:won'?t|wont|doesn'?t|not|will not) wak(?:e|ing) up|\bhaving a stroke|"
    r"\bhad a stroke|\b(?:is|has) (?:a )?stroke\b|\bface (?:is )?droop\w*|\bseizure|\bconvuls\w+",
    r"\bble+e?d(?:ing|s)?\b|\bbleading (?:a lot|heav)|\blost? (?:a lot|lots) of blood|"
    r"\bblood every ?where|\blots? of blood|\bchok(?:ing|es|ed)\b|\boverdos\w+|\btook (?:too many|"
    r"a whole bottle|all (?:the|his|her|my)) ?(?:pills|sleeping|tablets|medicine)?|\bpoison(?:ed|"
    r"ing)|\bswallowed (?:a |some |the )?(?:batter|bleach|coin|poison|pill|magnet|pesticide)\w*",
    r"\bfell (?:down|off|from|out|over|and|on|in)\b|\bhas fallen|\bhave fallen|\bslipped and\b|"
    r"\bcan'?t get up|\bcannot get up|\bcant get up|\bdrown(?:ing|ed)?\b|\belectrocuted|"
    r"\belectric shock|\bhit by (?:a |an )?(?:car|bus|truck|bike|scooter|van|motor)|"
    r"\bcar (?:accident|crash)|\bin labou?r\b|\bwater(?:s)? (?:just )?broke|\ballergic reaction|"
    r"\banaphyla\w+",
    r"\b(?:is|am|'m|he'?s|she'?s) dying\b|\bi m dying|\bgoing to die\b|\bgonna die|"
    r"\blife (?:threatening|in danger)",
    r"\byun ?dao|\bhun ?dao|\bhun ?mi\b|\bshuai ?dao|\bliu (?:le )?(?:hen duo |hao duo )?xue\b|"
    r"\bxin ?geng|\bzhong ?feng\b|\bxiong(?: ?kou)? (?:hao |hen )?(?:tong|teng)|"
    r"\bchuan ?bu ?(?:shang|guo)(?: ?lai)? ?qi|\bhu ?xi ?kun ?nan|\bda ?(?:120|yao ?er ?ling)\b|"
    r"\bjiao ?bu ?xing|\bjiu ?hu ?che",
)

# The names of illnesses that are a danger when they strike, and everyday words afterwards.
ILLNESS = (
    r"心梗|心肌梗[死塞]?|心更(?:了|塞)|心埂|脑梗[死塞]?|脑[溢出]血|脑卒中|中风|爆血管|\bstroke\b",
)

LIFE_DOUBTFUL = (
    r"头(?:好|很|有点|突然|非常|特别|太|一直|一阵)?(?:晕|昏)(?!倒)|天旋地转|晕得|胸[口部]?(?:有点|"
    r"好|很|突然|非常|特别|一直|又)?闷|心(?:里)?(?:好|很|突然|非常)?慌|心悸|心跳(?:得)?(?:很|好|"
    r"太|特别|非常|突然)?快|心脏(?:有点|好|很|突然|又|非常)?(?:不舒服|难受|不好受)",
    r"(?:摔|跌)(?:了|咗)?(?:一|几)?(?:跤|交|下)|(?:摔|跌)伤|骨折|烫伤|烧伤|烫到|流鼻血|鼻血|鱼刺|"
    rf"鱼骨|吃错(?:了)?药|食错药|(?:我|{WHO}|腿|脚)(?:现在|突然|完全|都)?(?:动不了|不能动|动弹不得|"
    r"站不起来|走不了路)",
    r"血压(?:很|好|太|特别|非常|突然|又|一下)?(?:高|飙|升)|血压(?:到|有|都|量出?来?|"
    r"是)?(?:了)?(?:1[89]|2\d)\d|高压(?:到|有|都|是)?(?:1[89]|2\d)\d|低血糖|血糖(?:太|很|好|特别|"
    r"突然)?(?:低|高)|高烧不退|高热不退|(?:烧|热)(?:到)?(?:了)?4[0-2]|4[0-2](?:\.\d)?(?:度|℃|c\b)|"
    r"抢救|急诊|急症|小孩.{0,3}抽筋|全身.{0,3}抽筋|撑不住|顶唔住|顶唔顺",
    r"(?:剧痛|疼得打滚|痛得打滚|痛到碌|疼死|痛死)|(?:全身|喉咙|脸|嘴唇).{0,3}(?:过敏|肿起来)|"
    r"过敏.{0,6}(?:喘|肿|呼吸)|呕吐不止|吐个不停|吐得(?:很|好)?厉害|手脚(?:都)?(?:发)?麻|中暑|"
    r"撞(?:到|伤)(?:了)?头|磕(?:到|破)(?:了)?头|被?(?:狗|猫|老鼠)咬|翻白眼|晕晕的|意识模糊|"
    r"神志不清|说胡话",
    r"救命药|硝酸甘油|速效救心|(?:胰岛素|氧气|氧气瓶|呼吸机|制氧机|喘药|急救药|"
    r"吸入器)[^,。]{0,4}(?:没|冇|完|断|停|坏|用光|丢)|(?:心脏病?|心梗|心绞痛|脑梗|哮喘|癫痫|中风|"
    r"保命|护心)(?:的|吃的|用的)?(?:药|喷雾|喷剂)[^,。]{0,4}(?:没|冇|完|断|停|丢|找不)",
    r"\bdizzy|\bfeel(?:ing)? faint|\bhigh fever|\bbroken (?:leg|arm|hip|wrist|bone|ankle)|"
    r"\bbroke (?:my|his|her) (?:leg|arm|hip|wrist|ankle)|\bburn(?:ed|t) (?:my|his|her)|"
    r"\bchest (?:is )?heavy|\bheart (?:is )?racing|\bneed (?:a )?doctor (?:now|urgent)|"
    r"\btou ?yun\b",
)

FIRE = (
    r"(?:着|起|失|招|找)(?:大|了|咗|了大)?火(?!锅|车|焰山|柴|花塞)|著火|着伙|起伙|火灾|火烛|火警|"
    r"烧(?:了)?起来|烧着了|烧着咗|烧紧|(?:大火|火势|火苗|明火|火焰)(?!炒|收|煮|慢|煲|锅|车)|"
    r"火(?:越来越|好|很)大|火烧(?:起来|着|到|进|了|房|楼|屋)|烧到(?:我|隔壁|楼|房|窗|阳台|厨房|"
    r"门)|救火|灭火(?!器|毯|剂|知识|演|培训|培|课)|自燃",
    r"冒(?:出|着|起)?(?:了)?(?:很多|好多|浓|黑|大|白|青)?烟|浓烟|出(?:浓|黑|大)烟|(?:全是|都是|"
    r"好多|很多|好大|很大的?)(?:浓|黑|白|的)?烟(?!花|酒|囱|台|味|民|头|灰|盒|雾)|烟(?:好大|很大|"
    r"越来越大|太大|呛)|冒(?:出)?火(?!的|气)(?:花|星|苗)?|(?:插座|电线|插头|电箱|电表|空调|"
    r"开关)[^,。]{0,4}(?:打火|火花|烧|着|短路)|爆炸|(?:煤气|罐|电池|电瓶|锅炉|高压锅|充电宝|"
    r"热水器|电动车|电车)[^,。]{0,4}(?:炸|爆)了?|炸伤|烧焦[^,。]{0,3}味|焦味|(?:烟雾|火灾|"
    r"消防)(?:报警器?|警报|警铃)[^,。]{0,4}响",
    r"\bon fire\b|\b(?:there'?s|there is|is|a|big|house|kitchen|flat|building|car|home|apartment|"
    r"room|we have|have) (?:a |big )?(?:fire|fier|firee)\b(?! (?:drill|station|safety|alarm|"
    r"exting|truck|fighter|escape|hydrant|exit|door|department|course|training|insurance|place))|"
    r"\bfire (?:in|at|on|is|upstairs|downstairs|next|burning|now|pls|please|help)\b|"
    r"^(?:help )?fire[ !]*$|\bcaught fire|\bcatch(?:ing)? fire|\bburning (?:down|smell|building|"
    r"house)|\b(?:is|are|house|building) burning\b|\bsmell (?:something |of )?burning|"
    r"\bsmoke (?:every ?where|coming|is|in|filling|from)|\b(?:lots?|full|a lot|thick|black|"
    r"heavy) (?:of )?smoke|\bexplo(?:ded|sion|ding)",
    r"\b(?:zhao|qi|shi) ?huo\b|\bhuo ?zai\b|\bmao ?yan\b|\bbao ?zha\b",
)
FIRE_DOUBTFUL = (
    r"漏电|糊味|烧糊.{0,4}味|烧干了?锅|锅(?:都)?烧干|跳闸.{0,4}(?:味|火)|焦了.{0,3}味|"
    r"插座.{0,3}(?:发烫|很烫)|烟味(?:很|好|太)?(?:大|重|浓)|\bsparks\b",
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
)

SELF_HARM = (
    r"自[杀沙尽戕残]|自我了断|自我了结|轻生|寻死|寻短见|跳(?:楼|搂|河|江|海|桥|轨|落街)(?!价|机|"
    r"大)|上吊|吊颈|割腕|割脉|烧炭自?|(?:不|唔|没)想(?:再)?活(?:了|落去|下去|着)?(?!动)|(?:不|"
    r"唔)想生|唔想做人|活不下去|活唔落去|不想(?:再)?活|(?<![不没唔])想死(?!你|我|他|她|的|了你|"
    r"妈)|想去死|去死算|死了算|死咗算|不如死|死了(?:才|更|就)好|活着(?:真|好)?(?:没|"
    r"冇)(?:有)?(?:意思|意义)|活够了|(?:结束|了结)(?:自己|我|这条|生命)(?:的)?(?:生命|命)?|遗书|"
    r"想(?:一)?了百了|伤害自己|自我伤害|要(?:去)?死给|喝(?:了)?农药",
    r"\bkill(?:ing)? (?:myself|himself|herself|themself|my self)|\bsuic?i[dc]\w*|\bsuiside|"
    r"\bwan(?:t|ts|na) (?:to )?die|\bend(?:ing)? (?:my|his|her) life|\bend it all|"
    r"\bhurt(?:ing)? (?:myself|himself|herself)|\bself ?-?harm\w*|\b(?:don'?t|dont|do not|"
    r"doesn'?t) want to (?:live|be alive|exist)|\bno reason to live|\bjump(?:ing)? (?:off|"
    r"from) (?:the|a|my) (?:building|roof|bridge|balcony|window)|\bcut (?:my|his|her) wrists?",
    r"\bzi ?sha\b|\btiao ?lou\b|\bbu ?xiang ?huo\b|\bxiang ?si ?le\b",
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
    r"\byou ?ren ?da ?wo\b|\bjia ?bao\b|\bsha ?ren\b",
)
CRIME_DOUBTFUL = (
    r"(?:被|畀|给)(?:人)?(?:骗|偷|诈骗|盗)|偷(?:了|走|咗)|诈骗|骗(?:了|走|咗)(?:我|他|她|老人|妈|"
    r"爸)|偷拍|偷窥|骚扰|被人打过|吵架吵|露阴|家里被翻|遭窃|失窃|失窃|\bscamm?ed\b|\bstole\b|"
    r"\bstolen\b|\bharass\w*",
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
    r"(?:头|手|脚|身体|人|孩子)[^,。\s]{0,3}(?:卡|夹)(?:在|住)(?:了)?[^,。\s]{0,4}(?:栏杆|防盗网|"
    r"电梯|门缝|缝|窗|扶手|洗衣机|机器|车)|掉(?:进|到|下)(?:了)?(?:下水道|窨井|井|坑|电梯井)|被埋|"
    r"(?:房子|楼|墙|天花板|屋顶|脚手架)[^,。]{0,3}(?:塌|倒塌)|倒塌|塌方|山体滑坡|泥石流|(?:家里|"
    r"屋里|一楼)?(?:水|洪水)(?:已经)?淹(?:到|了)[^,。]{0,4}(?:腰|胸|屋|家|楼|脖)|洪水",
    r"\btrapped\b|\bstuck (?:in|inside) (?:the |a |an |this |our )?(?:lift|elevator|el[ei]vator|"
    r"room|bathroom|toilet|car|bedroom|balcony)|\blocked (?:in|inside)\b|\b(?:can'?t|cannot|"
    r"cant) get out of (?:the|my|this|a) (?:lift|elevator|room|bathroom|toilet|flat|house|car)|"
    r"\bbuilding collaps\w+|\bbei ?kun\b|\bkun ?zai ?dian ?ti",
)

LOST_WHO = (
    r"(?:老人家?(?!证|机|卡|鞋|院)|孩子|小孩(?!子)|宝宝|细路|妈妈?|爸爸?|爷爷?|奶奶?|外婆|外公|"
    r"婆婆|公公|老伴|女儿|儿子|孙子|孙女|老太太|老爷子|阿婆|阿公|阿伯|老婆|老公|患者)"
)
MISSING = (
    rf"{LOST_WHO}[^,。\s的鞋包机证卡药书衣]{{0,6}}(?:走[丢失]|丢了|失踪|不见(?:了|咗)|唔见咗|"
    r"找不(?:到|着)(?!工作|对象|鞋|地方|路|东西|家|药|手机|电话|钥匙|医院|门|人|厕所|了?钱)|"
    r"搵唔到|走散|失联|一夜没回|没回家|没有回家|(?:一直|出去|还)没回|还没回来)|(?:找不到|不见了|"
    rf"走丢了?|丢了|搵唔到|唔见咗)(?:我|我家|我们|邻居)?(?:的)?{LOST_WHO}(?!的|家|电话|微信|号|证|"
    rf"机|手机|鞋)|(?:有|老|小).{{0,2}}(?:走失|失踪)",
    r"\bmissing (?:child|person|kid|boy|girl|mother|father|grand\w+|old man|old woman|son|"
    r"daughter|elder\w*)|\b(?:child|kid|son|daughter|mother|mum|mom|father|dad|grand\w+|husband|"
    r"wife|boy|girl) (?:is|has been|has gone|went|gone) (?:missing|lost)|\b(?:can'?t|cannot|"
    r"cant) find my (?:child|kid|son|daughter|mother|mum|mom|father|dad|grand\w+|boy|girl|husband|"
    r"wife)\b(?!'s)|\blost my (?:child|kid|son|daughter|boy|girl)\b|\bzou ?diu\b",
)

ANY = (
    r"(?:救|就|旧)命|救救|救我|救人(?!员)|救下我|快(?:点)?来人|命都没|人命关天|生死关头|紧急情况|"
    r"十万火急救|\bsos\b|\bjiu ?ming\b|\bjiu ?jiu ?wo\b|\bjiu ?wo\b|\bkuai ?lai ?ren\b",
    r"\bhelp ?!{2,}|\bhelp!? help\b|\bhelp me ?(?:!|now|quick\w*|$|asap|i'?m (?:in|hurt|scared))|"
    r"\bsave me\b|\bsave (?:my|his|her) (?:life|mother|father|child|son|daughter|mum|mom|dad|wife|"
    r"husband)|\bsomebody help|\bsomeone help|\bemergenc(?:y|ies)\b|\bemerg[ae]n[cs]y\b|"
    r"\bmayday\b|\bin danger\b|\bdangerous situation",
)

# Whoever asks for a call is in need of it, also when it is put as a question.
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
