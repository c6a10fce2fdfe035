"""The words of every notification: short, and without anything that a text must not contain."""

import re

import pytest

from app.core.i18n import LOCALES
from app.help_requests.rules import STATE_NAMES
from app.notifications.duty_words import DUTY_ATTENTION, DUTY_REFUSALS
from app.notifications.wording import ATTENTION, NUMBERED, TEMPLATES, word

# The longest values.
TYPICAL: dict[str, object] = {
    "code": "ABCD2345",
    "number": 42,
    "near": 12,
    "distance": 1250,
    "minutes": 120,
    "digits": "123456",
    "time": "11-25 08:00",
    "old": "11-25 08:00",
    "until": "11-26 08:00",
    "count": 12,
    "missing": 12,
    "left": 12,
    # Cut where it is too long.
    "what": "陪同就医，12月12日周三 10:00-12:00，白石龙一区，" * 3,
    "numbers": ["120", "110", "12356"],
}
LATIN_SMS_CHARS = 160
SMS_CHARS = 70
FORBIDDEN = re.compile(
    r"党|黨|政府|政治|支部|捐|https?:|www\.|\.(?:cn|com)|[村栋幢室]|路\d|party", re.I
)


def cases() -> list[tuple[str, dict[str, object]]]:
    """Every template with typical numbers; each state and each reason where one is named."""
    found = []
    for name in TEMPLATES:
        if name == "status_reply":
            found += [(name, {**TYPICAL, "state": state}) for state in STATE_NAMES.values()]
        elif name == "coordinator_attention":
            found += [(name, {**TYPICAL, "reason": reason}) for reason in ATTENTION]
        elif name == "coordinator_digest":
            some = {str(n): reason for n, reason in enumerate((*ATTENTION, *ATTENTION))}
            found += [(name, {"cases": {**some, "98": one, "99": one}}) for one in ATTENTION]
        elif name == "duty_attention":
            found += [(name, {**TYPICAL, "reason": reason}) for reason in DUTY_ATTENTION]
        elif name == "duty_refused":
            found += [(name, {"reason": reason, "limit": 11.0}) for reason in DUTY_REFUSALS]
        else:
            found.append((name, TYPICAL))
    return found


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("template", "params"), cases())
def test_text_fits_one_segment_and_names_nothing(
    template: str, params: dict[str, object], locale: str
) -> None:
    wording = word(template, locale, params)
    most = LATIN_SMS_CHARS if wording.body.isascii() else SMS_CHARS
    assert len(wording.body) <= most
    assert not FORBIDDEN.search(wording.body)
    assert "%" not in wording.body and wording.subject


@pytest.mark.parametrize("locale", LOCALES)
def test_long_words_are_cut_and_what_comes_after_them_stays(locale: str) -> None:
    said = word("order_read_back", locale, {"what": "陪同就医" * 20, "code": "ABCD2345"}).body
    assert len(said) == SMS_CHARS and "…" in said and "ABCD2345" in said and " 0" in said
    short = word("order_read_back", locale, {"what": "tea", "code": "ABCD2345"}).body
    assert "tea" in short and "…" not in short


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_only_numbers_codes_times_and_kinds_are_filled_in(template: str) -> None:
    assert set(NUMBERED.findall(TEMPLATES[template])) <= {*TYPICAL, "state", "reason"}


@pytest.mark.parametrize(
    "template", [t for t in sorted(TEMPLATES) if NUMBERED.search(TEMPLATES[t])]
)
def test_missing_number_is_an_error_and_never_sent(template: str) -> None:
    with pytest.raises(KeyError):
        word(template, "zh_Hans", {})


def test_a_volunteer_gets_a_number_and_never_the_code_of_an_order() -> None:
    theirs = ("match_", "task_", "team_", "urgent_", "answer_", "ask_details", "duty_")
    mine = [one for one in TEMPLATES if one.startswith(theirs)]
    assert len(mine) > 40
    assert [one for one in mine if "code" in NUMBERED.findall(TEMPLATES[one])] == []


def test_unknown_template_or_reason_is_an_error() -> None:
    with pytest.raises(KeyError):
        word("no_such", "zh_Hans", {})
    with pytest.raises(KeyError):
        word("coordinator_attention", "zh_Hans", {"code": "ABCD2345", "reason": "王阿姨"})


def test_a_digest_says_that_there_are_more_reasons_than_it_names() -> None:
    cases = {1: "overdue_arrive", 2: "nobody_near", 3: "needs_pin"}
    assert "1等。" in word("coordinator_digest", "zh_Hans", {"cases": cases}).body
    two = {1: "overdue_arrive", 2: "nobody_near", 3: "nobody_near"}
    assert "等" not in word("coordinator_digest", "zh_Hans", {"cases": two}).body
