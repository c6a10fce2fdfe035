"""The fake itself: it signs receipts and texts as Twilio does, and forgeries are not signed so."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest

from app.channels.ports import Outgoing
from app.channels.twilio.settings import TwilioSettings
from app.channels.twilio.signature import verify_signature
from app.channels.twilio.sms import SmsChannel
from tests.fakes.twilio import Twilio

PUBLIC = "https://diandan.example"
PHONE = "+8617401234567"


class Checker:
    """A web server that checks signatures and stores what was signed."""

    def __init__(self, auth_token: str) -> None:
        self.got: list[tuple[str, dict[str, str]]] = []
        checker = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = dict(parse_qsl(body, keep_blank_values=True))
                signature = self.headers.get("X-Twilio-Signature", "")
                known = verify_signature(auth_token, PUBLIC + self.path, form, signature)
                if known:
                    checker.got.append((self.path, form))
                self.send_response(204 if known else 403)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with Twilio(webhook=f"{PUBLIC}/hooks/twilio/sms") as standin:
        yield standin


@pytest.fixture
def checker(twilio: Twilio) -> Iterator[Checker]:
    made = Checker(twilio.auth_token)
    twilio.reach_at = f"http://127.0.0.1:{made.server.server_port}"
    yield made
    made.server.shutdown()
    made.server.server_close()


def send(twilio: Twilio) -> str:
    settings = TwilioSettings(twilio.account_sid, twilio.auth_token, twilio.number, twilio.url)
    channel = SmsChannel(settings, f"{PUBLIC}/hooks/twilio")
    sent = channel.send(Outgoing(PHONE, "【点单】您好", "", "token-1"))
    return sent.provider_id or ""


def test_receipts_come_signed_and_in_order(twilio: Twilio, checker: Checker) -> None:
    sid = send(twilio)
    assert twilio.wait_for(lambda: len(checker.got) == 2)
    assert {path for path, _ in checker.got} == {"/hooks/twilio/status/token-1"}
    assert [(form["MessageSid"], form["MessageStatus"]) for _, form in checker.got] == [
        (sid, "sent"),
        (sid, "delivered"),
    ]


def test_phone_that_is_off_is_told(twilio: Twilio, checker: Checker) -> None:
    twilio.kept.unreachable.add(PHONE)
    send(twilio)
    assert twilio.wait_for(lambda: len(checker.got) == 2)
    assert (checker.got[1][1]["MessageStatus"], checker.got[1][1]["ErrorCode"]) == (
        "undelivered",
        "30003",
    )


def test_text_comes_signed_and_again_under_the_same_id(twilio: Twilio, checker: Checker) -> None:
    for _ in range(2):
        assert twilio.text(PHONE, "1 42 谢谢", sid="SM-same").status == 204
    assert [(form["MessageSid"], form["From"], form["Body"]) for _, form in checker.got] == [
        ("SM-same", PHONE, "1 42 谢谢")
    ] * 2


@pytest.mark.parametrize("signature", ["", "bm90IHNpZ25lZA==", "签名"])
def test_forged_text_is_refused(signature: str) -> None:
    form = {"From": PHONE, "Body": "1 42"}
    assert not verify_signature("token", f"{PUBLIC}/hooks/twilio/sms", form, signature)


def test_forgery_of_the_stand_in_is_refused(twilio: Twilio, checker: Checker) -> None:
    assert twilio.forged(PHONE, "1 42").status == 403
    assert twilio.forged(PHONE, "1 42", signature="").status == 403
    assert checker.got == []


def test_signature_covers_address_and_words(twilio: Twilio, checker: Checker) -> None:
    form = twilio.form_of(PHONE, "0 42", None)
    honest = f"{PUBLIC}/hooks/twilio/sms"
    assert twilio.post(honest, form).status == 204
    twilio.auth_token = "another account"
    assert twilio.post(honest, form).status == 403


def test_who_texts_stop_is_refused_until_start(twilio: Twilio, checker: Checker) -> None:
    twilio.text(PHONE, "STOP")
    assert send(twilio) == "" and twilio.inbox(PHONE) == []
    twilio.text(PHONE, "START")
    assert send(twilio) != "" and twilio.inbox(PHONE) == ["【点单】您好"]


def test_house_that_is_away_is_no_error(twilio: Twilio) -> None:
    twilio.reach_at = "http://127.0.0.1:9"
    assert twilio.text(PHONE, "您好").status == 0
