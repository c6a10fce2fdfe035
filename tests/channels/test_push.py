"""Web Push against a fake service that verifies and decrypts everything independently."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.channels.ports import Outgoing
from app.channels.push import PushChannel
from app.core.push_keys import are_browser_keys, public_key
from app.notifications.outcomes import OutcomeKind as Kind
from tests.fakes.push import LOST, Browser, PushService

KEY = bytes([7]) * 32


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PushService]:
    with PushService(tmp_path) as made:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.certificate))
        yield made
        assert made.complaints == []


def channel(service: PushService, **more: object) -> PushChannel:
    given = {
        "key": KEY,
        "contact": "mailto:desk@diandan.example",
        "hosts": {service.host},
        **more,
    }
    return PushChannel(**given)  # type: ignore[arg-type]


def outgoing(to: Browser | dict[str, object], **more: object) -> Outgoing:
    device = to.subscription if isinstance(to, Browser) else to
    given = {
        "to": json.dumps(device),
        "body": "约 300 米，点开看看",
        "subject": "附近有人需要帮忙",
        "key": "token-1",
        "language": "zh_Hans",
        "link": "/alerts/open/token-1",
        "tag": "match:12",
        "lives_s": 900,
        **more,
    }
    return Outgoing(**given)  # type: ignore[arg-type]


def test_it_is_signed_encrypted_and_read_by_the_browser_alone(service: PushService) -> None:
    browser = service.subscribed(public_key(KEY))
    outcome = channel(service).send(outgoing(browser, urgent=True, rings=True))
    assert outcome.kind == Kind.ACCEPTED
    (push,) = browser.pushes
    assert push.told == {
        "id": "token-1",
        "title": "附近有人需要帮忙",
        "body": "约 300 米，点开看看",
        "link": "/alerts/open/token-1",
        "tag": "match:12",
        "lang": "zh_Hans",
        "rings": True,
    }
    assert (push.ttl, push.urgency) == (900, "high")
    assert push.contact == "mailto:desk@diandan.example"


def test_a_later_one_about_the_same_replaces_what_waits(service: PushService) -> None:
    browser, other = service.subscribed(), service.subscribed()
    ours = channel(service)
    for tag, words in (("match:12", "来吗"), ("match:13", "那边呢"), ("match:12", "有人接了")):
        ours.send(outgoing(browser, tag=tag, body=words))
    ours.send(outgoing(other))
    assert [one.told["body"] for one in browser.waiting] == ["有人接了", "那边呢"]
    # The topic differs by browser, so that a push service cannot tell who shares a subject.
    assert other.pushes[0].topic not in {one.topic for one in browser.pushes}
    assert "match" not in browser.pushes[0].topic


@pytest.mark.parametrize(
    ("status", "kind", "code", "wait_s"),
    [
        (404, Kind.GONE, "gone", None),
        (410, Kind.GONE, "gone", None),
        (413, Kind.REFUSED, "413", None),
        (429, Kind.RETRY, "429", 90),
        (503, Kind.RETRY, "503", 90),
        (500, Kind.RETRY, "500", None),
        (403, Kind.OUR_FAULT, "403", None),
        (504, Kind.UNKNOWN, "504", None),
    ],
)
def test_what_a_refusal_means(
    service: PushService, status: int, kind: Kind, code: str, wait_s: int | None
) -> None:
    service.answer(status, Retry_After="90")
    outcome = channel(service).send(outgoing(service.subscribed()))
    assert (outcome.kind, outcome.code, outcome.retry_after_s) == (kind, code, wait_s)


def test_a_lost_answer_is_unknown_and_asking_says_to_send_again(service: PushService) -> None:
    browser = service.subscribed()
    service.answer(LOST)
    ours, message = channel(service), outgoing(browser)
    assert ours.send(message).kind == Kind.UNKNOWN
    assert ours.ask(message, None).kind == Kind.RETRY
    assert ours.send(message).kind == Kind.ACCEPTED
    assert len(browser.pushes) == 2 and len(browser.waiting) == 1
    assert {one.told["id"] for one in browser.pushes} == {"token-1"}


def test_a_service_that_says_nothing_in_time_is_unknown(service: PushService) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        browser = Browser(f"https://{host}/push/x")
        ours = channel(service, hosts={host}, timeout_s=(0.2, 0.2))
        # TLS failed: nothing was delivered, but the client cannot be sure.
        assert ours.send(outgoing(browser)).kind in (Kind.RETRY, Kind.UNKNOWN)


def test_nobody_there_is_tried_again(service: PushService) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        host = f"127.0.0.1:{taken.getsockname()[1]}"
    outcome = channel(service, hosts={host}).send(outgoing(Browser(f"https://{host}/push/x")))
    assert (outcome.kind, outcome.code) == (Kind.RETRY, "connection")


def test_it_lets_nobody_send_it_elsewhere(service: PushService) -> None:
    service.answer(307, Location=f"{service.url}/elsewhere")
    outcome = channel(service).send(outgoing(service.subscribed()))
    assert outcome.kind == Kind.REFUSED
    assert service.strays == []


@pytest.mark.parametrize("hosts", [set(), {"127.0.0.1"}, {"push.example.cn"}])
def test_an_address_that_is_no_push_service_is_never_asked(
    service: PushService, hosts: set[str]
) -> None:
    browser = service.subscribed()
    outcome = channel(service, hosts=hosts).send(outgoing(browser))
    assert (outcome.kind, outcome.code) == (Kind.REFUSED, "bad_host")
    assert browser.pushes == []


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": "AAAA", "auth": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"p256dh": "BA" + "A" * 85, "auth": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"p256dh": "not base64!", "auth": "x"},
    ],
)
def test_keys_that_are_none_fail_for_good(service: PushService, keys: dict[str, str]) -> None:
    assert not are_browser_keys(**keys)
    endpoint = service.subscribed().endpoint
    outcome = channel(service).send(outgoing({"endpoint": endpoint, "keys": keys}))
    assert (outcome.kind, outcome.code) == (Kind.REFUSED, "bad_keys")


def test_keys_of_a_browser_are_keys() -> None:
    assert are_browser_keys(**Browser("https://x").keys)
    assert not are_browser_keys(Browser("https://x").keys["p256dh"], "AAAA")


def test_a_contact_that_is_none_waits_for_the_operator(service: PushService) -> None:
    outcome = channel(service, contact="nobody").send(outgoing(service.subscribed()))
    assert (outcome.kind, outcome.code) == (Kind.OUR_FAULT, "not_signed")
