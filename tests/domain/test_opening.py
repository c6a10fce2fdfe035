"""Opening hours as people write them."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.areas.opening import open_at


@pytest.mark.parametrize(
    ("opening", "at", "expected"),
    [
        ("09:00–18:00", time(9), True),
        ("09:00–18:00", time(18), False),
        ("9:00-12:00，14:00-18:00", time(13), False),
        ("9：00 至 12：00、14：00 至 18：00", time(14, 30), True),
        ("22:00–06:00", time(2), True),
        ("22:00–06:00", time(12), False),
        ("24 小时", time(3), True),
        ("周一至周五 09:00–18:00", time(10), None),
        ("Mon-Fri 09:00-18:00", time(10), None),
        ("", time(10), None),
        ("请先打电话", time(10), None),
    ],
)
def test_reads_what_it_is_sure_of(opening: str, at: time, expected: bool | None) -> None:
    assert open_at(opening, at) is expected


@given(st.text(max_size=60), st.times())
def test_never_fails(opening: str, at: time) -> None:
    assert open_at(opening, at) in (True, False, None)
