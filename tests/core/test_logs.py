"""No log line contains a phone number."""

import io
import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from app.core.logs import HIDDEN, set_up_logs, without_numbers

NATIONAL = st.integers(min_value=13_000_000_000, max_value=19_999_999_999).map(str)


def grouped(number: str, mark: str) -> str:
    return mark.join((number[:3], number[3:7], number[7:]))


PHONES = st.builds(
    lambda prefix, number, mark: prefix + grouped(number, mark),
    st.sampled_from(["", "+86", "+86 ", "0086-", "(86)"]),
    NATIONAL,
    st.sampled_from(["", " ", "-", " - ", "."]),
)


@given(before=st.text(max_size=20), phone=PHONES, after=st.text(max_size=20))
def test_phone_in_any_text_is_hidden(before: str, phone: str, after: str) -> None:
    shown = without_numbers(f"{before}x{phone}x{after}")
    assert phone not in shown and HIDDEN in shown
    assert phone[-8:] not in shown


@given(
    st.recursive(
        st.one_of(PHONES, NATIONAL.map(int), PHONES.map(str.encode)),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3),
            st.dictionaries(PHONES, inner, min_size=1, max_size=3),
            st.tuples(inner),
        ),
        max_leaves=6,
    )
)
def test_phone_is_hidden_however_deep_it_lies(value: object) -> None:
    shown = json.dumps(without_numbers(value), ensure_ascii=False)
    assert not any(c.isdigit() for c in shown)


@pytest.mark.parametrize("value", [42, "request 42", True, None, 0.5, "2 of 300", [1, 2]])
def test_small_numbers_stay(value: object) -> None:
    assert without_numbers(value) == value


def test_lines_of_everybody_are_json_without_numbers() -> None:
    root, handlers, level = logging.getLogger(), logging.getLogger().handlers[:], logging.root.level
    out = io.StringIO()
    try:
        set_up_logs("INFO", out)
        structlog.get_logger("diandan.test").info("sent", to="+8613812345678", notification=7)
        logging.getLogger("other").warning("no answer from %s", "138 1234 5678")
        try:
            raise ValueError("13812345678")
        except ValueError:
            structlog.get_logger("diandan.test").exception("a unit failed")
        logging.getLogger("other").debug("not shown")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.reset_defaults()
    written = [json.loads(line) for line in out.getvalue().splitlines()]
    assert all(line.pop("timestamp") for line in written)
    # A thread of another test may log meanwhile.
    events = ["sent", f"no answer from {HIDDEN}", "a unit failed"]
    lines = [line for line in written if line["event"] in events]
    assert [line["event"] for line in lines] == events, written
    assert [line["level"] for line in lines] == ["info", "warning", "error"]
    assert lines[0]["to"] == HIDDEN and lines[0]["notification"] == 7
    assert "ValueError" in lines[2]["exception"]
    assert not any(part in json.dumps(lines) for part in ("1381234", "5678"))


@given(st.binary(min_size=32, max_size=32).map(bytes.hex))
def test_hash_of_the_trail_is_whole(digest: str) -> None:
    assert without_numbers({"hash": digest}) == {"hash": digest}
    assert without_numbers(f"+86 138 0000 0000 {digest}") != f"+86 138 0000 0000 {digest}"
