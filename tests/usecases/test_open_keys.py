"""A database and a process's keys: accepted, made, registered or refused."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.cli.opening import Start, look_at_keys
from app.core.actor import system
from app.core.context import Context
from app.core.key_check import KeyState
from app.core.key_register import KeyFingerprint, registered_keys
from app.trail.chain import record
from app.trail.models import Event
from app.trail.verification import verify
from config import read_config
from tests.databases import Database, use_test_keys
from tests.factories import NOW, community, coordinator, request
from tests.keys import folder_of, key_text, keys_in_files, lose_all


@pytest.fixture(autouse=True)
def usual_keys() -> Iterator[None]:
    yield
    use_test_keys()


@pytest.fixture
def full(database: Database) -> dict[str, str]:
    """A database with data, and settings of a process whose keys are in files."""
    with database.new_session() as session:
        place = community(session)
        coordinator(session, place.here)
        request(session, place)
        session.commit()
    return keys_in_files(database)


def forget_register(database: Database) -> None:
    """Makes the database as one of an earlier version after its migration."""
    with database.new_session() as session:
        session.execute(delete(KeyFingerprint))
        session.commit()


def start(environment: dict[str, str]) -> Start:
    return look_at_keys(read_config(environment))


def numbers(database: Database) -> list[tuple[str, int, str]]:
    with database.new_session() as session:
        return [(one.purpose, one.number, one.state) for one in registered_keys(session)]


def test_the_right_keys_start_and_nothing_is_written(
    database: Database, full: dict[str, str]
) -> None:
    begun = start(full)
    assert begun.refusals == () and begun.notices == () and begun.ring is not None
    assert len(numbers(database)) == 5


def test_no_keys_beside_a_full_database_are_refused_and_none_is_made(
    database: Database, full: dict[str, str]
) -> None:
    lose_all(database)
    begun = start(full)
    assert [line.partition(":")[0] for line in begun.refusals] == [
        "DATA_KEY",
        "LOOKUP_KEY",
        "TRAIL_KEY",
    ]
    assert begun.ring is None and not folder_of(database).exists()


def test_no_keys_are_made_beside_data_of_an_earlier_version(
    database: Database, full: dict[str, str]
) -> None:
    forget_register(database)
    lose_all(database)
    assert len(start(full).refusals) == 3
    assert not folder_of(database).exists() and numbers(database) == []


@pytest.mark.parametrize("name", ["data_key", "lookup_key", "trail_key"])
def test_each_lost_key_is_refused_by_name(
    name: str, database: Database, full: dict[str, str]
) -> None:
    (folder_of(database) / name).unlink()
    (line,) = start(full).refusals
    assert line.startswith(f"{name.upper()}: ") and "missing" in line
    (folder_of(database) / name).write_text(key_text(77))
    (line,) = start(full).refusals
    assert line.startswith(f"{name.upper()}: ") and "another" in line


def test_swapped_files_are_refused(database: Database, full: dict[str, str]) -> None:
    folder = folder_of(database)
    lookup, trail = ((folder / name).read_text() for name in ("lookup_key", "trail_key"))
    (folder / "lookup_key").write_text(trail)
    (folder / "trail_key").write_text(lookup)
    assert ["swapped" in line for line in start(full).refusals] == [True, True]


def test_an_empty_database_gets_its_keys(database: Database) -> None:
    forget_register(database)
    environment = keys_in_files(database)
    lose_all(database)
    begun = start(environment)
    assert begun.refusals == () and len(list(folder_of(database).iterdir())) == 5
    assert [(purpose, number) for purpose, number, _ in numbers(database)] == [
        (purpose, 1) for purpose in ("data", "lookup", "trail", "secret", "push")
    ]
    assert start(environment).refusals == ()


def test_keys_made_after_the_settings_were_read_are_used(database: Database) -> None:
    forget_register(database)
    environment = keys_in_files(database)
    lose_all(database)
    read_early = read_config(environment)
    first = start(environment)
    late = look_at_keys(read_early)
    assert late.refusals == () and late.notices == ()
    assert sorted(late.config.keys, key=str) == sorted(first.config.keys, key=str)


def test_earlier_data_proves_the_keys_before_they_are_noted(
    database: Database, full: dict[str, str]
) -> None:
    forget_register(database)
    assert start(full).refusals == () and len(numbers(database)) == 5


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("data_key", "person.phone"),
        ("lookup_key", "person.phone_lookup"),
        ("trail_key", "line 1"),
    ],
)
def test_keys_that_do_not_go_with_earlier_data_are_not_noted(
    name: str, where: str, database: Database, full: dict[str, str]
) -> None:
    with database.new_session() as session:
        line(session)
    forget_register(database)
    (folder_of(database) / name).write_text(key_text(77))
    begun = start(full)
    assert any(fault.startswith(where) for fault in begun.refusals)
    assert numbers(database) == [] and begun.ring is None


def line(session: Session) -> None:
    """Writes one line of the trail."""
    record(
        Context(session, system("cli"), NOW),
        kind="setting.changed",
        subject=("setting", "notice"),
        area_path="/",
    )
    session.commit()


def test_two_data_keys_that_wrote_the_same_number_open_everything(
    database: Database, full: dict[str, str]
) -> None:
    """Earlier versions numbered by place: a list of one key wrote 1, no matter which key it was."""
    forget_register(database)
    folder = folder_of(database)
    old = (folder / "data_key").read_text()
    (folder / "data_key").write_text(key_text(77))
    assert start(full).refusals != ()
    both = {**full, "DATA_KEYS": f"{key_text(77)},{old}"}
    assert start(both).refusals == ()
    assert [pair for pair in numbers(database) if pair[0] == "data"] == [
        ("data", 1, "active"),
        ("data", 2, "active"),
    ]


@pytest.mark.parametrize("name", ["secret_key", "push_key"])
def test_another_key_for_cookies_or_pushes_is_said_and_noted_once(
    name: str, database: Database, full: dict[str, str]
) -> None:
    (folder_of(database) / name).write_text(key_text(78))
    begun = start(full)
    assert begun.refusals == () and len(begun.notices) == 1
    assert begun.notices[0].startswith(f"{name.upper()}: another key")
    assert start(full).notices == ()
    purpose = name.removesuffix("_key")
    assert (purpose, 1, KeyState.RETIRED) in numbers(database)
    with database.new_session() as session:
        kinds = session.scalars(select(Event.kind)).all()
        assert kinds.count("keys.changed") == 1 and list(verify(session)) == []


def test_keys_are_recorded_after_another_start_has_filled_the_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = keys_in_files(database)
    forget_register(database)
    monkeypatch.setattr("app.core.db.PATIENCE_MS", 50)
    with database.new_session() as filling, ThreadPoolExecutor(1) as other:
        filling.execute(delete(KeyFingerprint))
        begun = other.submit(start, environment)
        sleep(0.5)
        filling.commit()
        assert begun.result(timeout=60).refusals == ()
    assert len(numbers(database)) == 5


def test_a_database_that_cannot_be_had_makes_no_keys(database: Database) -> None:
    environment = keys_in_files(database)
    shutil.rmtree(folder_of(database))
    environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    begun = start(environment)
    assert begun.refusals[0].startswith("DATABASE_URL: ") and not begun.reached
    assert not folder_of(database).exists()
