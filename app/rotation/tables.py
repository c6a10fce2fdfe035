"""Turns of a rota as CSV: written, and read line by line. Pure; times are wall times.

A table never has a phone number: people are identified by their number in the list, or by name and
organisation.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# The byte order mark by which Excel recognises UTF-8.
MARK = "\ufeff"
HEADS = ("开始", "结束", "层", "编号", "姓名", "组织", "状态")
COLUMNS = {
    "starts": ("开始", "開始", "start", "starts", "from"),
    "ends": ("结束", "結束", "end", "ends", "to"),
    "layer": ("层", "層", "layer"),
    "number": ("编号", "編號", "id", "person"),
    "name": ("姓名", "name"),
    "organisation": ("组织", "組織", "organisation", "organization"),
}
NEEDED = ("starts", "ends")
MOST_BYTES = 500_000
MOST_ROWS = 1000
# Spreadsheets rewrite times in their own formats when they save the file.
WRITTEN = (
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
)
# The midnight that ends a day.
END_OF_DAY = re.compile(r"(.*[T\s])24:00(?::00)?")
# First characters that make a spreadsheet read a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
STATES = {True: "已同意", False: "等回复"}


class BadTable(ValueError):
    """`code`: too_big, too_many, no_columns, unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class TurnRow:
    """One line as it was typed; `line` is counted as in an editor, the heading being 1."""

    line: int
    starts: str
    ends: str
    layer: str
    number: str
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class WrittenTurn:
    """One line to write; times are wall times of the area."""

    starts: datetime
    ends: datetime
    layer: int
    number: int
    name: str
    organisation: str
    agreed: bool


def table(turns: Iterable[WrittenTurn]) -> str:
    """The table, with the byte order mark and the line ends that spreadsheets need."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADS)
    for one in turns:
        times = (f"{at:%Y-%m-%d %H:%M}" for at in (one.starts, one.ends))
        words = (_plain(one.name), _plain(one.organisation), STATES[one.agreed])
        writer.writerow((*times, one.layer, one.number, *words))
    return MARK + file.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULAS) else text


def rows(text: str) -> list[TurnRow]:
    """The lines of a table, empty ones left out. Raises BadTable."""
    if len(text.encode("utf-8", "replace")) > MOST_BYTES:
        raise BadTable("too_big")
    plain = text.removeprefix(MARK).replace("\x00", "")
    heading = plain.splitlines()[0] if plain.strip() else ""
    reader = csv.reader(io.StringIO(plain), delimiter=max(",;\t，", key=heading.count))
    try:
        columns = [_column(cell) for cell in next(reader, [])]
        if any(name not in columns for name in NEEDED) or not {"number", "name"} & set(columns):
            raise BadTable("no_columns")
        found = list(_lines(reader, columns))
    except csv.Error as error:
        raise BadTable("unreadable") from error
    if len(found) > MOST_ROWS:
        raise BadTable("too_many")
    return found


def _column(cell: str) -> str:
    wanted = cell.strip().lower()
    return next((name for name, called in COLUMNS.items() if wanted in called), "")


def _lines(reader: Any, columns: list[str]) -> Iterator[TurnRow]:
    for cells in reader:
        if any(cell.strip() for cell in cells):
            pairs = zip(columns, cells, strict=False)
            given = dict.fromkeys(COLUMNS, "") | {name: _bare(cell) for name, cell in pairs if name}
            yield TurnRow(reader.line_num, **given)


def _bare(cell: str) -> str:
    return cell.strip().removeprefix("'")


def end_wall(text: str) -> datetime:
    """The same for the end of a turn, which may be 24:00, as pages write it. Raises ValueError."""
    midnight = END_OF_DAY.fullmatch(text.strip())
    return wall(f"{midnight[1]}00:00") + timedelta(days=1) if midnight else wall(text)


def wall(text: str) -> datetime:
    """A wall time as people and spreadsheets write it. Raises ValueError."""
    for written in WRITTEN:
        try:
            # A wall time has no zone: the caller knows it.
            return datetime.strptime(" ".join(text.split()), written)  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(text)
