"""Words for codes on the administrator's pages."""

from app.core.i18n import N_
from app.help_requests.rules import STATE_NAMES, URGENCY_NAMES

SUBJECTS = {
    "accounts": N_("账号和角色"),
    "settings": N_("设置和服务类别"),
    "areas": N_("区域、地点和组织"),
    "requests": N_("需求单和派单"),
    "duty": N_("轮值"),
}
ROLES = {
    "volunteer": N_("志愿者"),
    "coordinator": N_("调度员"),
    "administrator": N_("管理员"),
}
PERSON_STATES = {
    "pending": N_("等待审批"),
    "active": N_("在册"),
    "suspended": N_("停用"),
    "rejected": N_("未通过"),
}
LEVELS = {
    "district": N_("区"),
    "subdistrict": N_("街道"),
    "community": N_("社区"),
    "block": N_("片区"),
    "grid": N_("网格"),
}
# Names of published figures in the demo; others are shown as entered.
FIGURES = {
    "km2": N_("平方公里"),
    "people": N_("人口"),
    "registered": N_("户籍人口"),
    "buildings": N_("楼栋数"),
}
PLACE_KINDS = {
    "estate": N_("小区"),
    "building": N_("楼栋"),
    "landmark": N_("地标"),
}
TIERS = {"1": N_("1 · 区级中心"), "N": N_("N · 社区或园区中心"), "V": N_("V · 小站")}
CHANNELS = {"sms": N_("短信"), "email": N_("邮件")}
MESSAGE_STATES = {
    "pending": N_("等待发出"),
    "claimed": N_("正在发"),
    "submitting": N_("正在发"),
    "accepted": N_("已交给运营商"),
    "delivered": N_("已送达"),
    "failed": N_("没有送到"),
    "unknown": N_("不知道有没有送到"),
    "cancelled": N_("不用发了"),
}
CHOICES = {
    "failed": N_("没有送到"),
    "unknown": N_("不确定"),
    "waiting": N_("等待发出"),
    "accepted": N_("已交给运营商"),
    "delivered": N_("已送达"),
}
LIMITS = {
    "order_phone": N_("同一手机号一天最多点单"),
    "order_range": N_("同一网段一天最多点单"),
    "order_all": N_("全部居民一天最多点单"),
    "login_phone": N_("同一手机号一天最多取验证码"),
    "login_range": N_("同一网段一天最多取验证码"),
    "sms_out_all": N_("一天最多发出短信"),
    "text_in_phone": N_("同一手机号一天最多处理短信"),
    "join_range": N_("同一网段一天最多报名"),
}
# One for each of `matching.ranking.PARTS`.
WEIGHTS = {
    "distance": N_("离得近"),
    "travel": N_("到得快（紧急的、越快越好的单）"),
    "chance": N_("以前常接单"),
    "load": N_("手上的单少"),
    "idle": N_("好久没问过"),
    "familiar": N_("服务过这位居民"),
    "duty": N_("正在值班"),
    "fit": N_("证书看过，语言相通"),
    "rest": N_("值完班歇够了"),
}
FAULTS = {
    "gap": N_("前面少了一行"),
    "changed": N_("这一行被改过"),
    "broken": N_("这一行和前一行接不上"),
    "note": N_("这一行的说明被改过"),
    "note_missing": N_("这一行的说明不见了，也没有删除的记录"),
    "note_unreadable": N_("这一行的说明解不开"),
    "note_orphan": N_("有说明，没有这一行"),
    "head": N_("最后一行不是原来的最后一行"),
    "seal": N_("记着最后一行的那一条被人改过"),
    "head_replaced": N_("写这一行时，留痕的末尾已经被人改过"),
    "published": N_("和以前公布的校验值对不上"),
}
DETAILS = {
    "role": N_("角色"),
    "level": N_("级别"),
    "kind": N_("类型"),
    "tier": N_("类型"),
    "from": N_("从"),
    "to": N_("到"),
    "datum": N_("坐标系"),
    "added": N_("增加"),
    "bad": N_("有误"),
    "back": N_("退回的单"),
    "urgency": N_("紧急程度"),
    "language": N_("语言"),
}
STATES = {str(state): words for state, words in STATE_NAMES.items()}
VALUES = {**ROLES, **LEVELS, **PLACE_KINDS, **STATES, **URGENCY_NAMES}
