"""What reading a text costs, against normalising it: machines differ, the ratio hardly does.

Prints from one run the median cost of the texts of the table of meanings, in milliseconds and as a
multiple of the yardstick (normalising the same text to NFKC a hundred times), and how much longer
100 kB of text takes than the 1,600 characters that are read, for the worst of some hostile texts.
"""

import csv
import statistics
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from app.conversation.context import Context
from app.conversation.parse import parse
from app.conversation.plain import READ_CHARS
from tests.domain.conversation.contexts import CONTEXTS

TABLE = Path("tests/domain/conversation/texts.tsv")
LONG = 100_000
TIMES = 5
HOSTILE = (
    "买药民乐老村3栋",
    "不",
    "好的我去",
    "1 42 ",
    "陪我去",
    "3栋",
    "2小时后",
    "取消 ",
    "apple ",
)


def seconds(work: Callable[[], object]) -> float:
    """The shortest of several runs."""
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return min(took)


def yardstick(text: str) -> None:
    """Normalises a text a hundred times."""
    for _ in range(100):
        unicodedata.normalize("NFKC", text)


def read_of(text: str, context: Context) -> Callable[[], object]:
    """Reads the text in the context."""
    return lambda: parse(text, context)


def main() -> None:
    """Prints the figures."""
    with TABLE.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    parse("", CONTEXTS["new"])
    costs = [seconds(read_of(row["text"], CONTEXTS[row["context"]])) for row in rows]
    measures = [seconds(lambda text=row["text"]: yardstick(text)) for row in rows]  # type: ignore[misc]
    median, measure = statistics.median(costs), statistics.median(measures)
    print(f"{len(rows)} texts: median {median * 1000:.2f} ms, {max(costs) * 1000:.1f} ms at most")
    print(f"median cost / normalising the text 100 times: {median / measure:.1f}")
    for unit in HOSTILE:
        for context in (CONTEXTS["new"], CONTEXTS["two asks"]):
            short = (unit * READ_CHARS)[:READ_CHARS]
            long = (unit * LONG)[:LONG]
            read, both = seconds(read_of(short, context)), seconds(read_of(long, context))
            print(
                f"{unit!r}: {READ_CHARS} characters {read * 1000:.1f} ms, 100 kB"
                f" {both * 1000:.1f} ms, ratio {both / read:.2f}"
            )


if __name__ == "__main__":
    main()
