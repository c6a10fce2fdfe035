"""Tables of turns: written and read back; and as people and spreadsheets change them."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rotation.tables import BadTable, WrittenTurn, rows, table, wall

START = datetime.fromisoformat("2026-03-04T20:00")

names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and not text.startswith("'")
)


@given(name=names, organisation=names, number=st.integers(1, 10**6), minutes=st.integers(1, 1440))
def test_what_is_written_is_read_again(
    name: str, organisation: str, number: int, minutes: int
) -> None:
    end = START + timedelta(minutes=minutes)
    (row,) = rows(table([WrittenTurn(START, end, 2, number, name, organisation, True)]))
    assert (wall(row.starts), wall(row.ends)) == (START, end)
    assert (row.line, row.layer, row.number) == (2, "2", str(number))
    assert (row.name, row.organisation) == (name, organisation)


def test_formulas_are_written_as_text() -> None:
    written = table([WrittenTurn(START, START, 1, 7, "=1+1", "@物业", False)])
    assert "'=1+1,'@物业" in written and written.startswith("\ufeff开始,结束")


@pytest.mark.parametrize(
    "text", ["2026-03-04 20:00", "2026/3/4 20:00", "2026-03-04T20:00", "2026年3月4日  20:00"]
)
def test_times_of_spreadsheets_are_read(text: str) -> None:
    assert wall(text) == START


@pytest.mark.parametrize("text", ["", "20:00", "2026-02-30 20:00", "2026-03-04 24:00", "4.3."])
def test_other_times_are_not_guessed(text: str) -> None:
    with pytest.raises(ValueError):
        wall(text)


def test_lines_are_counted_as_an_editor_counts() -> None:
    text = '姓名;开始;结束\n\n"林\n晓";a;b\n林晓;c;d\n'
    assert [(row.line, row.name, row.starts) for row in rows(text)] == [
        (4, "林\n晓", "a"),
        (5, "林晓", "c"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_columns"),
        ("开始,姓名\n", "no_columns"),
        ("开始,结束\n", "no_columns"),
        ("开始,结束,姓名\n" + "a,b,c\n" * 1001, "too_many"),
        ("开始,结束,姓名\n" + "a" * 500_000, "too_big"),
    ],
)
def test_what_is_no_such_table(text: str, code: str) -> None:
    with pytest.raises(BadTable) as caught:
        rows(text)
    assert caught.value.code == code
