"""Texts that answer our own last question, or complete what earlier texts began."""

from dataclasses import replace

import pytest

from app.conversation.context import (
    Context,
    Draft,
    LastQuestion,
    QuestionKind,
    Target,
    TargetKind,
)
from app.conversation.parse import parse
from app.conversation.reading import Intent, Missing
from tests.domain.conversation.contexts import ASK, CONTEXTS, OTHER_ASK, PHONE, VOLUNTEER, day

ORDERS = tuple(Target(TargetKind.ORDER, code) for code in ("ABCD2345", "KMNP6789"))
WHICH_CANCEL = replace(
    CONTEXTS["two orders"],
    question=LastQuestion(QuestionKind.WHICH, ORDERS, Intent.CANCEL),
)
KINDS = tuple(Target(TargetKind.CATEGORY, code) for code in ("medicine", "shopping", "escort"))
WHAT = replace(PHONE, question=LastQuestion(QuestionKind.WHAT, KINDS, Intent.ORDER), draft=Draft())
SAME_NAME = replace(
    PHONE,
    question=LastQuestion(
        QuestionKind.WHICH,
        (Target(TargetKind.PLACE, "41"), Target(TargetKind.PLACE, "42")),
        Intent.ORDER,
    ),
    draft=Draft(category="medicine", when=day(1, 8, 12), place_ids=(41, 42), address="幸福花园"),
)
READ_BACK = replace(
    PHONE,
    question=LastQuestion(QuestionKind.READ_BACK),
    draft=Draft(category="medicine", when=day(1, 8, 12), place_ids=(11,), address="民乐老村3栋"),
)
STOP = replace(VOLUNTEER, question=LastQuestion(QuestionKind.STOP))
WHICH_YES = replace(
    VOLUNTEER,
    asks=(ASK, OTHER_ASK),
    question=LastQuestion(
        QuestionKind.WHICH,
        (Target(TargetKind.ASK, "42"), Target(TargetKind.ASK, "57")),
        Intent.YES,
    ),
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("1", ["ABCD2345"]),
        ("2", ["KMNP6789"]),
        ("２。", ["KMNP6789"]),
        ("第二个", ["KMNP6789"]),
        ("选2", ["KMNP6789"]),
        ("最后一个", ["KMNP6789"]),
        ("KMNP6789", ["KMNP6789"]),
        ("买菜的", ["KMNP6789"]),
        ("買藥嗰個", ["ABCD2345"]),
        ("两个都取消", ["ABCD2345", "KMNP6789"]),
        ("都取消", ["ABCD2345", "KMNP6789"]),
        ("全部", ["ABCD2345", "KMNP6789"]),
    ],
)
def test_choice_completes_what_waited_for_it(text: str, codes: list[str]) -> None:
    reading = parse(text, WHICH_CANCEL)
    assert reading.intent is Intent.CANCEL
    assert [target.key for target in reading.targets] == codes


@pytest.mark.parametrize("text", ["3", "0", "9"])
def test_choice_that_was_not_offered_is_asked_again(text: str) -> None:
    reading = parse(text, WHICH_CANCEL)
    assert (reading.intent, reading.alternatives) == (Intent.CHOICE_UNCLEAR, ORDERS)


@pytest.mark.parametrize("text", ["都不取消", "都不要取消", "不取消了"])
def test_choice_of_none_cancels_nothing(text: str) -> None:
    assert parse(text, WHICH_CANCEL).intent in (Intent.NO, Intent.KEEP)


@pytest.mark.parametrize(
    ("text", "number"), [("1", "42"), ("57", "57"), ("第一个", "42"), ("买菜那个", "57")]
)
def test_choice_among_asks(text: str, number: str) -> None:
    reading = parse(text, WHICH_YES)
    assert reading.intent is Intent.YES
    assert [target.key for target in reading.targets] == [number]


@pytest.mark.parametrize(
    ("text", "category"),
    [("1", "medicine"), ("3", "escort"), ("买菜", "shopping"), ("第二个", "shopping")],
)
def test_kind_that_was_offered(text: str, category: str) -> None:
    reading = parse(text, WHAT)
    assert (reading.intent, reading.slots.category) == (Intent.ORDER, category)


def test_one_of_two_places_of_a_name() -> None:
    reading = parse("2", SAME_NAME)
    assert reading.intent is Intent.ORDER
    assert (reading.slots.place_ids, reading.slots.category) == ((42,), "medicine")
    assert reading.slots.when == day(1, 8, 12)


def test_two_places_of_one_name_are_both_named() -> None:
    reading = parse("买药 幸福花园 明天上午", PHONE)
    assert (reading.intent, reading.slots.place_ids) == (Intent.ORDER, (41, 42))


@pytest.mark.parametrize("text", ["1", "对", "对的", "是", "没错", "好", "OK", "确认", "yes", "嗯"])
@pytest.mark.parametrize("context", [READ_BACK, STOP], ids=["read back", "stop"])
def test_yes_to_our_question(text: str, context: Context) -> None:
    reading = parse(text, context)
    assert reading.intent is Intent.YES
    assert [target.kind for target in reading.targets] == [TargetKind.QUESTION]


@pytest.mark.parametrize("text", ["0", "不是", "不对", "错了", "no", "不要", "不行"])
@pytest.mark.parametrize("context", [READ_BACK, STOP], ids=["read back", "stop"])
def test_no_to_our_question(text: str, context: Context) -> None:
    reading = parse(text, context)
    assert reading.intent is Intent.NO
    assert [target.kind for target in reading.targets] == [TargetKind.QUESTION]


def test_what_was_understood_is_put_right() -> None:
    reading = parse("不对，是后天上午", READ_BACK)
    assert (reading.intent, reading.slots.when) == (Intent.CHANGE, day(2, 8, 12))
    assert [target.kind for target in reading.targets] == [TargetKind.QUESTION]


@pytest.mark.parametrize("text", ["好像不对", "差不多", "等一下", "对吗"])
def test_no_clean_yes_confirms_nothing(text: str) -> None:
    assert parse(text, READ_BACK).intent is not Intent.YES


def test_texts_of_a_minute_become_one_order() -> None:
    first = parse("我要买药", PHONE)
    assert (first.intent, first.missing) == (Intent.ORDER, (Missing.PLACE, Missing.WHEN))
    draft = Draft(category=first.slots.category)
    second = parse("民乐老村3栋", replace(PHONE, draft=draft))
    assert (second.intent, second.missing) == (Intent.ORDER, (Missing.WHEN,))
    assert (second.slots.category, second.slots.place_ids) == ("medicine", (11,))
    draft = replace(draft, place_ids=(11,), address="民乐老村3栋")
    third = parse("明天上午", replace(PHONE, draft=draft))
    assert (third.intent, third.missing, third.slots.when) == (Intent.ORDER, (), day(1, 8, 12))


@pytest.mark.parametrize(
    "text", ["谢谢", "好的", "在吗", "多少钱", "STOP", "打电话给我", "手机没电了", "医院人真多"]
)
def test_talk_does_not_complete_an_order(text: str) -> None:
    draft = Draft(category="medicine")
    assert parse(text, replace(PHONE, draft=draft)).intent is not Intent.ORDER


def test_bare_digit_means_what_was_asked_last() -> None:
    rating = replace(CONTEXTS["to rate"], asks=(ASK,))
    assert parse("1", rating).intent is Intent.RATE
    ask = replace(rating, question=LastQuestion(QuestionKind.ASK))
    reading = parse("1", ask)
    assert (reading.intent, reading.targets[0].kind) == (Intent.YES, TargetKind.ASK)


def test_second_yes_after_accepting_is_about_the_task() -> None:
    task = replace(CONTEXTS["task"], question=LastQuestion(QuestionKind.ASK))
    reading = parse("1", replace(task, unrated=CONTEXTS["to rate"].unrated))
    assert (reading.intent, reading.targets[0].kind) == (Intent.YES, TargetKind.TASK)


@pytest.mark.parametrize("text", ["算了", "不要了", "取消", "不用了"])
def test_draft_is_given_up(text: str) -> None:
    draft = replace(PHONE, draft=Draft(category="medicine"))
    reading = parse(text, draft)
    assert (reading.intent, reading.targets[0].kind) == (Intent.CANCEL, TargetKind.DRAFT)
