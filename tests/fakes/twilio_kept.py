"""The state of the fake Twilio: messages, opt-outs, behaviour by number."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit"})
START_WORDS = frozenset({"start", "yes", "unstop"})


class Behaviour(StrEnum):
    """What happens to a message."""

    ACCEPT = "accept"
    OPTED_OUT = "opted_out"
    NOT_MOBILE = "not_mobile"
    # 429, with Retry-After.
    BUSY = "busy"
    BROKEN = "broken"
    # 504 of a gateway; the message was stored.
    GATEWAY = "gateway"
    # Stored without an answer; and neither stored nor answered.
    ANSWER_LOST = "answer_lost"
    MESSAGE_LOST = "message_lost"
    # Stored, and the connection breaks before the answer.
    CUT_OFF = "cut_off"
    # Stored, and answered with a page that is no JSON.
    GARBLED = "garbled"


@dataclass(slots=True)
class Message:
    """One message, as Twilio stores it."""

    sid: str
    to: str
    sender: str
    body: str
    callback: str
    made_at: datetime
    state: str = "queued"
    error_code: str = ""

    @property
    def is_call(self) -> bool:
        """Whether it is a call, with its TwiML in `body`."""
        return self.sid.startswith("CA")


def new_sid(kind: str = "SM") -> str:
    """A unique id, also across fakes and days, because services store ids."""
    return f"{kind}{secrets.token_hex(16)}"


@dataclass(slots=True)
class _Rule:
    how: Behaviour
    left: int | None
    wait_s: int


@dataclass(slots=True)
class Kept:
    """All state, behind one lock."""

    account_sid: str
    # Its clock.
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    on_kept: Callable[[Message], object] | None = None
    unreachable: set[str] = field(default_factory=set)
    opted_out: set[str] = field(default_factory=set)
    # How often messages were posted, stored or not.
    posted: int = 0
    _messages: list[Message] = field(default_factory=list)
    _rules: dict[str | None, _Rule] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def behave(self, how: Behaviour, *, to: str | None, times: int | None, wait_s: int) -> None:
        """Sets a rule for one number, or for all (None)."""
        with self._lock:
            self._rules[to] = _Rule(how, times, wait_s)

    def next_behaviour(self, to: str) -> tuple[Behaviour, int]:
        """The behaviour for the next message to this number, and Retry-After in seconds."""
        with self._lock:
            self.posted += 1
            if to in self.opted_out:
                return Behaviour.OPTED_OUT, 0
            for key in (to, None):
                rule = self._rules.get(key)
                if rule is None or rule.left == 0:
                    continue
                if rule.left is not None:
                    rule.left -= 1
                return rule.how, rule.wait_s
            return Behaviour.ACCEPT, 0

    def keep(self, form: dict[str, str]) -> Message:
        """Stores a posted message."""
        with self._lock:
            message = Message(
                sid=new_sid("CA" if form["Body"].startswith("<Response>") else "SM"),
                to=form["To"],
                sender=form.get("From") or form.get("MessagingServiceSid", ""),
                body=form["Body"],
                callback=form.get("StatusCallback", ""),
                made_at=self.now(),
            )
            self._messages.append(message)
        if self.on_kept is not None:
            self.on_kept(message)
        return message

    def messages(self, to: str | None = None) -> list[Message]:
        """All, or those to a number, oldest first."""
        with self._lock:
            return [one for one in self._messages if to is None or one.to == to]

    def find(self, sid: str) -> Message | None:
        """The message with this id."""
        return next((one for one in self.messages() if one.sid == sid), None)

    def move(self, message: Message, state: str, error_code: str) -> None:
        """Moves a message to a state."""
        with self._lock:
            message.state, message.error_code = state, error_code

    def heed(self, sender: str, body: str) -> None:
        """After STOP, messages to this number get 21610, until START."""
        word = body.strip().lower()
        with self._lock:
            if word in STOP_WORDS:
                self.opted_out.add(sender)
            if word in START_WORDS:
                self.opted_out.discard(sender)
