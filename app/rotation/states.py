"""States and kinds of shifts, swaps, duty asks and the parts of a rota's plan."""

from enum import StrEnum


class ShiftState(StrEnum):
    """The state of a shift. Only an agreed one is duty."""

    OFFERED = "offered"
    AGREED = "agreed"
    CANCELLED = "cancelled"


class ShiftOrigin(StrEnum):
    """The origin of a shift: a coordinator, the plan, or offered hours."""

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
    NOT_THERE = "not_there"
    NO_ANSWER = "no_answer"


class SwapKind(StrEnum):
    """What is wanted: a taker while the giver stays on duty (swap), the same at a
    coordinator's wish (move), or somebody for a person who is off already (cover)."""

    COVER = "cover"
    SWAP = "swap"
    MOVE = "move"


class SwapState(StrEnum):
    """The state of a swap; a taken one waits for approval."""

    OPEN = "open"
    TAKEN = "taken"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    FAILED = "failed"


class DutyAskState(StrEnum):
    """The state of a duty ask. Check: are you there? Over: no longer wanted."""

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
    """The reason for an override."""

    CANNOT = "cannot"
    COORDINATOR = "coordinator"
    ON_NOW = "on_now"
    OFF_NOW = "off_now"
    PAUSED = "paused"
    STAYS_AWAY = "stays_away"
    NO_ANSWER = "no_answer"


class ActivationState(StrEnum):
    """The state of an activation."""

    RUNNING = "running"
    OVER = "over"


class DraftState(StrEnum):
    """The state of a roster draft."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    PUBLISHED = "published"
    DISCARDED = "discarded"
