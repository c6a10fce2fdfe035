"""Cries for help by kind, doubtful words, and sentences that only sound like danger."""

from pathlib import Path

from app.conversation.danger_words import DangerKind

HERE = Path(__file__).parent


def _lines(name: str) -> list[str]:
    return (HERE / name).read_text(encoding="utf-8").splitlines()


# A line: the kind, a tab, the text.
CRIES = [
    (DangerKind(kind), text)
    for kind, _, text in (line.partition("\t") for line in _lines("dangers.tsv"))
]
# Numbers are named and an order is urgent, but nobody is woken.
DOUBTFUL = _lines("doubtful.txt")
LOOK_ALIKES = _lines("look_alikes.txt")
