"""An example of what to write about a need, for each kind of help."""

from flask_babel import gettext as _

from app.core.i18n import N_

# By category code. A category without one gets the advice alone.
EXAMPLES = {
    "medicine": N_("买一盒降压药，药店在小区门口。"),
    "urgent_visit": N_("老人起不来，人清醒，没有流血。"),
    "escort": N_("陪我去看膝盖，挂了上午十点的号，要推轮椅。"),
    "shopping": N_("米 10 斤、青菜两把、鸡蛋一板。"),
    "visit": N_("一个人住，想有人来聊聊天，下午都在家。"),
    "repair": N_("厨房水龙头一直滴水，关不紧。"),
    "carry": N_("一台洗衣机，大约 60 公斤，从一楼搬到四楼，没有电梯。"),
    "phone_help": N_("想学用手机挂号，手机是安卓的。"),
    "meal": N_("午饭两份，少盐，中午十二点前。"),
    "wheelchair": N_("推轮椅去公园走走，大约一个小时。"),
    "errand": N_("驿站有两个快递，太重拿不动。"),
}


def need_hint(category_code: str) -> str:
    """What to write and what to leave out."""
    example = EXAMPLES.get(category_code)
    if example is None:
        return str(_("写要做什么、有多少。不要写身份证号和银行卡号。"))
    return str(_("比如：%(example)s不要写身份证号和银行卡号。", example=_(example)))
