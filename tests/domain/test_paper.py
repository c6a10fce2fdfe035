"""A sheet is one page, carries its letters and loses no line, however much stands on it."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from app.paper.process import CannotDraw, as_pdf
from app.paper.rules import Line, Paper, Part, from_json, to_json


def paper(lines: int, *, language: str = "zh_Hans") -> Paper:
    """A sheet with this many people on duty."""
    people = tuple(
        Line(f"{hour % 24:02}:00–24:00", f"首叫 · 欧阳明{hour}", "174 0999 0001")
        for hour in range(lines)
    )
    return Paper(
        language=language,
        title="民乐社区值班电话表",
        period="3月4日 18:00 到 3月5日 08:00",
        numbers=(("120", "急救"), ("119", "火警")),
        how="先打首叫",
        parts=(
            Part("谁在值班", people, "没有人"),
            Part("调度员", (), "没有登记"),
            Part("服务点", (Line("", "很长的名字" * 30, "0755-1", warning=True),)),
        ),
        foot="请收好",
    )


def test_sheet_goes_to_its_drawer_and_back() -> None:
    assert from_json(to_json(paper(3))) == paper(3)


@pytest.mark.parametrize(("lines", "language"), [(0, "zh_Hant"), (50, "zh_Hans")])
def test_one_page_with_everything_on_it(lines: int, language: str) -> None:
    read = PdfReader(io.BytesIO(as_pdf(paper(lines, language=language))))
    (page,) = read.pages
    # The PDF reader returns both bytes of each letter.
    text = page.extract_text().replace("\x00", "")
    found = [number for number in range(lines) if f"欧阳明{number}" in text]
    assert found == list(range(lines))
    assert "值班电话表" in text and "没有登记" in text and "请收好" in text
    assert ("没有人" in text) is (lines == 0)
    # What is too long is cut before the number beside it.
    assert "很长的名字…" in text or "…" in text
    width, height = page.mediabox.width, page.mediabox.height
    assert (round(width), round(height)) == (595, 842)
    resources: Any = page["/Resources"]
    fonts = resources["/Font"].values()
    descriptors = [one.get_object()["/DescendantFonts"][0].get_object() for one in fonts]
    # The letters are in the file: it prints where no Chinese font is.
    assert all("/FontFile3" in one["/FontDescriptor"] for one in descriptors) and descriptors


def test_what_cannot_be_drawn_says_nothing_of_what_it_was() -> None:
    broken = paper(1)
    object.__setattr__(broken, "numbers", (("120",),))
    with pytest.raises(CannotDraw) as caught:
        as_pdf(broken)
    assert str(caught.value) == "CalledProcessError"
