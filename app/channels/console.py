"""The default channel, for trying out and for tests: prints messages, with the number masked."""

import sys
from typing import TextIO

from app.channels.ports import Outcome, Outgoing
from app.notifications.outcomes import OutcomeKind as Kind


def masked(address: str) -> str:
    """Shows enough of a number or address to recognise it, not enough to use it."""
    if "@" in address:
        return f"{address[:1]}***{address[address.index('@') :]}"
    return f"{address[:6]}****{address[-4:]}" if len(address) > 12 else f"****{address[-2:]}"


class ConsoleChannel:
    """Writes each message as one line."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout

    def send(self, outgoing: Outgoing) -> Outcome:
        """Prints the message and counts it as delivered."""
        body = " ".join(outgoing.body.split())
        print(f"通知 → {masked(outgoing.to)}  {body}", file=self.stream, flush=True)
        return Outcome(Kind.DELIVERED, provider_id=f"console-{outgoing.key}")

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        """A printed message counts as delivered."""
        return Outcome(Kind.DELIVERED, provider_id=f"console-{outgoing.key}")
