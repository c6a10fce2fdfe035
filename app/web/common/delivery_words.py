"""What became of a message that we sent, in words."""

from app.core.i18n import N_

DELIVERY = {
    "pending": N_("等待发送"),
    "claimed": N_("正在发送"),
    "submitting": N_("正在发送"),
    "accepted": N_("已交给运营商"),
    "delivered": N_("已送达"),
    "failed": N_("没有送到"),
    "unknown": N_("还不知道有没有送到"),
    "cancelled": N_("不用发了"),
}
