"""Draws one sheet: reads it from standard input, writes a PDF to standard output.

Runs as a process of its own (`python -m app.paper.draw`); never imported. See `process`.
"""

import sys
from collections.abc import Iterator

from fpdf import FPDF
from noto_cjk_sans_otc import FONT_PATH

from app.paper.rules import Line, Paper, Part, from_json

# Index of the face in the font collection, by the country's way to write the characters.
FACES = {"zh_Hans": 2, "zh_Hant": 3}
FACE = "noto"
MARGIN_MM = 12.0
WIDTH_MM, HEIGHT_MM = 210 - 2 * MARGIN_MM, 297 - 2 * MARGIN_MM
# Font sizes in points, from readable at arm's length by candle light down to print.
SIZES = (17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7)
MM_PER_POINT = 0.3528
# Line height in font sizes, and height of a heading in lines.
LEADING, HEADING = 1.62, 1.5
LEFT_SHARE, RIGHT_SHARE = 0.27, 0.27
HEAD_MM, FOOT_MM = 47.0, 12.0
RED, BLACK, GREY = (168, 50, 28), (0, 0, 0), (225, 225, 225)


class Sheet(FPDF):
    """An A4 page with a fixed layout."""

    def __init__(self, language: str) -> None:
        super().__init__(format="A4")
        self.set_auto_page_break(False)
        self.set_margin(MARGIN_MM)
        self.add_font(
            FACE,
            fname=str(FONT_PATH),
            collection_font_number=FACES.get(language, FACES["zh_Hans"]),
        )
        self.add_page()

    def say(
        self,
        text: str,
        width: float,
        height: float,
        size: float,
        *,
        bold: bool = False,
        align: str = "L",
    ) -> None:
        """Writes text into a box; cuts text that is too long."""
        self.set_font(FACE, size=size)
        with self.local_context(
            # The font has one weight: an outline makes letters bold.
            text_mode="FILL_STROKE" if bold else "FILL",
            line_width=size * 0.009,
            draw_color=self.text_color,
        ):
            self.cell(width, height, self._cut(text, width), align=align)

    def _cut(self, text: str, width: float) -> str:
        room = width - 2 * self.c_margin
        if self.get_string_width(text) <= room:
            return text
        while text and self.get_string_width(text + "…") > room:
            text = text[:-1]
        return text + "…"


def pdf(paper: Paper) -> bytes:
    """The sheet, in the largest font size that fits one page."""
    sheet = Sheet(paper.language)
    sheet.set_title(paper.title)
    sheet.set_lang("en" if paper.language == "en" else paper.language.replace("_", "-"))
    _head(sheet, paper)
    size = _largest(paper)
    for part in paper.parts:
        _part(sheet, part, size)
    sheet.set_y(297 - MARGIN_MM - 8)
    sheet.set_text_color(*BLACK)
    sheet.say(paper.foot, WIDTH_MM, 8, 9, align="C")
    return bytes(sheet.output())


def _largest(paper: Paper) -> float:
    """The largest font size with which everything fits the page."""
    rows = sum(max(1, len(part.lines)) + HEADING + 0.4 for part in paper.parts)
    room = HEIGHT_MM - HEAD_MM - FOOT_MM
    return next(
        (size for size in SIZES if rows * _line_mm(size) <= room),
        room / (rows * MM_PER_POINT * LEADING),
    )


def _line_mm(size: float) -> float:
    return size * MM_PER_POINT * LEADING


def _head(sheet: Sheet, paper: Paper) -> None:
    sheet.say(paper.title, WIDTH_MM, 13, 26, bold=True)
    sheet.ln()
    sheet.say(paper.period, WIDTH_MM, 8, 14)
    sheet.ln(10)
    each = WIDTH_MM / max(1, len(paper.numbers))
    sheet.set_text_color(*RED)
    for number, about in paper.numbers:
        sheet.say(f"{number} {about}", each, 12, 24, bold=True, align="C")
    sheet.rect(MARGIN_MM, sheet.get_y(), WIDTH_MM, 12)
    sheet.set_text_color(*BLACK)
    sheet.ln(13)
    sheet.say(paper.how, WIDTH_MM, 8, 11.5)
    sheet.set_y(MARGIN_MM + HEAD_MM)


def _part(sheet: Sheet, part: Part, size: float) -> None:
    high = _line_mm(size)
    sheet.set_fill_color(*GREY)
    sheet.rect(MARGIN_MM, sheet.get_y() + high * 0.1, WIDTH_MM, high * (HEADING - 0.3), style="F")
    sheet.set_text_color(*BLACK)
    sheet.say(part.title, WIDTH_MM, high * (HEADING - 0.1), size * 0.9, bold=True)
    sheet.ln(high * HEADING)
    for line in part.lines or _none(part):
        _line(sheet, line, size, high)
    sheet.ln(high * 0.4)


def _none(part: Part) -> Iterator[Line]:
    yield Line("", part.note)


def _line(sheet: Sheet, line: Line, size: float, high: float) -> None:
    sheet.set_text_color(*(RED if line.warning else BLACK))
    middle = WIDTH_MM * (1 - LEFT_SHARE - RIGHT_SHARE)
    if line.left:
        sheet.say(line.left, WIDTH_MM * LEFT_SHARE, high, size * 0.85)
    else:
        middle += WIDTH_MM * LEFT_SHARE
    sheet.say(line.middle, middle, high, size, bold=line.warning)
    sheet.say(line.right, WIDTH_MM * RIGHT_SHARE, high, size, bold=True, align="R")
    sheet.ln(high)
    sheet.set_draw_color(*GREY)
    sheet.line(MARGIN_MM, sheet.get_y(), MARGIN_MM + WIDTH_MM, sheet.get_y())
    sheet.set_draw_color(*BLACK)


if __name__ == "__main__":
    sys.stdout.buffer.write(pdf(from_json(sys.stdin.buffer.read().decode())))
