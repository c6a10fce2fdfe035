"""The lives of shifts, swaps and duty asks: which action leads from which states to which.

Only `app.usecases.duty.plan.change_state` changes these states, by one conditional UPDATE each.
"""

from typing import Final

from app.rotation.states import DutyAskState, ShiftState, SwapState

# A shift begins offered, or agreed where its person agreed beforehand.
SHIFT_INITIAL: Final = frozenset({ShiftState.OFFERED, ShiftState.AGREED})
SHIFT_MOVES: dict[str, tuple[frozenset[ShiftState], ShiftState]] = {
    "agree": (frozenset({ShiftState.OFFERED}), ShiftState.AGREED),
    "cancel": (SHIFT_INITIAL, ShiftState.CANCELLED),
}

SWAP_INITIAL: Final = frozenset({SwapState.OPEN})
SWAP_MOVES: dict[str, tuple[frozenset[SwapState], SwapState]] = {
    # Somebody says yes: it counts at once, or waits for approval.
    "take": (frozenset({SwapState.OPEN}), SwapState.TAKEN),
    "settle": (frozenset({SwapState.OPEN}), SwapState.SETTLED),
    "approve": (frozenset({SwapState.TAKEN}), SwapState.SETTLED),
    "refuse": (frozenset({SwapState.TAKEN}), SwapState.REFUSED),
    # Whoever said yes cannot come after all.
    "reopen": (frozenset({SwapState.TAKEN}), SwapState.OPEN),
    "withdraw": (SWAP_INITIAL, SwapState.WITHDRAWN),
    "end": (frozenset({SwapState.OPEN, SwapState.TAKEN}), SwapState.WITHDRAWN),
    "fail": (frozenset({SwapState.OPEN, SwapState.TAKEN}), SwapState.FAILED),
    # A coordinator takes the taker off again and wants the giver back.
    "undo": (frozenset({SwapState.SETTLED}), SwapState.WITHDRAWN),
}

ASK_INITIAL: Final = frozenset({DutyAskState.SENT, DutyAskState.CHECK})
_ANY = frozenset(DutyAskState)
ASK_MOVES: dict[str, tuple[frozenset[DutyAskState], DutyAskState]] = {
    # In an emergency a no may become a yes, and a yes a no.
    "yes": (_ANY - {DutyAskState.YES, DutyAskState.OVER}, DutyAskState.YES),
    "no": (_ANY - {DutyAskState.NO, DutyAskState.OVER}, DutyAskState.NO),
    "over": (ASK_INITIAL, DutyAskState.OVER),
    # It was over because somebody else said yes, and they cannot come.
    "again": (frozenset({DutyAskState.OVER}), DutyAskState.SENT),
    # The same question, asked at the start of the shift: are you there?
    "check": (_ANY, DutyAskState.CHECK),
}
