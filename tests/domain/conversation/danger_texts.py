"""Cries for help by kind, and sentences that sound like one and are none: one a line."""


def _lines(text: str) -> list[str]:
    return [line for line in (raw.strip() for raw in text.splitlines()) if line]


LIFE = _lines(
    """
    我妈晕倒了
    我妈晕倒了 民乐老村3栋 快来
    我爸突然昏倒了叫不醒
    老伴摔倒了起不来 流了好多血
    老人摔倒了
    奶奶在厕所滑倒了动不了
    爷爷从楼梯上摔下来了
    胸口好痛喘不上气
    胸口疼得厉害 一身冷汗
    心脏突然绞痛
    医院说我心脏病 现在喘不上气
    我喘不过气来
    我妈呼吸困难嘴唇发紫
    我老公没有呼吸了
    他没气了
    老爸没意识了
    人已经不省人事
    邻居昏迷了
    心梗
    我爸可能心梗了
    是不是心梗 我爸胸痛
    中风了嘴歪了
    我妈嘴歪了说话不清楚
    半边身子动不了
    脑出血 快来人
    我爸脑梗了
    吃药吃多了 安眠药一瓶
    我老婆喝了农药
    孩子喝了洁厕灵
    奶奶误吃了老鼠药
    小孩吞了电池
    宝宝噎住了
    孩子喉咙被果冻卡住了
    小孩溺水了
    有个孩子掉进河里了
    我触电了
    有人被电晕了
    楼下有人被车撞了
    出车祸了 流血不止
    孩子抽搐口吐白沫
    癫痫发作了
    我老婆要生了 羊水破了
    哮喘发作没有药
    血止不住
    手指被切断了
    爷爷吐血了
    头破了一直流血
    我快不行了
    我妈快不行了
    我要死了
    有生命危险
    快打120
    帮我打120
    叫救护车
    可以帮我叫救护车吗
    需要救护车 民乐老村
    煤气中毒了
    一家人食物中毒
    被蛇咬了
    我不是开玩笑 我爸真的晕倒了
    不是着火 是我妈晕倒了
    我没事 我妈晕倒了
    刚才摔倒了 现在爬不起来
    老人倒在地上没反应
    独居老人躺在地上起不来
    有人倒在路边
    工地上有人从脚手架上掉下来了
    高血压晕倒了
    发烧40度抽搐
    孩子发烧抽搐了
    一个老伯在公交站昏过去了
    我阿妈晕低咗
    阿婆跌亲起唔到身
    我唞唔到气
    心口好痛 透唔到气
    佢冇呼吸啦
    個仔食錯老鼠藥
    我媽暈倒了
    老人跌倒流血不止
    胸口痛 喘不過氣
    叫救護車
    他昏過去了
    云倒了 我妈
    我妈晕到了
    我妈摔到了流血
    留血不止
    胸口疼穿不上气
    凶口痛
    心更塞
    老人率倒了
    wo ma yundao le
    wo ba zhongfeng le
    jiao bu xing le kuai lai
    lao ren shuai dao le
    xiong kou tong
    da 120
    chest pain
    my chest hurts
    I can't breathe
    cant breathe pls come
    my mother is unconscious
    my dad passed out
    he is not breathing
    heart attack
    heart atack
    I think my husband is having a stroke
    she fell down the stairs and can't get up
    my grandma has fallen
    bleeding a lot
    my son is choking
    he took too many sleeping pills
    baby swallowed a battery
    call an ambulance
    need ambulence now
    my wife is in labour
    he collapsed
    she is having a seizure
    hit by a car
    """
)

FIRE = _lines(
    """
    着火了
    家里着火了
    民乐老村3栋着火了快来人
    厨房起火了
    隔壁失火了
    楼下电动车自燃
    楼道里冒烟了 好呛
    阳台冒黑烟
    插座冒火花
    电线短路烧起来了
    煤气罐爆炸了
    高压锅炸了
    楼上全是烟
    浓烟滚滚
    火越来越大
    烟雾报警器一直响
    快打119
    烧着了 快来
    著火了
    著火啦 快啲嚟
    隔離屋火燭
    廚房冒煙
    找火了
    着伙了
    起伙了
    zhaohuo le
    qi huo le kuai lai
    fire
    Fire!!!
    there's a fire in my kitchen
    my house is on fire
    the building is burning
    smoke everywhere
    kitchen caught fire
    一股烧焦的味道 很大
    火烧到阳台了
    """
)

GAS = _lines(
    """
    家里煤气味很大 民乐老村3栋
    煤气漏了
    煤气泄漏
    燃气泄露 味道好大
    好像煤气漏气了
    闻到煤气味
    楼道里一股煤气味
    天然气味很重
    煤气罐漏气
    煤气阀关不上了
    媒气味好大
    没气味很大 煤气
    煤氣漏咗
    聞到好大陣煤氣味
    瓦斯外洩
    燃气报警器一直响
    gas leak
    I smell gas
    strong gas smell in the corridor
    gas is leaking
    meiqi lou le
    mei qi wei hen da
    煤气是不是漏了 头晕
    """
)

SELF_HARM = _lines(
    """
    我想自杀
    不想活了
    我不想活了 活着没意思
    活不下去了
    我想死
    我女儿要跳楼
    有人要跳楼
    他站在天台要跳楼
    她割腕了
    我老公上吊了
    我写了遗书
    死了算了
    想结束自己的生命
    唔想做人
    我唔想生喇
    佢話要跳樓
    I want to die
    I want to kill myself
    my friend is suicidal
    going to end my life
    I don't want to live anymore
    he cut his wrists
    zisha
    bu xiang huo le
    自沙
    我想轻生
    """
)

CRIME = _lines(
    """
    有人打我
    老公打我
    我老公又在打我
    他拿刀要砍我
    有人拿着刀
    有小偷进来了
    家里进贼了
    有人撬门
    有人在撬我家的门
    抢劫
    我被抢了
    包被抢了
    打劫
    有人抢孩子
    家暴 救救我
    楼下打架了
    有人砍人
    杀人了
    强奸
    有人跟踪我
    一个男人一直跟着我
    陌生人闯进来了
    我被绑架了
    我被人威胁
    他要杀我
    别杀我
    报警
    快报警
    帮我报警
    请帮我打110
    能不能帮我报警
    有賊
    賊佬入屋
    有人打劫
    佢揸刀斩人
    報警
    强截
    抱警
    小头进来了
    someone is breaking in
    a man with a knife
    I was robbed
    he is beating me
    call the police
    there is an intruder in my house
    I'm being attacked, someone is attacking me
    kidnapped
    a man is following me
    bao jing
    you ren da wo
    """
)

TRAPPED = _lines(
    """
    困在电梯里了
    被困电梯
    电梯卡住了 我在里面
    我被关在电梯里
    电梯停了 里面有人 出不来
    在电梯里出不来
    孩子被反锁在屋里
    小孩锁在车里了
    我被锁在阳台了
    老人反锁在厕所里
    卫生间门坏了出不来
    孩子头卡在栏杆里
    掉进下水道了
    墙塌了有人被埋
    被捆在电梯
    我被關在電梯裡
    困咗喺𨋢
    困系電梯
    stuck in the lift
    I'm trapped in the elevator
    locked in the bathroom
    can't get out of the room
    bei kun zai dianti
    """
)

MISSING = _lines(
    """
    我爸走丢了
    孩子走丢了
    孩子不见了
    老人走失
    我妈老年痴呆走失了
    找不到我女儿了
    奶奶出去一直没回来 找不到
    孩子失踪了
    小孩走散了
    老婆婆唔見咗
    my child is missing
    can't find my son
    my mother is missing
    """
)

ANY = _lines(
    """
    救命
    救命！！！！
    救命啊
    救命呀 快来
    救救我
    快来人啊
    来人啊救命
    救命啊 民乐老村3栋502
    就命啊
    旧命
    救命阿
    jiuming
    jiu ming a
    SOS
    help!!!
    help me
    help help
    emergency
    somebody help
    save me
    s.o.s 救命
    """
)

# Numbers are named and an order is urgent, but nobody is woken.
DOUBTFUL = _lines(
    """
    头晕
    有点头晕 不舒服
    摔了一跤 没事
    救命药没了 民乐老村3栋 心脏病的
    心梗的药没了
    硝酸甘油没有了
    血压很高 200
    胸闷
    心慌
    昨天摔倒了 腿疼
    他偷了我的东西
    我被骗了两万块
    着火了 已经扑灭了
    虚惊一场 厨房着火了
    听说3栋着火了
    骨折了 要去医院
    孩子高烧不退
    氧气快用完了
    被狗咬了
    dizzy
    my wallet was stolen
    """
)

DANGERS = {
    "life": LIFE,
    "fire": FIRE,
    "gas": GAS,
    "self_harm": SELF_HARM,
    "crime": CRIME,
    "trapped": TRAPPED,
    "missing": MISSING,
    "any": ANY,
}

LOOK_ALIKES = _lines(
    """
    不是着火
    没着火
    没有着火 放心
    不是急事
    灯泡烧了
    灯泡烧坏了 请人来换
    保险丝烧了
    急诊科医生开的
    买药 民乐老村3栋 急诊科医生开的
    救命啊七点才醒
    救命 作业太多了
    救命这也太好笑了
    火锅
    想吃火锅
    着急
    不着急
    别着急 慢慢来
    手机没气了
    轮胎没气了
    煤气没气了 换煤气罐
    煤气费
    交煤气费
    帮我交燃气费 民乐老村3栋
    换煤气罐
    煤气罐太重搬不动
    煤气灶打不着火
    燃气灶点不着
    煤气卡充值
    上次我妈晕倒多亏你们
    谢谢你们上次救了我妈
    感谢志愿者救了我一命
    消防演习几点
    消防演练在哪里
    火灾知识讲座几点
    发烧39度8
    买药 我妈发烧39度8 民乐老村3栋 现在
    孩子发烧了想买退烧药
    老人摔倒了吗
    1 42 老人摔倒了吗
    着火了吗
    是着火了吗
    有人晕倒吗
    谁晕倒了
    哪里着火了
    怎么摔倒的
    吓死我了
    笑死
    笑死我了
    忙死了
    累死了
    累死
    热死了 今天
    饿死了 送餐
    烦死了
    气死我了
    急死我了
    急死人了
    困死了
    冷死了
    渴死了
    痒死了
    丑死了
    贵死了
    无聊死了
    累得要死
    忙得要死
    想死你了
    手机死机了
    电脑死机了帮我看看
    忙得喘不过气
    笑得喘不过气
    睡死了没听见
    《救命》这部电影好看吗
    看了《着火的女人》
    电影里着火了
    新闻说有人跳楼
    电视里有人杀人
    小说里的强盗抢劫
    游戏里被杀了
    昨晚做梦着火
    梦见我妈晕倒
    跳楼价
    跳楼大甩卖
    跳楼机好玩吗
    打不通电话
    有人打我电话
    打我手机
    他打我电话没接到
    请打电话给我
    打人工电话
    转人工
    打车去医院
    打针去社康
    打扫卫生
    打印资料
    打包两份饭
    打牌三缺一
    有人打篮球太吵
    楼上打孔太吵
    抢不到票
    抢红包
    帮我抢号
    抢购大米
    偷懒
    偷偷告诉你
    贼好吃
    贼冷
    砍价
    帮我砍一刀
    磨菜刀
    买一把菜刀
    菜刀钝了 想磨刀
    杀鸡
    买一只鸡 帮我杀鱼
    抽血几点
    陪我去抽血 明天
    量血压
    血压计坏了
    买血糖试纸
    牙龈出血买牙膏
    刷牙出血
    献血在哪里
    头晕车不想坐
    晕车药
    买晕车药 明天
    晕船
    胸痛门诊在几楼
    心脏科挂号
    心脏病复查 陪我去医院
    我爸中风三年了 想推轮椅出去
    中风后遗症 需要康复
    我爸以前中风过
    我妈去年摔倒过 走路慢
    上个月摔倒了 现在好了
    脑梗病人 需要推轮椅
    预防中风讲座
    什么是心梗
    心梗有什么症状
    怎么预防老人摔倒
    小心摔倒
    防止滑倒 买防滑垫
    防滑垫 防摔倒
    浴室装扶手怕摔倒
    注意防火
    小心火烛
    灭火器过期了
    灭火器多少钱
    买打火机
    买火柴
    坐火车
    买火车票
    火龙果两斤
    火腿肠
    上火了 买凉茶
    上火
    冒火的脾气
    嗓子冒烟了 想喝水
    红烧肉
    烧烤
    烧水壶坏了
    烧饭
    油烟机坏了
    油烟机清洗
    抽烟的人太多
    买烟
    买两包烟
    烟花
    爆炸头
    炸鸡
    炸酱面
    煤气报警器没电了
    烟雾报警器怎么装
    报警器坏了
    电梯坏了 上不去
    电梯卡丢了
    电梯卡忘带了
    电梯停了几点修好
    钥匙锁在家里了
    钥匙忘在屋里了
    手机锁在车里
    出不了门 想请人买菜
    腿疼出不了门
    疫情困在家无聊
    生活困难
    困了想睡觉
    老人证丢了
    老人机不见了
    孩子的书包不见了
    找不到孩子的鞋
    找不到工作
    找不到路
    猫走丢了
    狗不见了
    我家狗走丢了
    钱包丢了
    鱼死了
    花死了
    猫晕倒了
    手机摔了
    手机摔坏了
    碗摔碎了
    手机掉水里了
    股票跌倒底了
    快过生日了
    要生气了
    生病了想买药
    救命恩人
    急救箱
    急救课几点
    急救知识培训
    救护车多少钱
    急诊室的医生很好
    不用打120
    不用叫救护车
    没有人受伤
    没人晕倒
    没有流血
    人清醒 没有流血
    老人起不来床 需要翻身
    不想死 想好好活着
    预防自杀热线是多少
    防诈骗宣传
    反诈讲座
    反家暴宣传
    防小偷 装锁
    换锁
    门锁坏了 修锁
    派出所在哪
    警察叔叔好
    志愿者是消防员吗
    119宣传日
    120块钱
    110斤
    药119元
    红火
    生意火了
    好火啊这家店
    火急火燎
    火气大
    心疼钱
    心痛你
    头疼 买药
    肚子疼买药
    腿疼
    感冒咳嗽
    咳嗽有痰
    帮帮忙
    帮我
    请帮忙买米
    急！！！买药 民乐老村3栋
    快点来
    马上要 买药
    在吗
    你好
    谢谢
    我接
    好的我去
    到了
    老人很高兴
    药买到了 送到了 老人很高兴
    没人在家
    电话打不通
    别再发了
    退订
    我投诉
    骗子
    你妈的 骗子
    滚
    【某银行】您的验证码是482913，请勿泄露
    【消防】家中着火怎么办 请记住119
    您好，我现在不方便接听，稍后回复您
    买菜 民乐老村3栋 下周一
    修水管 民乐老村3栋 现在
    水管漏水
    水龙头漏水
    马桶漏水
    空调漏水
    灯不亮
    停电了
    停水了
    跳闸了
    民乐火锅店旁边
    fire drill when
    fire alarm battery
    fire extinguisher expired
    I was fired
    firewood
    fireworks tonight
    gas bill
    change gas bottle
    gas stove won't light
    my phone is dying
    battery is dead
    dying to see you
    not on fire
    no fire here
    no chest pain
    not an emergency
    emergency contact number
    stroke patient needs wheelchair
    he had a stroke last year
    help
    HELP
    help me buy medicine
    please help me carry rice
    help me with my phone
    stuck in traffic
    keys locked inside
    lost my keys
    lost my dog
    heartburn medicine
    blood pressure monitor
    nose bleed cream
    I fell asleep
    this heat is killing me
    deadline tomorrow
    mai yao minle laocun 3dong mingtian
    huoguo
    """
)
