"""Commands with wrong input end with code 2 and one clear sentence, and their help is whole."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli.commands import add_commands
from tests.databases import Database
from tests.factories import community

OURS = Flask("commands")
add_commands(OURS)


def refusal(app: Flask, *args: str) -> str:
    """The last line that a command prints; it must end with code 2 and without a traceback."""
    done = app.test_cli_runner().invoke(args=args)
    assert done.exit_code == 2 and isinstance(done.exception, SystemExit), done.output
    return done.output.splitlines()[-1]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("trail verify --after x", "'--after': must be a whole number from 0 to 2147483647, not"),
        ("trail erase-note 0", "'LINE': must be a whole number from 1 to"),
        ("trail erase-note 99999999999999999999", "'LINE': must be a whole number from 1 to"),
        ("lab replay --policy ours --seed -5", "'--seed': must be a whole number from 0 to"),
        ("lab replay --policy ours --days 0", "'--days': must be a whole number from 1 to 366"),
        ("lab replay --policy ours --urgency soon", "'soon' is not one of 'urgent', 'ordinary'"),
        ("lab replay --policy ours", "there is no area yet"),
        ("lab replay --policy today --generated", "a made-up community has no policy of today"),
        ("lab replay --policy /", "/: Is a directory; shipped are ours"),
        ("keys rotate moon", "'PURPOSE': 'moon' is not one of 'data', 'lookup', 'trail'"),
        (
            "admin add --name 吴 --phone 17400000000",
            "there is no area yet: begin with `flask admin",
        ),
        ("backup /", "'FILE': File '/' is a directory"),
        ("backup /dev/null/x", "/dev/null/x: Not a directory"),
        ("demo --size huge", "'huge' is not one of 'large', 'small'"),
        ("offers check all", "Got unexpected extra argument (all)"),
        ("keys rotat", "No such command 'rotat'"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_wrong_input_is_said(args: str, said: str, app: Flask) -> None:
    assert said in refusal(app, *args.split())


def test_codes_that_nothing_has_are_named(app: Flask, session: Session) -> None:
    community(session)
    add = ["admin", "add", "--name", "吴", "--phone", "17400000000", "--area", "moon"]
    assert refusal(app, *add) == "--area: there is no area with the code moon"
    replay = ["lab", "replay", "--policy", "ours"]
    assert refusal(app, *replay, "--area", "moon") == "--area: no area has the code moon"
    other = refusal(app, *replay, "--category", "moon")
    assert other == "--category: no category has the code moon"


def test_policy_that_is_no_text_is_named(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_bytes(b"\xff\xfe")
    assert refusal(app, "lab", "replay", "--policy", str(file)) == f"{file}: no text in UTF-8"


def test_head_that_cannot_be_written_is_named(app: Flask, database: Database) -> None:
    (database.folder / "trail-heads.log").mkdir()
    assert refusal(app, "trail", "publish").endswith("trail-heads.log: Is a directory")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_busy_database_is_said(
    app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.db.writing.__wrapped__.__defaults__", (50,))
    session.execute(text("UPDATE area SET code = code"))
    said = refusal(app, "admin", "area", "--name", "龙华区", "--code", "440309")
    assert said.startswith("the database is busy, nothing more was changed: try again later")


def commands(group: Mapping[str, click.Command]) -> Iterator[click.Command]:
    for one in group.values():
        yield one
        if isinstance(one, click.Group):
            yield from commands(one.commands)


@pytest.mark.parametrize("command", list(commands(OURS.cli.commands)), ids=lambda one: one.name)
def test_help_is_whole_and_says_what_each_option_is_for(command: click.Command) -> None:
    assert command.get_short_help_str(limit=60).rstrip(".") and command.help
    assert "..." not in command.get_short_help_str(limit=60)
    assert "`" not in command.help
    options = [one for one in command.params if isinstance(one, click.Option)]
    assert all(one.help for one in options)
