"""Why a coordinator must look at a help request or at a shift."""

from enum import StrEnum


class Attention(StrEnum):
    """Why a coordinator must look at a help request."""

    # Words of danger: it comes before everything, until a coordinator says that there is none.
    DANGER = "danger"
    NOT_UNDERSTOOD = "not_understood"
    NEEDS_PIN = "needs_pin"
    NOBODY_NEAR = "nobody_near"
    LOW_RATING = "low_rating"
    NOBODY_CAME = "nobody_came"
    COMPLAINT = "complaint"
    CALL_BACK = "call_back"
    NOBODY_HOME = "nobody_home"
    OVER_LIMIT = "over_limit"
    URGENT = "urgent"
    CANNOT_COME = "cannot_come"
    NO_LONGER_FITS = "no_longer_fits"
    APPROVE_MATCHES = "approve_matches"
    REPEAT_STOPPED = "repeat_stopped"
    WINDOW_OVER = "window_over"
    TEAM_SHORT = "team_short"
    OVERDUE_VERIFY = "overdue_verify"
    OVERDUE_DISPATCH = "overdue_dispatch"
    OVERDUE_ARRIVE = "overdue_arrive"
    OVERDUE_FINISH = "overdue_finish"


class DutyAttention(StrEnum):
    """Why a coordinator must look at a shift."""

    NOT_THERE = "not_there"
    NO_COVER = "no_cover"
    NOT_MOVED = "not_moved"
    SWAP_WAITS = "swap_waits"
    LEFT_EARLY = "left_early"
    THIN = "thin"
    AWAITED = "awaited"
    APPROVAL_DUE = "approval_due"
    NOT_APPROVED = "not_approved"
    TAKER_CAME = "taker_came"
    TAKER_CANNOT = "taker_cannot"
    UNANSWERED = "unanswered"
    EMERGENCY = "emergency"
