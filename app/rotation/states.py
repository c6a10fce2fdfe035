"""States and kinds of shifts, swaps, duty asks and what a rota's plan is made of."""

from enum import StrEnum


class ShiftState(StrEnum):
    """Where a shift stands. Only an agreed one is duty."""

    OFFERED = "offered"
    AGREED = "agreed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class ShiftOrigin(StrEnum):
    """What a shift was made from: a coordinator's hand, the plan, hours that were offered."""

    HAND = "hand"
    PLAN = "plan"
    FLEX = "flex"


class ShiftEnd(StrEnum):
    """Why a shift was cancelled or cut short."""

    CANNOT = "cannot"
    COORDINATOR = "coordinator"
    PLAN = "plan"
    SWAPPED = "swapped"
    OFF_NOW = "off_now"
    PAUSED = "paused"
    STOOD_DOWN = "stood_down"
    SUSPENDED = "suspended"


class SwapKind(StrEnum):
    """What is wanted: somebody for a giver who stays on duty until then (swap), the same as a
    coordinator's wish (move), or somebody for a person who is off already (cover)."""

    COVER = "cover"
    SWAP = "swap"
    MOVE = "move"


class SwapState(StrEnum):
    """Where a swap stands; a taken one waits for approval."""

    OPEN = "open"
    TAKEN = "taken"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    FAILED = "failed"


class DutyAskState(StrEnum):
    """Where a question about duty stands. Check: are you there? Over: no longer wanted."""

    SENT = "sent"
    CHECK = "check"
    YES = "yes"
    NO = "no"
    OVER = "over"


class LayerKind(StrEnum):
    """How a layer of a plan is filled."""

    ROTATION = "rotation"
    FIXED = "fixed"
    FLEX = "flex"


class OverrideReason(StrEnum):
    """Why the plan of a rota was overridden."""

    CANNOT = "cannot"
    COORDINATOR = "coordinator"
    ON_NOW = "on_now"
    OFF_NOW = "off_now"
    PAUSED = "paused"
    STAYS_AWAY = "stays_away"


class ActivationState(StrEnum):
    """Where a started procedure stands."""

    RUNNING = "running"
    OVER = "over"


class DraftState(StrEnum):
    """Where a built roster stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    PUBLISHED = "published"
    DISCARDED = "discarded"
