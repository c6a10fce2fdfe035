"""The lives of shifts, swaps and duty asks: which action leads from which states to which.

Only `app.usecases.duty.plan.change_state` changes these states, by one conditional UPDATE each.
"""

from app.core.i18n import N_
from app.core.life_cycle import LifeCycle, to
from app.rotation.states import DutyAskState, ShiftState, SwapState

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
