"""What can become of a message at whoever carries it, in words that hold for every provider."""

from enum import StrEnum


class OutcomeKind(StrEnum):
    """A provider's own codes are mapped to these in its folder; nothing else reads them."""

    # The provider has it; a receipt may follow.
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    # Nothing went out, for a reason that passes: busy, broken, unreachable. Try again.
    RETRY = "retry"
    # Nothing went out, because of our account, number or settings. The operator can mend it.
    OUR_FAULT = "our_fault"
    # Switched off or without signal for a while; the number itself is right.
    UNREACHABLE = "unreachable"
    # There is no such number, mailbox or browser, or not any more.
    GONE = "gone"
    # This recipient wants no more messages from us.
    OPTED_OUT = "opted_out"
    # This message is not carried, ever; another one may be.
    REFUSED = "refused"
    # It may have gone out: nobody knows.
    UNKNOWN = "unknown"
