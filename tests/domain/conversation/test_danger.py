"""Cries for help are found in every language; what only sounds like one is not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversation.danger import Danger, find_danger
from app.conversation.danger_words import NUMBERS, DangerKind
from tests.domain.conversation.danger_texts import CRIES, DOUBTFUL, LOOK_ALIKES

WORDS = st.sampled_from([*(text for _, text in CRIES), *LOOK_ALIKES, *DOUBTFUL])


def numbers_of(text: str) -> tuple[str, ...]:
    found = find_danger(text)
    return found.numbers if found else ()


@pytest.mark.parametrize(("kind", "text"), CRIES, ids=[text for _, text in CRIES])
def test_cry_is_certain_danger_and_names_the_number_of_its_kind(
    kind: DangerKind, text: str
) -> None:
    found = find_danger(text)
    assert found is not None and found.certain and found.words
    assert set(NUMBERS[kind]) & set(found.numbers)


@pytest.mark.parametrize("text", LOOK_ALIKES, ids=LOOK_ALIKES)
def test_what_only_sounds_like_danger_is_none(text: str) -> None:
    assert find_danger(text) is None


@pytest.mark.parametrize("text", DOUBTFUL, ids=DOUBTFUL)
def test_doubtful_words_name_a_number_without_an_alarm(text: str) -> None:
    found = find_danger(text)
    assert found is not None and not found.certain and found.numbers


def test_tables_are_large_and_without_repetition() -> None:
    assert len({text for _, text in CRIES}) >= 200
    assert len(set(LOOK_ALIKES)) >= 250


def test_numbers_fit_what_happened() -> None:
    assert numbers_of("着火了") == ("119",)
    assert numbers_of("我妈晕倒了") == ("120",)
    assert numbers_of("有小偷进来了") == ("110",)
    assert numbers_of("着火了 有人晕倒") == ("119", "120")
    assert numbers_of("救命！！！！") == ("120", "110", "119")
    # A bare cry beside a kind adds nothing.
    assert numbers_of("救命 着火了") == ("119",)
    assert numbers_of("我不想活了") == ("120", "110", "12356")


def test_denial_of_one_danger_leaves_another() -> None:
    found = find_danger("不是着火 是我妈晕倒了")
    assert found is not None and found.kind == DangerKind.LIFE and found.numbers == ("120",)
    assert find_danger("没有着火 没人晕倒") is None


def test_certain_danger_outweighs_doubtful_words() -> None:
    assert find_danger("头晕") == Danger(DangerKind.LIFE, ("120",), ("头晕",), False)
    found = find_danger("头晕 现在喘不上气")
    assert found is not None and found.certain and found.words == ("喘不上气",)


@pytest.mark.parametrize("text", ["着火了", "著火了", "ZHAO HUO LE", "着\u200b火了", "ＳＯＳ 着火"])
def test_spelling_width_and_invisible_marks_do_not_hide_it(text: str) -> None:
    found = find_danger(text)
    assert found is not None and found.kind == DangerKind.FIRE


def test_quotation_of_our_own_text_hides_nothing_but_a_business_text_is_no_cry() -> None:
    quoted = "【点单】编号 ABCD2345：志愿者在路上了。 我妈晕倒了"
    assert find_danger(quoted) is not None
    assert find_danger("【平安社区】谨防火灾，家里着火请打119") is None


@given(st.text(max_size=300) | st.lists(WORDS | st.text(max_size=5), max_size=6).map("".join))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found = find_danger(text)
    assert found is None or (found.numbers and found.words)


@given(
    WORDS, st.sampled_from(["", "你好 ", "请问 ", "民乐老村3栋 "]), st.sampled_from(["", " 谢谢"])
)
def test_politeness_and_a_place_change_nothing(text: str, before: str, after: str) -> None:
    plain, dressed = find_danger(text), find_danger(before + text + after)
    assert (plain is None) == (dressed is None)
    assert plain is None or dressed is None or plain.certain == dressed.certain


@pytest.mark.parametrize(
    "unit", ["火", "我妈", "没有", "the ", "从楼", "流了好多", "死", "(", "。 "]
)
def test_long_texts_are_read_quickly(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    begun = time.perf_counter()
    find_danger(text)
    assert time.perf_counter() - begun < 1
