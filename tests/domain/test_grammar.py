"""What texts mean: as people write them, not as a manual would."""

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversation.commands import (
    Answer,
    Cancel,
    Command,
    Confirm,
    Help,
    NotUnderstood,
    Order,
    Rate,
    Start,
    Status,
    Stop,
)
from app.conversation.grammar import CategoryWords, is_urgent, parse

# A Tuesday.
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CATEGORIES = (
    CategoryWords("medicine", ("买药", "代买药", "買藥", "medicine", "")),
    CategoryWords("clinic", ("陪诊", "血糖", "it")),
)
CODE = "ABCD2345"


def read(text: str) -> Command:
    return parse(text, now_local=NOW, categories=CATEGORIES)


@pytest.mark.parametrize(
    ("text", "yes", "number"),
    [
        ("1 42", True, 42),
        ("0 42", False, 42),
        ("１　４２", True, 42),
        ("1，42", True, 42),
        ("1、42", True, 42),
        ("1\u200b 42\n", True, 42),
        ("1️⃣ 42", True, 42),
        ("142", True, 42),
        ("回 1 42", True, 42),
        ("1 42 谢谢", True, 42),
        ("1 42 10分钟到", True, 42),
        ("0 42 不好意思", False, 42),
        ("0 42 来不了", False, 42),
        ("1", True, None),
        ("０", False, None),
        ("1。", True, None),
        ("1 好的", True, None),
    ],
)
def test_answer_to_a_question(text: str, yes: bool, number: int | None) -> None:
    assert read(text) == Answer(yes, number)


@pytest.mark.parametrize(
    "text",
    ["1 42 来不了", "1 42 can't", "1 42 43", "1 4", "1 420", "10 42", "2 42", "1 袋米", "42"],
)
def test_answer_that_is_in_doubt_is_left_to_a_person(text: str) -> None:
    assert read(text) == NotUnderstood("unknown")


@pytest.mark.parametrize("text", ["1 袋米 买药", "0 糖饮料 买药"])
def test_order_that_begins_with_a_number_is_no_answer(text: str) -> None:
    assert isinstance(read(text), Order)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"STATUS {CODE}", CODE),
        ("status abcd-2345", CODE),
        ("查询 ABCD 2345", CODE),
        ("查询编号ABCD2345。谢谢", CODE),
        (f"状态{CODE}", CODE),
        ("请问进度怎么样了 ＡＢＣＤ２３４５", CODE),
        (f"{CODE} 进度", CODE),
        (f"{CODE} 取消了吗？", CODE),
        (f"取消了吗 {CODE}", CODE),
        (f"{CODE}到哪了，还要多久", CODE),
        (CODE, CODE),
        ("進度", None),
        ("查询", None),
        ("status?", None),
    ],
)
def test_question_how_it_stands(text: str, code: str | None) -> None:
    assert read(text) == Status(code)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"CANCEL {CODE}", CODE),
        ("取消abcd2345", CODE),
        (f"请取消 {CODE} 谢谢", CODE),
        (f"{CODE} 取消", CODE),
        (f"不用了 {CODE}", CODE),
        ("取消", None),
        ("不用了，谢谢", None),
        ("不需要了", None),
    ],
)
def test_cancelling(text: str, code: str | None) -> None:
    assert read(text) == Cancel(code)


@pytest.mark.parametrize("text", [f"不要取消 {CODE}", f"我没取消{CODE}", "cancellation of tv"])
def test_what_only_speaks_of_cancelling_cancels_nothing(text: str) -> None:
    assert not isinstance(read(text), Cancel)


@pytest.mark.parametrize(
    ("text", "stars", "code", "comment"),
    [
        ("评价 5 谢谢", 5, None, "谢谢"),
        ("评价5", 5, None, ""),
        ("評價：４分，很好", 4, None, "很好"),
        ("评价 很好 5", 5, None, "很好"),
        ("评价 来了2个人 服务4星", 4, None, "来了2个人 服务"),
        ("评价 五星", 5, None, ""),
        ("RATE 5 ABCD2345", 5, CODE, ""),
        ("rate abcd-2345 4 very nice", 4, CODE, "very nice"),
        ("评价 3，ABCD2345", 3, CODE, ""),
        ("ABCD2345 评价 1", 1, CODE, ""),
        ("5星", 5, None, ""),
        ("５ 星 好", 5, None, "好"),
        ("五星好评", 5, None, "好评"),
        ("4 stars", 4, None, ""),
        (f"{CODE} 2星", 2, CODE, ""),
    ],
)
def test_rating(text: str, stars: int, code: str | None, comment: str) -> None:
    assert read(text) == Rate(code, stars, comment)


@pytest.mark.parametrize(
    "text",
    ["评价 10", "评价 0", "评价 6", "评价 一直很好", "评价", "3星期后", "五分钟就到", "rather 5"],
)
def test_what_only_looks_like_stars_is_no_rating(text: str) -> None:
    assert not isinstance(read(text), Rate)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("TD", Stop()),
        ("t", Stop()),
        ("退订", Stop()),
        ("Stop.", Stop()),
        ("START", Start()),
        ("恢复", Start()),
        ("帮助", Help()),
        ("？", Help()),
        ("HELP", Help()),
        (f"确认 {CODE}", Confirm(CODE)),
        (f"ok {CODE.lower()}", Confirm(CODE)),
        ("", NotUnderstood("empty")),
        (" \n\u3000", NotUnderstood("empty")),
        ("😀👍🏽", NotUnderstood("no_words")),
        ("\u200b\u200e", NotUnderstood("no_words")),
        ("。。。", NotUnderstood("no_words")),
        ("ok", NotUnderstood("unknown")),
        ("我家那个东西又坏了", NotUnderstood("unknown")),
        ("23456789", NotUnderstood("unknown")),
        ("very near?", NotUnderstood("unknown")),
        ("stop by tomorrow", NotUnderstood("unknown")),
    ],
)
def test_short_words(text: str, command: Command) -> None:
    assert read(text) == command


def test_order_names_category_place_and_time() -> None:
    order = read("买药 民乐老村3栋 明天上午")
    assert isinstance(order, Order)
    assert (order.category, order.place_text, order.urgent) == ("medicine", "民乐老村3栋", False)
    assert order.when == (
        datetime(2026, 11, 25, 8, tzinfo=NOW.tzinfo),
        datetime(2026, 11, 25, 12, tzinfo=NOW.tzinfo),
    )


def test_longest_word_names_the_category() -> None:
    order = read("血糖仪的代买药 B栋")
    assert isinstance(order, Order)
    assert (order.category, order.place_text) == ("medicine", "血糖仪的 B栋")


def test_word_in_latin_letters_counts_only_as_a_whole() -> None:
    assert read("with Britta") == NotUnderstood("unknown")
    assert isinstance(read("fix it please"), Order)
    assert isinstance(read("MEDICINE now"), Order)


@pytest.mark.parametrize("text", ["急", "买药 很急", "救命", "马上来", "ASAP", "It is URGENT"])
def test_pressing_words_make_it_urgent(text: str) -> None:
    assert is_urgent(text)


@pytest.mark.parametrize("text", ["不急", "不着急", "不是很急", "别急", "not urgent", "明天", ""])
def test_denied_hurry_is_none(text: str) -> None:
    assert not is_urgent(text)


WORDS = [
    *["1", "0", "42", "取消", "查询", "评价", "5", "星", "买药", "明天", "一点", "下周", "9-11点"],
    *[
        "STATUS",
        "RATE",
        "ABCD2345",
        "ABCD",
        "2345",
        " ",
        "，",
        "到",
        "2月30日",
        "24:00",
        "am",
        "吗",
    ],
    *["\ud800", "\x00", "\ufdfa", "İ", "ß", "١", "²", "½", "今晚", "tonight", "next sunday"],
]


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=12).map("".join)))
def test_no_text_raises(text: str) -> None:
    command = read(text)
    if isinstance(command, Order) and command.when is not None:
        start, end = command.when
        assert NOW <= start < end


@pytest.mark.parametrize(
    "piece",
    [
        "x",
        "1 ",
        " ",
        "取消",
        "ABCD ",
        "评价 5",
        "\ufdfa",
        "1,",
        "9-",
        "急",
        "不是",
        "A-B",
        "\u200b",
    ],
)
def test_long_text_is_read_quickly(piece: str) -> None:
    started = time.perf_counter()
    for text in (piece * (100_000 // len(piece)), "1" + piece * 1600 + "x", "买药" + piece * 1600):
        read(text)
    assert time.perf_counter() - started < 1
