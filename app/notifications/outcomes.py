"""Outcomes of sending a message, the same for every provider."""

from enum import StrEnum


class OutcomeKind(StrEnum):
    """The outcome of a try. Each provider's folder maps its own codes to these."""

    # The provider has it; a receipt may follow.
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    # Nothing went out, for a reason that passes: busy, broken, unreachable. Try again.
    RETRY = "retry"
    # Nothing went out, because of our account, number or settings. The operator can mend it.
    OUR_FAULT = "our_fault"
    # Switched off or without signal for a while; the number itself is right.
    UNREACHABLE = "unreachable"
    # There is no such number, mailbox or browser (any more).
    GONE = "gone"
    # The number gets no texts: a landline, or no mobile number as far as the provider knows.
    NO_TEXTS = "no_texts"
    # The provider may carry nothing to this number, or the number's carrier blocks what is ours.
    NO_ROUTE = "no_route"
    # This recipient wants no more messages from us.
    OPTED_OUT = "opted_out"
    # The provider will never carry this message; it may carry another one.
    REFUSED = "refused"
    # It may have gone out: nobody knows.
    UNKNOWN = "unknown"
