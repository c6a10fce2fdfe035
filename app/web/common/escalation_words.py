"""Words for whom a step of an escalation policy notifies, and over which channel."""

from app.core.i18n import N_

TARGET_LABELS = {
    "first_call": N_("首叫的值班人"),
    "backup": N_("后备的值班人"),
    "neighbour": N_("邻近区域的值班人"),
    "coordinator": N_("调度员"),
}

CHANNEL_LABELS = {"push": N_("手机提醒"), "sms": N_("短信"), "call": N_("电话")}
