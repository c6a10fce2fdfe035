"""The HTTP side of the fake Twilio: messages and calls of one account."""

import base64
import json
import re
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.fakes.twilio_kept import Behaviour, Message

if TYPE_CHECKING:
    from tests.fakes.twilio import Twilio

STALL_S = 60.0
E164 = re.compile(r"\+[1-9]\d{6,14}")
NEEDED = {"To": 21604, "Body": 21602}
MOST_CHARS = 1600
REFUSALS = {
    Behaviour.OPTED_OUT: (400, 21610, "Attempt to send to unsubscribed recipient"),
    Behaviour.NOT_MOBILE: (400, 21614, "'To' number is not a valid mobile number"),
    Behaviour.BUSY: (429, 20429, "Too Many Requests"),
    Behaviour.BROKEN: (500, 20500, "Internal Server Error"),
}


class TwilioHandler(BaseHTTPRequestHandler):
    """Answers the SDK's requests for the account `twilio`."""

    protocol_version = "HTTP/1.1"
    twilio: ClassVar["Twilio"]

    @classmethod
    def of(cls, twilio: "Twilio") -> type["TwilioHandler"]:
        """The handler class for one account."""
        return type("DoorOfOne", (cls,), {"twilio": twilio})

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        """Sends a message or places a call."""
        length = int(self.headers.get("Content-Length") or 0)
        sent = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
        form = {name: values[-1] for name, values in sent.items()}
        calls = f"{self._account()}/Calls.json"
        is_call = urlsplit(self.path).path == calls
        if not self._is_known(calls if is_call else f"{self._account()}/Messages.json"):
            return
        if is_call:
            # A call's spoken words are in the place of a text's body.
            form["Body"] = form.pop("Twiml", "")
        fault = _fault(form)
        if fault is not None:
            self._refuse(400, *fault)
            return
        self._treat(form)

    def do_GET(self) -> None:
        """Returns one message, or a page of a list, newest first."""
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        one = re.fullmatch(re.escape(self._account()) + r"/(?:Messages|Calls)/(\w+)\.json", path)
        if one is None:
            if self._is_known(f"{self._account()}/Messages.json"):
                self._list({name: values[-1] for name, values in query.items()})
            return
        found = self.twilio.kept.find(one.group(1)) if self._is_known(path) else None
        if found is not None:
            self._answer(200, self._shown(found))
        elif self._is_allowed():
            self._refuse(404, 20404, "The requested resource was not found")

    def _account(self) -> str:
        return f"/2010-04-01/Accounts/{self.twilio.account_sid}"

    def _is_allowed(self) -> bool:
        pair = f"{self.twilio.account_sid}:{self.twilio.auth_token}".encode()
        return self.headers.get("Authorization") == "Basic " + base64.b64encode(pair).decode()

    def _is_known(self, path: str) -> bool:
        if not self._is_allowed():
            self._refuse(401, 20003, "Authenticate")
            return False
        if urlsplit(self.path).path != path:
            self._refuse(404, 20404, "The requested resource was not found")
            return False
        return True

    def _treat(self, form: dict[str, str]) -> None:
        how, wait_s = self.twilio.kept.next_behaviour(form["To"])
        if how in REFUSALS:
            headers = {"Retry-After": str(wait_s)} if how == Behaviour.BUSY else {}
            self._refuse(*REFUSALS[how], headers=headers)
            return
        if how == Behaviour.MESSAGE_LOST:
            self._stall()
            return
        message = self.twilio.kept.keep(form)
        self._answer_about(message, how)
        self.twilio.accepted(message)

    def _answer_about(self, message: Message, how: Behaviour) -> None:
        if how == Behaviour.ANSWER_LOST:
            self._stall()
        elif how == Behaviour.CUT_OFF:
            self.close_connection = True
        elif how == Behaviour.GATEWAY:
            self._send(504, b"<html>Gateway Timeout</html>", "text/html")
        elif how == Behaviour.GARBLED:
            self._send(201, b"<html>Hello</html>", "text/html")
        else:
            self._answer(201, self._shown(message))

    def _stall(self) -> None:
        """Lets the client wait until it gives up."""
        self.connection.settimeout(0.05)
        waited = 0.0
        while waited < STALL_S and not self.twilio.closing.wait(0.05):
            waited += 0.05
            try:
                if not self.connection.recv(1):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        self.close_connection = True

    def _list(self, query: dict[str, str]) -> None:
        size, page = int(query.get("PageSize", 50)), int(query.get("Page", 0))
        found = self.twilio.kept.messages(query.get("To"))[::-1]
        start = page * size
        more = urlencode({**query, "PageSize": size, "Page": page + 1, "PageToken": "PA"})
        has_more = start + size < len(found)
        self._answer(
            200,
            {
                "messages": [self._shown(one) for one in found[start : start + size]],
                "page": page,
                "page_size": size,
                "next_page_uri": f"{self._account()}/Messages.json?{more}" if has_more else None,
            },
        )

    def _shown(self, message: Message) -> dict[str, object]:
        at = format_datetime(message.made_at)
        return {
            "sid": message.sid,
            "account_sid": self.twilio.account_sid,
            "to": message.to,
            "from": message.sender,
            "body": message.body,
            "status": message.state,
            "error_code": int(message.error_code) if message.error_code else None,
            "error_message": None,
            "direction": "outbound-api",
            "date_created": at,
            "date_updated": at,
            "date_sent": at if message.state != "queued" else None,
            "num_segments": "1",
            "num_media": "0",
            "uri": f"{self._account()}/Messages/{message.sid}.json",
        }

    def _refuse(
        self, status: int, code: int, message: str, headers: dict[str, str] | None = None
    ) -> None:
        about = f"https://www.twilio.com/docs/errors/{code}"
        told = {"code": code, "message": message, "more_info": about, "status": status}
        self._answer(status, told, headers)

    def _answer(
        self, status: int, about: dict[str, object], headers: dict[str, str] | None = None
    ) -> None:
        self._send(status, json.dumps(about).encode(), "application/json", headers)

    def _send(
        self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _fault(form: dict[str, str]) -> tuple[int, str] | None:
    for name, code in NEEDED.items():
        if not form.get(name):
            return code, f"A '{name}' is required"
    if not form.get("From") and not form.get("MessagingServiceSid"):
        return 21603, "A 'From' is required"
    if not E164.fullmatch(form["To"]):
        return 21211, "Invalid 'To' Phone Number"
    if len(form["Body"]) > MOST_CHARS:
        return 21617, "The concatenated message body exceeds the 1600 character limit"
    return None
