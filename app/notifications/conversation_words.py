"""The words of a conversation by text: what we understood, and what we ask back.

`what` is a list of words that may be long; `wording` cuts it so that the whole is one segment.
"""

from app.core.i18n import N_

CONVERSATION_TEMPLATES = {
    # What was understood of an order.
    "order_read_back": N_("【点单】记下了：%(what)s，编号 %(code)s。对请回 1，不对请回 0。"),
    "order_check": N_("【点单】您是要：%(what)s？对请回 1，不对请再说一遍。"),
    "order_again": N_("【点单】好的，先不派人。请再说一遍：什么事、在哪里、什么时候。"),
    "order_right": N_("【点单】好的，编号 %(code)s，有人去就告诉您。"),
    "ask_what": N_("【点单】要帮什么忙？比如：%(what)s。"),
    "ask_where": N_("【点单】在哪里？请回复小区和门牌。"),
    "ask_when": N_("【点单】什么时候要？比如“明天上午”，急就回“马上”。"),
    "ask_whole": N_("【点单】要帮忙请说：什么事、在哪里、什么时候。不会打字请回“打电话”。"),
    "which_one": N_("【点单】您说的是哪一个？%(what)s。请回数字。"),
    # About an order.
    "order_changed": N_("【点单】编号 %(code)s 改好了：%(what)s。不对请再说一遍。"),
    "order_change_what": N_("【点单】编号 %(code)s 要改什么？请回复新的时间或地址。"),
    "order_noted": N_("【点单】编号 %(code)s：您的话记下了。"),
    "draft_dropped": N_("【点单】好的，不用了。要帮忙随时发短信来。"),
    "cancel_check": N_("【点单】要取消 %(what)s 吗？要请回 1，不要请回 0。"),
    "order_kept": N_("【点单】好的，编号 %(code)s 不取消。"),
    "order_no_show": N_("【点单】对不起，编号 %(code)s 让您久等了。已通知工作人员，会联系您。"),
    "complaint_noted": N_("【点单】对不起，已转给工作人员，会联系您。有危险请先打 110。"),
    "rate_how": N_("【点单】谢谢您。请回 1 到 5 的数字，5 最满意。"),
    # Talk.
    "person_calls": N_("【点单】好的，请工作人员给您打电话。有危险请先打 120、119 或 110。"),
    "thanks_back": N_("【点单】不客气。要帮忙随时发短信来。"),
    "nothing_open": N_("【点单】现在没有等您回答的事。要帮忙请说：什么事、在哪里、什么时候。"),
    "question_noted": N_(
        "【点单】帮忙不收钱，买东西按小票付。要帮忙请说：什么事、在哪里、什么时候。"
    ),
    "sign_up": N_("【点单】谢谢您愿意帮忙！请到服务点报名，或者打开点单网页点“我要报名”。"),
    "wrong_number": N_("【点单】对不起，可能发错了。不想再收请回“退订”。"),
    "words_noted": N_("【点单】您的话收到了，工作人员会看。"),
    "stop_asked": N_("【点单】派单和值班的短信也会停。真的不要了请回 1。"),
    "stopped": N_("【点单】好的，不再给您发短信。要恢复请回“恢复”。"),
    # Answers of volunteers.
    "answer_which": N_("【点单】您回答的是哪一个？%(what)s。请回数字。"),
    "answer_ask_back": N_("【点单】您的话记下了。能去请回 1 %(number)s，不方便请回 0 %(number)s。"),
    "ask_details": N_("【点单】%(what)s。能去请回 1 %(number)s，不方便回 0 %(number)s。"),
    "duty_details": N_("【点单】值班：%(what)s。能值请回 1 %(number)s，不方便回 0 %(number)s。"),
    # Tasks.
    "task_on_way": N_("【点单】%(number)s：记下了，您在路上，慢慢走。"),
    "task_arrived": N_("【点单】%(number)s：记下了，您到了。做完请回“完成”。"),
    "task_finished": N_("【点单】%(number)s：记下了，做完了。谢谢您！"),
    "task_late": N_("【点单】%(number)s：好的，已告诉对方您要晚一点。"),
    "task_noted": N_("【点单】%(number)s：您的话记下了，工作人员会看。"),
    "task_undone": N_("【点单】%(number)s：好的，刚才的接单撤销了。"),
    "task_refused": N_("【点单】%(number)s：现在不能这样，没有改。要帮忙请打服务点电话。"),
    "task_list": N_("【点单】您接了：%(what)s。"),
    "task_none": N_("【点单】您现在没有接的单。"),
    "volunteer_late": N_("【点单】编号 %(code)s：对不起，志愿者路上耽搁了，要晚一点到。"),
    "volunteer_late_by": N_("【点单】编号 %(code)s：对不起，志愿者大约晚 %(minutes)s 分钟到。"),
    # Duty.
    "shift_list": N_("【点单】您的值班：%(what)s。"),
    "shift_none": N_("【点单】接下来没有您的值班。"),
    "shift_checked_in": N_("【点单】您到岗了，记下了，谢谢您。"),
    "shift_given_away": N_("【点单】在找人替您：%(what)s。换成以前还由您值。"),
    "duty_on": N_("【点单】您开始值班了，到 %(time)s。结束请回“下班”。"),
    "duty_off": N_("【点单】您的值班结束了，谢谢您。"),
    "duty_not_now": N_("【点单】没有记下：%(what)s。"),
    "asks_paused": N_("【点单】好的，到 %(time)s 不再问您。要提前恢复请回“开始接单”。"),
    "asks_resumed": N_("【点单】好的，有合适的会再问您。"),
    "help_volunteer": N_(
        "【点单】可以回：1 加数字能去，0 加数字不去；出发、到了、完成、来不了、任务、值班、暂停。"
    ),
}
