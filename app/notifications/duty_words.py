"""The words about duty (值班). As in `wording`: codes, numbers and times only, one segment each."""

from app.core.i18n import N_

DUTY_TEMPLATES = {
    "duty_asked": N_(
        "【点单】想请您值班：%(time)s 到 %(until)s。能值请回 1 %(number)s，不方便回 0 %(number)s。"
    ),
    "duty_asked_month": N_(
        "【点单】有 %(count)s 个班次请您确认，%(time)s 起。全都能值回 1 %(number)s，都不行回 0 "
        "%(number)s，一班一班定请上网页。"
    ),
    "duty_asked_again": N_(
        "【点单】还等您回话：%(count)s 个班次，%(time)s 起。能值回 1 %(number)s，不行回 0 "
        "%(number)s，过时就问别人了。"
    ),
    "duty_let_go": N_("【点单】%(count)s 个班次没等到您回话，已去问别人，不用值了，谢谢您。"),
    "duty_asked_many": N_("【点单】有 %(count)s 个班次等您确认，请打开点单网页，您同意了才算。"),
    "duty_cover_asked": N_(
        "【点单】%(time)s 到 %(until)s 需要人替班。能来请回 1 %(number)s，不方便回 0 %(number)s。"
    ),
    "duty_yours": N_("【点单】%(time)s 到 %(until)s 由您值班，谢谢您。"),
    "duty_taken": N_("【点单】%(number)s 号班次已经有人值了，谢谢您。"),
    "duty_nobody_took": N_("【点单】%(number)s 号班次没有换成，不用再回复了，谢谢您。"),
    "duty_withdrawn": N_("【点单】%(number)s 号班次不用找人了，不用再回复，谢谢您。"),
    "duty_awaits": N_("【点单】谢谢您愿意接 %(time)s 到 %(until)s 的班，调度员同意后再告诉您。"),
    "duty_not_yours": N_("【点单】%(time)s 的班没有换成，不用您来值，谢谢您愿意来。"),
    "duty_named_no": N_("【点单】您请的人接不了 %(time)s 的班，在问别人。换成以前还由您值。"),
    "duty_move_asked": N_(
        "【点单】您 %(old)s 的班想改到 %(time)s 到 %(until)s。能来请回 1 %(number)s，"
        "不行回 0 %(number)s。"
    ),
    "duty_moved": N_("【点单】您的班改好了：%(old)s 的不用值，改为 %(time)s 到 %(until)s。"),
    "duty_covered": N_("【点单】%(time)s 的班已有人替您，请放心。"),
    "duty_not_covered": N_("【点单】%(time)s 的班这次没有换成，还是由您值，来不了请在网页上说。"),
    "duty_cancelled": N_("【点单】%(time)s 的班取消了，不用您值了，谢谢您。"),
    "duty_changed": N_("【点单】您有 %(count)s 个班次变了，请打开点单网页看看。"),
    "duty_tomorrow": N_("【点单】提醒：%(time)s 您值班。来不了请尽早在网页上说，我们找人替您。"),
    "duty_begins": N_("【点单】您的值班开始了。在岗请回 1 %(number)s，来不了请回 0 %(number)s。"),
    "duty_thanks": N_("【点单】您的值班结束了，谢谢您守着大家。要交代的话请写在网页上。"),
    "duty_backup": N_("【点单】这一班还没有人到岗，请您先接应一下，谢谢您。"),
    "duty_noted": N_("【点单】好的，已经记下了，谢谢您。"),
    "duty_noted_some": N_("【点单】记下了 %(count)s 班；另有 %(left)s 班排不开，请上网页看看。"),
    "duty_refused": N_("【点单】没有记下：%(reason)s。"),
    "duty_over": N_("【点单】这个班次已经不用回复了，要看最新情况请打开点单网页。"),
    "plan_called": N_(
        "【点单】应急值班开始了，到 %(until)s。能来请回 1 %(number)s，不方便回 0 %(number)s。"
    ),
    "plan_called_again": N_(
        "【点单】应急值班还缺人，到 %(until)s。能来请回 1 %(number)s，不方便回 0 %(number)s。"
    ),
    "plan_longer": N_(
        "【点单】应急值班延长到 %(until)s。还能来请回 1 %(number)s，不方便回 0 %(number)s。"
    ),
    "plan_shifts": N_(
        "【点单】谢谢您！应急值班请您来 %(count)s 次，最早 %(time)s。来不了的请在网页上点一下。"
    ),
    "plan_enough": N_("【点单】谢谢您！您报的时间现在人手够了，需要时再告诉您。"),
    "plan_thanks": N_("【点单】应急值班结束了，不用再来了。谢谢您守着大家，好好休息。"),
    "duty_attention": N_("【点单】%(time)s 的值班需要您看一下：%(reason)s。"),
}

# Why a shift needs a coordinator.
DUTY_ATTENTION = {
    "not_there": N_("没有人到岗"),
    "no_cover": N_("没有找到替班的人"),
    "not_moved": N_("没有换成人，还是原来的人值"),
    "swap_waits": N_("换班等您同意"),
    "left_early": N_("值班的人先走了"),
    "thin": N_("没有人值班"),
    "awaited": N_("问了，还没有人同意"),
    "approval_due": N_("换班还没有批，快到时限了"),
    "not_approved": N_("换班没有批，还是原来的人值"),
    "taker_came": N_("原来的人来不了，由答应接班的人值"),
    "taker_cannot": N_("答应接班的人又来不了，正在找人"),
    "unanswered": N_("有人没回复，正在问别人"),
    "emergency": N_("应急值班人手不够，报名的人还没有答应够"),
}

# Why a yes was not noted, to the person who said it; by the codes of `rotation.rest` and others.
DUTY_REFUSALS = {
    "inactive": N_("您的志愿者账号现在停用，请联系调度员"),
    "rota_paused": N_("这段时间轮值表暂停，没有人值班"),
    "paused": N_("您说过这段时间先歇歇，要值班请先恢复接单"),
    "own_day": N_("您说过这天没有空，要值班请先改一下时间"),
    "away": N_("您说过这段时间来不了"),
    "booked": N_("这段时间您已经有班了"),
    "task": N_("这段时间您已经接了别的单"),
    "too_long": N_("连起来超过 %(limit)g 小时了，请留些时间休息"),
    "no_rest": N_("两次值班之间要休息 %(limit)g 小时，这次就歇歇吧"),
    "week_full": N_("这个星期已经值满 %(limit)g 小时了，谢谢您，这次就歇歇吧"),
    "month_full": N_("这个月已经值满 %(limit)g 小时了，谢谢您，这次就歇歇吧"),
    "nights_full": N_("这个星期已经值了 %(limit)g 个夜班了，这次就歇歇吧"),
}
