"""The lives of shifts, swaps, duty asks, activations and roster drafts.

Which action leads from which states to which. Shifts, swaps and duty asks are moved by
`app.usecases.duty.plan.change_state` alone, activations by `app.usecases.emergencies.stand_down`,
drafts by `app.usecases.rosters.draft_state`; by one conditional UPDATE each.
"""

from app.core.i18n import N_
from app.core.life_cycle import LifeCycle, to
from app.rotation.states import (
    ActivationState,
    DraftState,
    DutyAskState,
    ShiftState,
    SwapState,
)

STALE = N_("这个班次的状态已经变了，请看最新情况")
_ANY = frozenset(DutyAskState)

SHIFT_LIFE = LifeCycle(
    "shift",
    ShiftState,
    {
        "agree": to(ShiftState.AGREED, ShiftState.OFFERED),
        "cancel": to(ShiftState.CANCELLED, ShiftState.OFFERED, ShiftState.AGREED),
    },
    STALE,
)
SWAP_LIFE = LifeCycle(
    "swap",
    SwapState,
    {
        # Somebody says yes: it counts at once, or waits for approval.
        "take": to(SwapState.TAKEN, SwapState.OPEN),
        "settle": to(SwapState.SETTLED, SwapState.OPEN),
        "approve": to(SwapState.SETTLED, SwapState.TAKEN),
        "refuse": to(SwapState.REFUSED, SwapState.TAKEN),
        # The taker cannot come after all.
        "reopen": to(SwapState.OPEN, SwapState.TAKEN),
        "withdraw": to(SwapState.WITHDRAWN, SwapState.OPEN),
        "end": to(SwapState.WITHDRAWN, SwapState.OPEN, SwapState.TAKEN),
        "fail": to(SwapState.FAILED, SwapState.OPEN, SwapState.TAKEN),
        # A coordinator takes the taker off again and wants the giver back.
        "undo": to(SwapState.WITHDRAWN, SwapState.SETTLED),
    },
    STALE,
)
ASK_LIFE = LifeCycle(
    "duty_ask",
    DutyAskState,
    {
        # In an emergency a no may become a yes, and a yes a no.
        "yes": to(DutyAskState.YES, *_ANY - {DutyAskState.YES, DutyAskState.OVER}),
        "no": to(DutyAskState.NO, *_ANY - {DutyAskState.NO, DutyAskState.OVER}),
        "over": to(DutyAskState.OVER, DutyAskState.SENT, DutyAskState.CHECK),
        # It was over because somebody else said yes, and they cannot come.
        "again": to(DutyAskState.SENT, DutyAskState.OVER),
        # The same question, asked at the start of the shift: are you there?
        "check": to(DutyAskState.CHECK, *_ANY),
    },
    STALE,
)
ACTIVATION_LIFE = LifeCycle(
    "activation",
    ActivationState,
    {"end": to(ActivationState.OVER, ActivationState.RUNNING)},
    N_("这次应急已经结束了"),
)
DRAFT_LIFE = LifeCycle(
    "roster_draft",
    DraftState,
    {
        # A run that was interrupted is started again.
        "build": to(DraftState.RUNNING, DraftState.WAITING, DraftState.RUNNING),
        "finish": to(DraftState.DONE, DraftState.RUNNING),
        # Interrupted too often, or there is no such roster.
        "fail": to(DraftState.FAILED, DraftState.RUNNING),
        "publish": to(DraftState.PUBLISHED, DraftState.DONE),
        "discard": to(DraftState.DISCARDED, DraftState.DONE),
    },
    N_("这份草稿已经用过，或者还没有做好"),
)
