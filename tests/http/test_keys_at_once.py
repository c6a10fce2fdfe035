"""Real processes that start at the same moment make one set of keys, even if one of them dies."""

import shutil
import signal
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from app.core.key_files import PURPOSES
from app.core.key_register import KeyFingerprint
from tests.databases import KEYS, Database
from tests.http.key_starts import purposes, start_and_kill, start_at_once
from tests.keys import folder_of

pytestmark = pytest.mark.processes

ROUNDS = 6
AT_ONCE = 5


@pytest.fixture
def environment(database: Database) -> dict[str, str]:
    """A migrated database without data and without keys."""
    forget_keys(database)
    return {name: value for name, value in database.environment.items() if name not in KEYS}


def forget_keys(database: Database) -> None:
    shutil.rmtree(folder_of(database), ignore_errors=True)
    with database.new_session() as session:
        session.execute(delete(KeyFingerprint))
        session.commit()


def registered(database: Database) -> set[tuple[str, str]]:
    with database.new_session() as session:
        rows = session.execute(select(KeyFingerprint.purpose, KeyFingerprint.fingerprint))
        return {(purpose, digest) for purpose, digest in rows}


def test_all_that_start_at_once_use_the_same_keys(
    database: Database, environment: dict[str, str]
) -> None:
    for _ in range(ROUNDS):
        forget_keys(database)
        found = start_at_once(environment, AT_ONCE)
        assert [refusals for refusals, _ in found] == [[]] * AT_ONCE
        known = registered(database)
        assert purposes(list(known)) == sorted(PURPOSES)
        assert all(sorted(keys) == sorted(known) for _, keys in found)
        assert len(list(folder_of(database).iterdir())) == len(PURPOSES)


def test_all_that_start_before_there_is_a_database_use_the_same_keys(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        found = start_at_once({"INSTANCE_DIR": str(folder)}, AT_ONCE)
        assert [refusals for refusals, _ in found] == [[]] * AT_ONCE
        assert purposes(found[0][1]) == sorted(PURPOSES)
        assert all(sorted(keys) == sorted(found[0][1]) for _, keys in found)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("links", [1, 3, len(PURPOSES)])
def test_keys_that_a_killed_process_left_are_completed(
    links: int, before: bool, database: Database, environment: dict[str, str]
) -> None:
    assert start_and_kill(environment, links=links, before=before) == -signal.SIGKILL
    folder = folder_of(database)
    left = {path.name: path.read_text() for path in folder.glob("*_key")}
    assert len(left) == links - before and registered(database) == set()
    found = start_at_once(environment, 2)
    assert [refusals for refusals, _ in found] == [[], []]
    assert sorted(found[0][1]) == sorted(found[1][1]) == sorted(registered(database))
    assert {name: (folder / name).read_text() for name in left} == left
