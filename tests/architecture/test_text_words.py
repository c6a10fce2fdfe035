"""Everything that may become of an incoming text has words."""

import ast
from collections.abc import Iterator
from pathlib import Path

from app.conversation.context import TargetKind
from app.conversation.reading import Intent, Missing, Sureness
from app.notifications.rules import NotificationState
from app.usecases.texts.talk_by_text import WORDS
from app.usecases.texts.task_by_text import SAID
from app.web.common.delivery_words import DELIVERY
from app.web.common.outcome_words import OUTCOMES
from app.web.common.reading_words import INTENTS, MISSING, SURENESS, TARGETS

TEXTS = Path(__file__).parents[2] / "app" / "usecases" / "texts"
# Which argument of these says what was done.
SAY = {"Handled": 0, "answered": 0, "_noted": 1, "_read_back": 2}


def outcomes(source: str) -> Iterator[str]:
    """The outcomes that a module names as plain strings."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            name = node.func.id if isinstance(node.func, ast.Name) else name
            for given in node.args[SAY.get(name, 99) :][:1]:
                found = ast.walk(given) if isinstance(given, ast.IfExp) else [given]
                yield from (
                    str(one.value)
                    for one in found
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


def test_every_meaning_has_words() -> None:
    assert set(Intent) == set(INTENTS)
    assert set(TargetKind) == set(TARGETS) and set(Missing) == set(MISSING)
    assert set(SURENESS) == set(Sureness) - {Sureness.SURE}


def test_every_outcome_has_words() -> None:
    named = {one for file in TEXTS.glob("*.py") for one in outcomes(file.read_text("utf-8"))}
    assert {"ordered", "noted", "ordered_again", "duty_agreed", "cancelled"} <= named
    assert named | set(WORDS) | set(SAID) <= set(OUTCOMES)


def test_every_state_of_a_message_has_words() -> None:
    assert set(NotificationState) == set(DELIVERY)
