"""The words of a push: a title and a line. As in a text no name, no place, no need; and no reply
number, because a tap opens the page.

Templates that are not here are sent by text only.
"""

from app.core.i18n import N_

OPEN_AND_ANSWER = N_("点开看看，能不能去都请回答一下。")
THANKS = N_("谢谢您愿意帮忙，附近还有需要时再告诉您。")

PUSH_TEMPLATES = {
    "match_asked": (
        N_("附近有人需要帮忙"),
        N_("约 %(distance)s 米，%(minutes)s 分钟内有效。点开看看能不能去。"),
    ),
    "match_open_again": (
        N_("这一单又需要人了"),
        N_("约 %(distance)s 米，%(minutes)s 分钟内有效。点开看看能不能去。"),
    ),
    "match_asked_anew": (N_("上次没接的一单改了"), OPEN_AND_ANSWER),
    "match_changed": (N_("问过您的一单改了"), OPEN_AND_ANSWER),
    "match_not_needed": (N_("这一单改了，不用您去了"), THANKS),
    "task_changed": (N_("您接的一单改了"), N_("点开看看。来不了请点开说一声。")),
    "task_changed_there": (N_("您在做的一单改了"), N_("点开看看。")),
    "urgent_again": (N_("还在等您：附近有人急需帮忙"), OPEN_AND_ANSWER),
    "urgent_waits": (
        N_("您值班的地方有一件紧急求助"),
        N_("正等调度员确认，请您准备好。"),
    ),
    "urgent_near": (
        N_("您值班的地方有一件紧急求助"),
        N_("正在找能去的人，请您留意。"),
    ),
    "team_short": (N_("您接的一单还缺 %(missing)s 位"), N_("人齐了才去，我们在接着找。")),
    "team_hold": (
        N_("时间到了还缺 %(missing)s 位，请先不要出发"),
        N_("人齐了再告诉您。"),
    ),
    "team_off": (N_("人没有齐，这次不用去了"), THANKS),
    "team_whole": (N_("人齐了，请按时出发"), N_("点开看地址和电话。")),
    "team_alone": (N_("不再找别人了，请您一个人去"), N_("点开看地址和电话。")),
    "team_go": (N_("不用再等人齐，可以按时出发"), N_("点开看地址和电话。")),
    "match_taken": (N_("已有人接了，谢谢您"), THANKS),
    "match_withdrawn": (N_("这一单不需要去了"), THANKS),
    "match_request_cancelled": (N_("这一单取消了，不用去了"), THANKS),
    "match_accepted": (N_("接单成功，谢谢您"), N_("点开看地址和电话。")),
    "match_accepted_waits": (
        N_("接单成功，还缺 %(missing)s 位"),
        N_("人齐了会通知您出发。点开看地址和电话。"),
    ),
    "match_reminder": (N_("提醒：有一单在等您"), N_("到了或来不了，都请点开说一声。")),
    "duty_asked": (N_("想请您值班"), N_("%(time)s 到 %(until)s。点开回答。")),
    "duty_asked_many": (N_("有 %(count)s 个班次等您确认"), N_("您同意了才算，请点开看看。")),
    "duty_cover_asked": (N_("有一班想请您替"), N_("%(time)s 到 %(until)s。点开回答。")),
    "duty_yours": (N_("由您值班，谢谢您"), N_("%(time)s 到 %(until)s。")),
    "duty_taken": (N_("这个班次已经有人值了"), N_("谢谢您。")),
    "duty_asked_month": (N_("有 %(count)s 个班次等您确认"), N_("您同意了才算，请点开看看。")),
    "duty_asked_again": (N_("还有 %(count)s 个班次等您回话"), N_("过了时限就去问别人了。")),
    "duty_let_go": (N_("%(count)s 个班次已去问别人"), N_("没等到您回话，不用值了，谢谢您。")),
    "duty_nobody_took": (N_("这个班次没有换成"), N_("不用再回复了，谢谢您。")),
    "duty_withdrawn": (N_("这个班次不用找人了"), N_("不用再回复了，谢谢您。")),
    "duty_awaits": (N_("谢谢您愿意接班"), N_("%(time)s 到 %(until)s，调度员同意后再告诉您。")),
    "duty_not_yours": (N_("这个班没有换成，不用您来值"), N_("%(time)s 的班，谢谢您愿意来。")),
    "duty_named_no": (N_("您请的人接不了这个班"), N_("在问别人；换成以前还由您值。")),
    "duty_move_asked": (N_("您的班想改个时间"), N_("%(old)s 改到 %(time)s。点开回答。")),
    "duty_moved": (N_("您的班改好了"), N_("%(old)s 改为 %(time)s 到 %(until)s。")),
    "duty_covered": (N_("您的班有人替了，请放心"), N_("%(time)s 的班。")),
    "duty_not_covered": (
        N_("这次没有换成，还是由您值"),
        N_("%(time)s 的班。来不了请点开说一声。"),
    ),
    "duty_cancelled": (N_("有一班取消了，不用您值了"), N_("%(time)s 的班，谢谢您。")),
    "duty_changed": (N_("您有 %(count)s 个班次变了"), N_("请点开看看。")),
    "duty_tomorrow": (
        N_("提醒：明天您值班"),
        N_("%(time)s 开始。来不了请点开说一声，我们找人替。"),
    ),
    "duty_reminder": (N_("提醒：您快要值班了"), N_("%(time)s 开始，谢谢您。")),
    "duty_begins": (N_("您的值班开始了"), N_("在岗还是来不了，请点开说一声。")),
    "duty_backup": (N_("这一班还没有人到岗"), N_("请您先接应一下，谢谢您。")),
    "duty_thanks": (N_("您的值班结束了，谢谢您"), N_("要交代给下一班的话，请点开写下来。")),
    "plan_called": (N_("应急值班开始了，您报过名"), N_("这三天能不能来，请点开回答。")),
    "plan_called_again": (N_("应急值班还缺人"), N_("这三天能不能来，请点开回答。")),
    "plan_shifts": (N_("应急值班请您来 %(count)s 次"), N_("最早 %(time)s。点开看看。")),
    "coordinator_attention": (N_("编号 %(code)s 需要您看一下"), N_("%(reason)s。")),
    "duty_attention": (N_("有一班需要您看一下"), N_("%(time)s：%(reason)s。")),
    "push_test": (N_("试试看：提醒能到"), N_("看到这一条，就说明这台手机能收提醒。")),
}

# Ring again even if an older push of the same subject is shown: somebody waits for an answer.
RINGS_AGAIN = frozenset({"urgent_again", "duty_begins", "push_test"})
