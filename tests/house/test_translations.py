"""Catalogues keep the numbers of their texts, and traditional Chinese lacks nothing it began."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

CATALOGUES = sorted(
    (Path(__file__).resolve().parents[2] / "app" / "translations").glob("*/LC_MESSAGES/*.po")
)
NUMBER = re.compile(r"%\((\w+)\)s")


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_translations_keep_the_numbers(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3])
    messages = [message for message in catalogue if message.id]
    assert len(messages) > 200
    for message in messages:
        assert message.string, message.id
        wanted = sorted(NUMBER.findall(str(message.id)))
        assert sorted(NUMBER.findall(str(message.string))) == wanted, message.id
