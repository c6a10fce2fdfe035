"""The README names every setting and every command, and no setting that there is not."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app.cli.commands import add_commands
from app.core.key_files import KEPT
from config import read_config

README = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
SETTING = re.compile(r"`([A-Z][A-Z_]+)`")
# So that nothing is left out: each of these has settings of its own.
EVERYTHING = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_SENDER": "+12025550100",
    "SMTP_HOST": "mail.example",
    "SMTP_SENDER": "duty@mail.example",
    "GEOCODERS": "nominatim,baidu,amap",
    "BAIDU_KEY": "b",
    "AMAP_KEY": "a",
}


class Environment(dict[str, str]):
    """Settings that remembers which were asked for."""

    def __init__(self, values: dict[str, str]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name, default)


@pytest.fixture
def settings(tmp_path: Path) -> set[str]:
    """The name of every setting that is read; `_FILE` belongs to each."""
    environment = Environment({**EVERYTHING, "INSTANCE_DIR": str(tmp_path)})
    read_config(environment)
    return {name for name in environment.asked if not name.endswith("_FILE")}


def named_in_table() -> set[str]:
    """The settings in the first column of the README's table."""
    rows = (line.split("|")[1] for line in README.splitlines() if line.startswith("| `"))
    return {name for row in rows for name in SETTING.findall(row)}


def test_every_setting_is_in_the_readme(settings: set[str]) -> None:
    known = {f"{purpose.upper()}_KEYS" for purpose in KEPT}
    assert known <= settings
    exchangeable = {name for name in settings if name.endswith("_KEYS")} - known
    assert settings - exchangeable == named_in_table()


def test_every_command_is_in_the_readme() -> None:
    flask = Flask("readme")
    add_commands(flask)
    lines = [line for line in README.splitlines() if line.startswith("| `flask ")]
    for name, command in flask.cli.commands.items():
        mine = [line for line in lines if f"`flask {name}" in line]
        assert mine, name
        for below in getattr(command, "commands", {}):
            assert re.search(rf"\b{below}`", mine[0]), (name, below)
