"""What Twilio's statuses and error codes mean. Source: Twilio's list of error codes."""

from app.channels.http_outcomes import judge_status
from app.notifications.outcomes import OutcomeKind as Kind

# In the registry, in outcomes and in receipts.
NAME = "twilio"
STATUSES = {
    "queued": Kind.ACCEPTED,
    "accepted": Kind.ACCEPTED,
    "sending": Kind.ACCEPTED,
    "sent": Kind.ACCEPTED,
    "delivered": Kind.DELIVERED,
    "read": Kind.DELIVERED,
    "undelivered": Kind.UNREACHABLE,
    "failed": Kind.REFUSED,
    "canceled": Kind.REFUSED,
    # Statuses of a call.
    "completed": Kind.DELIVERED,
    "busy": Kind.UNREACHABLE,
    "no-answer": Kind.UNREACHABLE,
}
CODES = {
    "21610": Kind.OPTED_OUT,
    # No mobile number as far as Twilio knows, or a landline.
    "21614": Kind.NO_TEXTS,
    "30006": Kind.NO_TEXTS,
    # No number at all, or one that nobody has any more.
    "21211": Kind.GONE,
    "30005": Kind.GONE,
    "30003": Kind.UNREACHABLE,
    # No permission or no route for this destination, or its carrier blocks us.
    "21408": Kind.NO_ROUTE,
    "21612": Kind.NO_ROUTE,
    "30004": Kind.NO_ROUTE,
    # Filtered by a carrier for its words.
    "30007": Kind.REFUSED,
    # Wrong password, account, sending number or messaging service.
    "20003": Kind.OUR_FAULT,
    "20005": Kind.OUR_FAULT,
    "21606": Kind.OUR_FAULT,
    "21659": Kind.OUR_FAULT,
    "21660": Kind.OUR_FAULT,
    "20429": Kind.RETRY,
}
ENDED_BADLY = (Kind.UNREACHABLE, Kind.REFUSED)


def judge_refusal(http_status: int, code: str) -> Kind:
    """What a failed answer means: by Twilio's error code, else by the HTTP status."""
    return CODES.get(code) or judge_status(http_status)


def judge_status_word(status: str, code: str | None) -> Kind:
    """What became of a message that Twilio has; UNKNOWN for a status that is not in the list."""
    kind = STATUSES.get(status, Kind.UNKNOWN)
    return CODES.get(code or "", kind) if kind in ENDED_BADLY else kind
