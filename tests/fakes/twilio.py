"""A fake Twilio on loopback that keeps state.

It accepts messages as Twilio does, refuses, stalls or loses them on demand, sends signed receipts,
and sends texts to a webhook, signed, replayed or forged. Tests ask it what was really sent.
By hand: `python -m tests.fakes.twilio --port 4010`.
"""

import argparse
import queue
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

import requests
from twilio.request_validator import RequestValidator

from tests.fakes.twilio_http import TwilioHandler
from tests.fakes.twilio_kept import Behaviour, Kept, Message, new_sid

HOOK_TIMEOUT_S = 15.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a webhook answered; status 0 when nobody did."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that was sent, and the answer to it."""

    sid: str
    state: str
    reply: Reply


class Twilio:
    """One account. `webhook` receives texts; `reach_at` is the real address behind public URLs."""

    def __init__(
        self,
        *,
        account_sid: str = "AC" + "0" * 32,
        auth_token: str = "a-token-for-tests-only",
        number: str = "+12025550100",
        webhook: str = "",
        reach_at: str = "",
        port: int = 0,
    ) -> None:
        self.account_sid, self.auth_token, self.number = account_sid, auth_token, number
        self.webhook, self.reach_at = webhook, reach_at
        self.kept = Kept(account_sid)
        self.receipts: list[Receipt] = []
        # The states reported for each message automatically, in this order.
        self.tells: tuple[str, ...] = ("sent", "delivered")
        self.closing = threading.Event()
        self._to_tell: queue.Queue[tuple[Message, str, str] | None] = queue.Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), TwilioHandler.of(self))
        self._server.daemon_threads = True
        self._threads = [
            threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True),
            threading.Thread(target=self._notify_all, daemon=True),
        ]

    @property
    def url(self) -> str:
        """The value for TWILIO_API_URL."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Twilio":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closing.set()
        self._to_tell.put(None)
        self._server.shutdown()
        self._server.server_close()

    # Handling of messages.

    def behave(
        self, how: Behaviour, *, to: str | None = None, times: int | None = None, wait_s: int = 2
    ) -> None:
        """Sets the behaviour for one number or all, a number of times or until changed."""
        self.kept.behave(how, to=to, times=times, wait_s=wait_s)

    def accepted(self, message: Message) -> None:
        """Handles an accepted message: its receipts follow, as for a phone that is on or off."""
        states = ("sent", "undelivered") if message.to in self.kept.unreachable else self.tells
        if message.is_call:
            states = ("no-answer",) if message.to in self.kept.unreachable else ("completed",)
        for state in states:
            self.tell(message, state, "30003" if state == "undelivered" else "")

    def tell(self, message: Message, state: str, error_code: str = "") -> None:
        """Sends a receipt; receipts go out one after the other."""
        self._to_tell.put((message, state, error_code))

    def _notify_all(self) -> None:
        while (one := self._to_tell.get()) is not None:
            message, state, error_code = one
            self.kept.move(message, state, error_code)
            if message.callback:
                form = {"MessageSid": message.sid, "SmsSid": message.sid, "To": message.to}
                form |= {"MessageStatus": state, "SmsStatus": state, "From": message.sender}
                form |= {"AccountSid": self.account_sid, "ApiVersion": "2010-04-01"}
                if message.is_call:
                    form = {"CallSid": message.sid, "To": message.to, "CallStatus": state}
                if error_code:
                    form["ErrorCode"] = error_code
                self.receipts.append(Receipt(message.sid, state, self.post(message.callback, form)))

    # Sending to the service.

    def text(self, from_: str, body: str, *, sid: str | None = None) -> Reply:
        """Sends a signed incoming text. The same `sid` again is a replay."""
        return self.post(self.webhook, self.form_of(from_, body, sid))

    def press(self, call: Message, key: str) -> Reply:
        """The called person presses a key."""
        action = re.findall(r'action="([^"]+)"', call.body)[0]
        return self.post(action, {"CallSid": call.sid, "To": call.to, "Digits": key})

    def forged(self, from_: str, body: str, *, signature: str = "bm90IHNpZ25lZA==") -> Reply:
        """Sends a text with a forged signature; "" sends none."""
        return self.post(self.webhook, self.form_of(from_, body, None), signature=signature)

    def form_of(self, from_: str, body: str, sid: str | None) -> dict[str, str]:
        """The form of an incoming text; STOP and START also take effect here, as at Twilio."""
        self.kept.heed(from_, body)
        sid = sid or new_sid()
        form = {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "From": from_}
        form |= {"To": self.number, "Body": body, "NumMedia": "0", "NumSegments": "1"}
        return form | {"AccountSid": self.account_sid, "SmsStatus": "received"}

    def post(self, url: str, form: dict[str, str], *, signature: str | None = None) -> Reply:
        """Posts a form, signed for its public address."""
        if signature is None:
            signature = RequestValidator(self.auth_token).compute_signature(url, form)
        headers = {"X-Twilio-Signature": signature} if signature else {}
        try:
            answer = requests.post(
                self._reached(url), data=form, headers=headers, timeout=HOOK_TIMEOUT_S
            )
        except requests.RequestException:
            return Reply(0, "")
        return Reply(answer.status_code, answer.text)

    def _reached(self, url: str) -> str:
        if not self.reach_at:
            return url
        parts, real = urlsplit(url), urlsplit(self.reach_at)
        return parts._replace(scheme=real.scheme, netloc=real.netloc).geturl()

    # Reading what it received.

    def messages(self, to: str | None = None) -> list[Message]:
        """All stored messages, oldest first."""
        return self.kept.messages(to)

    def inbox(self, to: str) -> list[str]:
        """The texts that a phone got."""
        return [message.body for message in self.messages(to)]

    def wait_for(self, predicate: Callable[[], object], seconds: float = 10.0) -> bool:
        """Polls until it is true; False when the deadline passes."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if predicate():
                return True
            time.sleep(0.02)
        return bool(predicate())


@contextmanager
def running(**settings: str) -> Iterator[Twilio]:
    """A running fake, closed at the end."""
    with Twilio(**settings) as twilio:  # type: ignore[arg-type]
        yield twilio


def main() -> None:
    """Prints what is sent; each line typed ("+8617400000001 1 42") is an incoming text."""
    read = argparse.ArgumentParser(description="A stand-in for Twilio on loopback.")
    read.add_argument("--port", type=int, default=4010)
    read.add_argument("--webhook", default="http://127.0.0.1:8000/hooks/twilio/sms")
    asked = read.parse_args()
    with Twilio(port=asked.port, webhook=asked.webhook) as twilio:
        twilio.kept.on_kept = lambda message: print(f"{message.to} ◀ {message.body}", flush=True)
        print(f"TWILIO_API_URL={twilio.url} TWILIO_ACCOUNT_SID={twilio.account_sid}")
        print(f"TWILIO_AUTH_TOKEN={twilio.auth_token} TWILIO_SENDER={twilio.number}", flush=True)
        for line in sys.stdin:
            sender, _, body = line.strip().partition(" ")
            print(f"{sender} ▶ {twilio.text(sender, body).status}", flush=True)


if __name__ == "__main__":
    main()
