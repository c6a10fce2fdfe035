"""The words of a call about an urgent request. No name, no place, no need."""

from app.core.i18n import N_

CALL_TEMPLATES = {
    "call_match": N_("您好，这里是点单。附近有人急需帮忙。能去请按一，不方便请按零。"),
    "call_coordinator": N_("您好，这里是点单。有一张紧急求助还没有人接，请您看一下调度页面。"),
    "call_on_duty": N_(
        "您好，这里是点单。您值班的地方有一件紧急求助，正等调度员确认，请您准备好。"
    ),
    "urgent_waits": N_("【点单】值班提醒：有一件紧急求助，正等调度员确认，请您准备好。"),
    "urgent_near": N_("【点单】值班提醒：有一件紧急求助，正在找能去的人，请您留意。"),
    "urgent_again": N_(
        "【点单】还在等您：附近有人急需帮忙。能去请回 1 %(number)s，不方便请回 0 %(number)s。"
    ),
}

# The reply to a pressed key.
KEY_WORDS = {
    "accepted": N_("接单成功，谢谢您。请打开点单网页看详情。"),
    "declined": N_("好的，这次不安排您，谢谢您。"),
    "over": N_("这一单已经不需要志愿者了，谢谢您。"),
    "conflict": N_("您那时还有别的单或者值班，没有替您接。还是能去的话，请打开点单网页确认。"),
    "unclear": N_("没有听清。能去请按一，不方便请按零。"),
}
