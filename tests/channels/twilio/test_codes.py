"""Twilio's codes are mapped to outcomes."""

import pytest

from app.channels.twilio.codes import judge_refusal, judge_status_word
from app.notifications.outcomes import OutcomeKind as Kind


@pytest.mark.parametrize(
    ("http_status", "code", "kind"),
    [
        (400, "21610", Kind.OPTED_OUT),
        (400, "21614", Kind.NO_TEXTS),
        (400, "21211", Kind.GONE),
        (403, "21408", Kind.NO_ROUTE),
        (400, "21617", Kind.REFUSED),
        (404, "20404", Kind.REFUSED),
        (429, "20429", Kind.RETRY),
        (500, "20500", Kind.RETRY),
        (503, "503", Kind.RETRY),
        (504, "504", Kind.UNKNOWN),
        (401, "20003", Kind.OUR_FAULT),
        (403, "20005", Kind.OUR_FAULT),
        (400, "21606", Kind.OUR_FAULT),
    ],
)
def test_refusal_is_judged(http_status: int, code: str, kind: Kind) -> None:
    assert judge_refusal(http_status, code) == kind


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        ("queued", None, Kind.ACCEPTED),
        ("sent", None, Kind.ACCEPTED),
        ("delivered", None, Kind.DELIVERED),
        ("undelivered", None, Kind.UNREACHABLE),
        ("undelivered", "30003", Kind.UNREACHABLE),
        ("undelivered", "30006", Kind.NO_TEXTS),
        ("undelivered", "30005", Kind.GONE),
        ("undelivered", "30004", Kind.NO_ROUTE),
        ("undelivered", "30007", Kind.REFUSED),
        ("undelivered", "21610", Kind.OPTED_OUT),
        ("failed", "30008", Kind.REFUSED),
        ("completed", None, Kind.DELIVERED),
        ("no-answer", None, Kind.UNREACHABLE),
        # An error code next to a good state changes nothing.
        ("delivered", "21610", Kind.DELIVERED),
        ("no such word", None, Kind.UNKNOWN),
        ("", "21610", Kind.UNKNOWN),
    ],
)
def test_status_is_judged(status: str, code: str | None, kind: Kind) -> None:
    assert judge_status_word(status, code) == kind
