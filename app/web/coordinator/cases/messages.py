"""The notifications about a help request in words: what was sent to whom, and the outcome."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from app.core.i18n import N_
from app.usecases.requests.see_board import Case
from app.web.common.actor_words import word
from app.web.common.delivery_words import DELIVERY

# What each message says, without its numbers.
TEMPLATES = {
    "request_received": N_("收到求助"),
    "request_not_understood": N_("短信没看懂，会打电话"),
    "request_open": N_("正在找志愿者"),
    "request_rejected": N_("这次不能安排"),
    "request_matched": N_("志愿者已接单"),
    "request_searched_again": N_("志愿者没有到，正在另找"),
    "volunteer_on_way": N_("志愿者在路上"),
    "request_finished_rate": N_("已完成，请评价"),
    "request_part_finished": N_("做完一部分，接着找人"),
    "request_short_over": N_("时间过了，还缺人"),
    "request_part_over": N_("做完一部分，时间过了"),
    "request_team_short": N_("一起来的人还没有齐"),
    "request_team_hold": N_("时间到了人没有齐，先不来"),
    "request_changed": N_("求助改了"),
    "request_reopened": N_("会重新安排"),
    "request_window_over": N_("时间过了，还需要吗"),
    "request_cancelled": N_("已取消"),
    "request_rest_cancelled": N_("不再找人，在做的做完"),
    "status_reply": N_("进度查询的回复"),
    "match_asked": N_("问能不能去"),
    "match_open_again": N_("又需要人了，再问一次"),
    "match_asked_anew": N_("改了，再问一次"),
    "match_changed": N_("有改动，再问一次"),
    "match_not_needed": N_("有改动，不用去了"),
    "task_changed": N_("接的一单改了"),
    "task_changed_there": N_("在做的一单改了"),
    "team_short": N_("一起去的人还没有齐"),
    "team_hold": N_("时间到了人没有齐，先不出发"),
    "team_off": N_("人没有齐，不用去了"),
    "team_whole": N_("人齐了，请出发"),
    "team_alone": N_("不再找别人，一个人去"),
    "team_go": N_("不用再等人齐"),
    "match_taken": N_("已有人接了"),
    "match_withdrawn": N_("不需要去了"),
    "match_accepted": N_("接单成功"),
    "match_accepted_waits": N_("接单成功，等人齐"),
    "match_reminder": N_("提醒还有任务"),
    "match_request_cancelled": N_("求助已取消"),
    "danger_new": N_("请马上打急救、报警电话"),
    "danger_told": N_("请马上打急救、报警电话"),
    "danger_call": N_("请马上打急救、报警电话"),
    "danger_possible": N_("已收到，危急请打急救、报警电话"),
    "coordinator_attention": N_("请调度员看一下"),
    "coordinator_digest": N_("请调度员看一下（几件一起）"),
    "urgent_again": N_("再问一次能不能去"),
    "urgent_near": N_("让值班人知道有紧急求助"),
    "urgent_waits": N_("告诉值班人有紧急求助"),
    "call_on_duty": N_("打电话告诉值班人有紧急求助"),
    "call_match": N_("打电话问能不能去"),
    "call_coordinator": N_("打电话请调度员看一下"),
}
CHANNELS = {
    "sms": N_("短信"),
    "email": N_("邮件"),
    "console": N_("终端"),
    "push": N_("手机提醒"),
    "call": N_("电话"),
}


def messages_of(case: Case, names: Mapping[int, str]) -> list[dict[str, Any]]:
    """Every notification about a request, newest first: content, person, channel, outcome."""
    return [
        {
            "what": word(TEMPLATES, one.template),
            "to": names.get(one.person_id or 0) or _("居民"),
            "address": one.to,
            "channel": word(CHANNELS, one.channel),
            "state": one.state,
            "state_words": word(DELIVERY, one.state),
            "code": one.last_code,
            "at": one.made_at,
            "steps": [(step.at, word(DELIVERY, step.state), step.code) for step in one.steps],
        }
        for one in reversed(case.told)
    ]
