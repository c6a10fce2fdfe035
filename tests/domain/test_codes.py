"""Short codes: read however they were typed, and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.codes import CODE_ALPHABET, CODE_LENGTH, new_code, normalise_code

CODES = st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
FULL_WIDTH = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})


def test_alphabet_has_no_look_alikes() -> None:
    assert len(set(CODE_ALPHABET)) == 27
    assert not set(CODE_ALPHABET) & set("01OILSUXZ")


def test_fresh_codes_are_codes_and_differ() -> None:
    made = {new_code() for _ in range(500)}
    assert len(made) == 500
    assert all(normalise_code(code) == code for code in made)


@given(code=CODES, gaps=st.lists(st.sampled_from(["", " ", "-", "\u3000", "–"]), min_size=8))
def test_code_is_read_however_it_is_typed(code: str, gaps: list[str]) -> None:
    typed = "".join(letter + gap for letter, gap in zip(code, gaps, strict=False))
    assert normalise_code(typed) == code
    assert normalise_code(typed.lower()) == code
    assert normalise_code(typed.translate(FULL_WIDTH)) == code


@given(code=CODES, place=st.integers(0, 7), wrong=st.sampled_from("01OILSUXZoiz药%\x00"))
def test_letter_that_no_code_has_is_not_guessed(code: str, place: int, wrong: str) -> None:
    assert normalise_code(code[:place] + wrong + code[place + 1 :]) is None


@pytest.mark.parametrize("text", ["", "ABCD234", "ABCD23456", "ABCD2345" + " " * 100 + "Q"])
def test_other_lengths_are_no_code(text: str) -> None:
    assert normalise_code(text) is None


@given(st.text())
def test_any_text_is_a_code_or_none(text: str) -> None:
    code = normalise_code(text)
    assert code is None or (len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET))
