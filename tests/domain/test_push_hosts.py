"""Which addresses named by a browser we may post to."""

import pytest

from app.notifications.push_hosts import is_push_service

MORE = frozenset({"push.example.cn", "127.0.0.1:8443"})


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com/QGx",
        "https://wns2-par02p.notify.windows.com/w/?token=BQ%3d%3d",
        "https://fcm.googleapis.com:443/fcm/send/abc",
        "https://push.example.cn/x",
        "https://127.0.0.1:8443/x",
    ],
)
def test_push_services(endpoint: str) -> None:
    assert is_push_service(endpoint, MORE)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilpush.apple.com.example/x",
        "https://notpush.apple.com@evil.example/x",
        "https://user@fcm.googleapis.com/x",
        "https://evil.example/fcm.googleapis.com",
        "https://evil.example#.push.apple.com",
        "https://evil.example\\.push.apple.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com:99999/x",
        "https://googleapis.com/x",
        "https://xpush.apple.com/x",
        "https://127.0.0.1/x",
        "https://127.0.0.1:8444/x",
        "https://[::1]/x",
        "https://169.254.169.254/latest",
        "https://localhost/x",
        "https://fcm.googleapis.com/a b",
        "https://fcm.googleapis.com/a\r\nHost: x",
        "https://fcm.googleapis.com/" + "a" * 2000,
        "javascript:alert(1)",
        "https://fcm.googleapis.com/ü",
    ],
)
def test_everything_else(endpoint: str) -> None:
    assert not is_push_service(endpoint, MORE)
