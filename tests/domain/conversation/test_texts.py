"""What texts mean, as people send them: a table of texts, contexts and meanings."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.conversation.context import Context
from app.conversation.parse import parse
from app.conversation.reading import Intent, Reading
from tests.domain.conversation.contexts import CONTEXTS

HERE = Path(__file__).parent
DANGER = "danger"


def rows() -> list[dict[str, str]]:
    """The rows of the table."""
    with (HERE / "texts.tsv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


READ = [row for row in rows() if row["intent"] != DANGER]
# Whoever calls `parse` has looked for danger first: these never reach it in the product.
LEFT_TO_DANGER = [row for row in rows() if row["intent"] == DANGER]
CHAT = (HERE / "chat.txt").read_text(encoding="utf-8").split("\n")[:-1]
ORDERS = (Intent.ORDER, Intent.SAME_ORDER)


def compact(reading: Reading) -> set[str]:
    """The slots of a reading as the table writes them."""
    slots = reading.slots
    when = slots.when and f"{slots.when[0]:%m-%dT%H:%M}-{slots.when[1]:%H:%M}"
    pieces = [
        slots.category,
        when,
        slots.address and f"@{slots.address.replace(' ', '_')}",
        f"*{slots.stars}" if slots.stars is not None else "",
        f"{slots.minutes}min" if slots.minutes is not None else "",
        slots.thing and f"+{slots.thing.replace(' ', '_')}",
        "soon" if slots.soon else "",
        "urgent" if slots.urgent else "",
        "confirm" if reading.confirm else "",
        *(f">{target.key}" for target in reading.targets),
        *(f"|{target.key}" for target in reading.alternatives),
    ]
    return {piece for piece in pieces if piece}


@pytest.mark.parametrize("row", READ, ids=[f"{row['id']}-{row['context']}" for row in READ])
def test_meaning(row: dict[str, str]) -> None:
    reading = parse(row["text"], CONTEXTS[row["context"]])
    told, wanted = compact(reading), set(row["slots"].split())
    about = {piece for piece in told if piece[0] in ">|"}
    assert reading.intent == row["intent"], row["text"]
    assert wanted <= told, row["text"]
    # Nothing more is done than what was meant.
    assert about == {piece for piece in wanted if piece[0] in ">|"}, row["text"]
    assert reading.confirm == ("confirm" in wanted), row["text"]


@pytest.mark.parametrize("row", LEFT_TO_DANGER, ids=[row["id"] for row in LEFT_TO_DANGER])
def test_danger_that_was_missed_becomes_nothing_that_is_done_unseen(row: dict[str, str]) -> None:
    reading = parse(row["text"], CONTEXTS[row["context"]])
    harmless = reading.intent is Intent.UNKNOWN or reading.confirm
    assert harmless and reading.intent not in (Intent.SPAM, Intent.AUTO_REPLY)


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
def test_everyday_talk_is_no_order(context: Context) -> None:
    taken = [text for text in CHAT if parse(text, context).intent in ORDERS]
    assert len(CHAT) >= 200 and taken == []


@given(
    text=st.one_of(
        st.text(),
        st.lists(st.sampled_from([row["text"] for row in READ])).map(" ".join),
        st.text("0123456789 不没有好去买药栋号点分，。?吗陪我他的1", max_size=60),
    ),
    name=st.sampled_from(sorted(CONTEXTS)),
)
def test_every_text_has_a_reading(text: str, name: str) -> None:
    reading = parse(text, CONTEXTS[name])
    assert isinstance(reading.intent, Intent)


def texts_of(context: str, *intents: Intent) -> list[str]:
    """Texts of the table without digits that have one of these meanings."""
    return [
        row["text"]
        for row in READ
        if row["context"] == context
        and row["intent"] in intents
        and not any(character.isdigit() for character in row["text"])
    ]


@pytest.mark.parametrize(
    "form",
    ["0 42 {}", "不行 {}", "{} 不行", "如果{}", "可能{}", "{}吗", "{}?", "没说{}", "没人的话{}"],
)
def test_yes_in_doubt_is_no_yes(form: str) -> None:
    texts = [form.format(text) for text in texts_of("ask", Intent.YES)]
    accepted = [text for text in texts if parse(text, CONTEXTS["ask"]).intent is Intent.YES]
    assert texts and accepted == []


@pytest.mark.parametrize("form", ["1 42 {}", "好的 {}", "{} 谢谢", "可以 {}", "唉 {}"])
def test_no_beside_a_yes_is_no_yes(form: str) -> None:
    refused = texts_of("ask", Intent.NO, Intent.CONDITIONAL, Intent.LATER)
    texts = [form.format(text) for text in refused if len(text) > 1]
    accepted = [text for text in texts if parse(text, CONTEXTS["ask"]).intent is Intent.YES]
    assert texts and accepted == []


@pytest.mark.parametrize("form", ["{}吗", "{}?", "什么时候{}", "老人说{}", "不确定{}", "如果{}"])
def test_step_in_doubt_is_no_step(form: str) -> None:
    steps = (Intent.FINISHED, Intent.ARRIVED, Intent.ON_THE_WAY)
    texts = [form.format(text) for text in texts_of("task", *steps)]
    taken = [text for text in texts if parse(text, CONTEXTS["task"]).intent in steps]
    assert texts and taken == []
