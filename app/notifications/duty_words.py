"""The words about duty (值班). As in `wording`: codes, numbers and times only, one segment each."""

from app.core.i18n import N_

DUTY_TEMPLATES = {
    "duty_asked": N_(
        "【点单】想请您值班：%(time)s 到 %(until)s。能值请回 1 %(number)s，不方便回 0 %(number)s。"
    ),
    "duty_asked_many": N_("【点单】有 %(count)s 个班次等您确认，请打开点单网页，您同意了才算。"),
    "duty_cover_asked": N_(
        "【点单】%(time)s 到 %(until)s 需要人替班。能来请回 1 %(number)s，不方便回 0 %(number)s。"
    ),
    "duty_yours": N_("【点单】%(time)s 到 %(until)s 由您值班，谢谢您。"),
    "duty_taken": N_("【点单】%(number)s 号班次已经有人值了，谢谢您。"),
    "duty_covered": N_("【点单】%(time)s 的班已有人替您，请放心。"),
    "duty_not_covered": N_("【点单】%(time)s 的班这次没有换成，还是由您值，来不了请在网页上说。"),
    "duty_cancelled": N_("【点单】%(time)s 的班取消了，不用您值了，谢谢您。"),
    "duty_changed": N_("【点单】您有 %(count)s 个班次变了，请打开点单网页看看。"),
    "duty_tomorrow": N_("【点单】提醒：%(time)s 您值班。来不了请尽早在网页上说，我们找人替您。"),
    "duty_begins": N_("【点单】您的值班开始了。在岗请回 1 %(number)s，来不了请回 0 %(number)s。"),
    "duty_thanks": N_("【点单】您的值班结束了，谢谢您守着大家。要交代的话请写在网页上。"),
    "duty_backup": N_("【点单】这一班还没有人到岗，请您先接应一下，谢谢您。"),
    "duty_noted": N_("【点单】好的，已经记下了，谢谢您。"),
    "duty_over": N_("【点单】这个班次已经不用回复了，要看最新情况请打开点单网页。"),
    "plan_called": N_(
        "【点单】应急值班开始了，到 %(until)s。能来请回 1 %(number)s，不方便回 0 %(number)s。"
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
}
