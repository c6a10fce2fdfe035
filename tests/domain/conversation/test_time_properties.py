"""What holds for every text, at every moment, in every zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.conversation.folding import fold
from app.conversation.times import read_times
from tests.domain import zones

PIECES = (
    *(
        "明天",
        "后天",
        "大后天",
        "今天",
        "昨天",
        "今晚",
        "明早",
        "周三",
        "下周",
        "下下周日",
        "周末",
        "这周一",
    ),
    *(
        "上午",
        "下午",
        "晚上",
        "中午",
        "凌晨",
        "半夜",
        "3点",
        "十点",
        "半",
        "12:30",
        "24:00",
        "0点",
        "一点",
    ),
    *(
        "-",
        "到",
        "之前",
        "以后",
        "前",
        "后",
        "am",
        "pm",
        "号",
        "日",
        "月",
        "年",
        "31",
        "2",
        "2月29日",
        "农历",
    ),
    *(
        "初八",
        "2026-12-03",
        "12/3",
        "12.3",
        "1/1",
        "两小时",
        "半小时",
        "三天",
        "个",
        "内",
        "every ",
        "Wed",
    ),
    *(
        "before ",
        "after ",
        "in ",
        " to ",
        "half past ",
        "three",
        "tomorrow ",
        "Dec 3",
        "tonight",
        "noon",
    ),
    *(
        "不用",
        "取消",
        "改到",
        "改",
        "的",
        "，",
        "每",
        "不行",
        "上",
        "下",
        "这",
        "个月",
        "周",
        "礼拜",
        "一",
        "十",
    ),
    *("midnight", "改天", "马上", "差一刻", " ", "\u3000", "㏂", "İ"),
)
JOINED = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
TEXTS = st.one_of(JOINED, st.text(max_size=60))
MOMENTS = st.one_of(
    st.tuples(
        # From 1990 to 2089.
        st.integers(631_152_000, 3_786_912_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
        st.sampled_from(zones.NAMES).map(ZoneInfo),
    ),
    # Around the hours at which clocks are set.
    st.tuples(st.sampled_from(zones.ALL), st.integers(-3000, 1500)).map(
        lambda pair: (pair[0][1] + timedelta(minutes=pair[1]), pair[0][0])
    ),
)


@given(text=TEXTS, moment=MOMENTS)
def test_period_is_none_or_begins_before_it_ends_and_is_not_over(
    text: str, moment: tuple[datetime, ZoneInfo]
) -> None:
    at, zone = moment
    reading = read_times(text, at.astimezone(zone))
    assert reading.period is None or reading.problem is None
    for period in (reading.period, *(one.period for one in reading.named)):
        if period is not None:
            start, end = (one.astimezone(UTC) for one in period)
            assert at <= start < end
            assert period[0].tzinfo is zone and period[1].tzinfo is zone
    assert all(0 <= one.start < one.end <= len(text) for one in reading.named)


@given(text=TEXTS)
def test_text_without_its_times_is_made_of_its_words(text: str) -> None:
    reading = read_times(text, datetime(2026, 11, 30, 2, 20, tzinfo=UTC))
    left = iter(text)
    assert all(mark in left for mark in reading.rest.replace(" ", ""))


@given(text=st.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
