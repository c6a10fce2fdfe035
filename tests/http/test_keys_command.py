"""`flask keys` on a database with data: what it shows, rotates, rewrites and refuses."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.cli.commands import add_commands
from app.core.actor import system
from app.core.context import Context
from app.core.crypto import KeysRotated, keyring, lookup_hash
from app.core.key_register import KeyFingerprint
from app.core.leases import give_back, take_lease
from app.jobs.context import LEASE
from app.people.models import LoginSession, Person
from app.people.queries import by_phone
from app.trail.chain import record
from app.trail.models import Event
from app.trail.verification import verify
from app.usecases.accounts.log_in import who_is_logged_in
from tests.databases import KEYS, Database, use_test_keys
from tests.factories import NOW, community, coordinator, request
from tests.keys import flask_command, folder_of, key_text, keys_in_files

TOKEN = "t" * 40


@pytest.fixture(autouse=True)
def usual_keys() -> Iterator[None]:
    yield
    use_test_keys()


@pytest.fixture
def phone(database: Database) -> str:
    """The number of a logged-in coordinator, in a database with data and a trail."""
    with database.new_session() as session:
        place = community(session)
        person = coordinator(session, place.here)
        request(session, place)
        session.add(
            LoginSession(
                token_hash=lookup_hash("session", TOKEN),
                person_id=person.id,
                made_at=NOW,
                seen_at=NOW,
                expires_at=NOW.replace(2099),
            )
        )
        write_line(session, person)
        session.commit()
        return person.phone


@pytest.fixture
def files(database: Database, phone: str) -> dict[str, str]:
    return keys_in_files(database)


def write_line(session: Session, person: Person) -> None:
    record(
        Context(session, system("cli"), NOW),
        kind="account.approved",
        subject=("person", person.id),
        area_path=person.area_path,
        note="写在留痕里的话",
    )


def run(environment: dict[str, str], *command: str, code: int = 0) -> str:
    """The output of `flask keys <command>`, which exits with this code."""
    done = flask_command(environment, "keys", *command)
    assert done.exit_code == code, done.output
    for value in (*KEYS.values(), key_text(77)):
        assert value not in done.output
    return done.output


def faults(database: Database) -> list[object]:
    with database.new_session() as session:
        return list(verify(session))


def test_keys_are_shown_and_checked(database: Database, files: dict[str, str]) -> None:
    shown = run(files, "show").splitlines()
    assert [line.split()[:2] for line in shown] == [
        [purpose, "1"] for purpose in ("data", "lookup", "trail", "secret", "push")
    ]
    assert shown[0].endswith(str(folder_of(database) / "data_key"))
    assert "the keys are those" in run(files, "check")


def test_what_is_wrong_is_shown_and_ends_the_check(
    database: Database, files: dict[str, str]
) -> None:
    (folder_of(database) / "lookup_key").unlink()
    (folder_of(database) / "trail_key").write_text(key_text(77))
    shown = run(files, "show")
    assert "not at hand" in shown and "unknown" in shown
    checked = run(files, "check", code=1)
    assert "LOOKUP_KEY: " in checked and "TRAIL_KEY: " in checked


def test_check_opens_values(database: Database, files: dict[str, str]) -> None:
    with database.new_session() as session:
        person = session.scalars(select(Person)).first()
        assert person is not None
        person.phone_lookup = "0" * 64
        session.commit()
    assert "person.phone_lookup: 2 hashes" in run(files, "check", code=1)


def test_data_key_is_rotated_and_the_old_one_taken_away(
    database: Database, files: dict[str, str], phone: str
) -> None:
    assert "data key 2" in run(files, "rotate", "data")
    assert flask_command(files, "trail", "verify").exit_code == 0
    assert "data key 1 is retired" in run(files, "reencrypt")
    assert run(files, "reencrypt").startswith("0 rows")
    (folder_of(database) / "data_key").unlink()
    run(files, "check")
    with database.new_session() as session:
        found = by_phone(session, phone)
        assert found is not None and found.phone == phone
        assert max(keyring().data) == 2
        kinds = session.scalars(select(Event.kind).order_by(Event.seq)).all()
    assert kinds[-2:] == ["keys.rotated", "keys.retired"] and faults(database) == []


def test_process_that_knows_the_older_keys_only_cannot_write(
    database: Database, files: dict[str, str], phone: str
) -> None:
    run(files, "rotate", "trail")
    use_test_keys()
    with database.new_session() as session:
        person = by_phone(session, phone)
        assert person is not None
        write_line(session, person)
        with pytest.raises(KeysRotated):
            session.commit()


def test_trail_key_begins_a_span(database: Database, files: dict[str, str], phone: str) -> None:
    run(files, "rotate", "trail")
    flask_command(files, "keys", "check")
    with database.new_session() as session:
        person = by_phone(session, phone)
        assert person is not None
        write_line(session, person)
        session.commit()
        spans = session.scalars(
            select(KeyFingerprint.first_line)
            .where(KeyFingerprint.purpose == "trail")
            .order_by(KeyFingerprint.number)
        ).all()
        rotated = session.scalars(select(Event).where(Event.kind == "keys.rotated")).one()
        newest = session.scalars(
            select(KeyFingerprint.fingerprint).where(KeyFingerprint.number == 2)
        ).one()
        assert list(spans) == [0, rotated.seq + 1]
        assert rotated.details == {"purpose": "trail", "number": 2, "fingerprint": newest}
    assert faults(database) == []
    (folder_of(database) / "trail_key").unlink()
    assert "trail key 1" in run(files, "check", code=1)


def test_lookup_key_is_rotated_and_nobody_is_locked_out(
    database: Database, files: dict[str, str], phone: str
) -> None:
    before = keyring().lookup[0]
    run(files, "rotate", "lookup")
    run(files, "check")
    assert keyring().lookup[0] != before and keyring().lookup[1] == before
    with database.new_session() as session:
        found = by_phone(session, phone)
        assert found is not None and found.phone == phone
        assert session.scalar(select(func.count()).select_from(Person)) == 1
        assert who_is_logged_in(session, token=TOKEN, now=NOW) is not None
    (folder_of(database) / "lookup_key").unlink()
    run(files, "check")
    with database.new_session() as session:
        assert by_phone(session, phone) is not None
        assert who_is_logged_in(session, token=TOKEN, now=NOW) is None


def test_change_of_the_lookup_key_goes_on_where_it_was_broken_off(
    database: Database, files: dict[str, str], phone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("app.cli.keys.write_lookups_anew", break_off)
        assert flask_command(files, "keys", "rotate", "lookup").exit_code != 0
    refused = flask_command(files, "trail", "verify")
    assert refused.exit_code == 2 and "is unfinished" in refused.output
    run(files, "rotate", "lookup")
    run(files, "check")
    with database.new_session() as session:
        assert by_phone(session, phone) is not None
    assert len(list(folder_of(database).glob("lookup_key*"))) == 2


@pytest.mark.parametrize("purpose", ["data", "lookup", "trail"])
def test_nothing_is_rotated_while_the_product_runs(
    purpose: str, database: Database, files: dict[str, str]
) -> None:
    with database.new_session() as session:
        take_lease(session, name=LEASE, holder="somebody", seconds=60)
        session.commit()
        assert "stop the product" in run(files, "rotate", purpose, code=2)
        give_back(session, name=LEASE, holder="somebody")
        session.commit()
    run(files, "rotate", purpose)


def test_keys_of_the_environment_are_set_by_the_operator(database: Database, phone: str) -> None:
    environment = database.environment
    printed = flask_command(environment, "keys", "rotate", "data").output
    new = printed.split("<the present value>,")[1].split()[0]
    assert "DATA_KEYS=" in printed
    assert "the keys are those" in run(environment, "check")
    both = {**environment, "DATA_KEYS": f"{environment['DATA_KEY']},{new}"}
    assert "flask keys rotate data" in flask_command(both, "trail", "verify").output
    run(both, "rotate", "data")
    run(both, "reencrypt")
    alone = {**environment, "DATA_KEY": new}
    run(alone, "check")
    assert keyring().data.keys() == {2}


def test_lost_lookup_key_is_made_good(
    database: Database, files: dict[str, str], phone: str
) -> None:
    (folder_of(database) / "lookup_key").unlink()
    assert "missing" in run(files, "rotate", "lookup", code=2)
    run(files, "rotate", "lookup", "--lost")
    run(files, "check")
    with database.new_session() as session:
        assert by_phone(session, phone) is not None
    assert faults(database) == []


def test_lost_trail_key_begins_a_span_that_can_be_checked(
    database: Database, files: dict[str, str]
) -> None:
    (folder_of(database) / "trail_key").unlink()
    run(files, "rotate", "trail", "--lost")
    checked = flask_command(files, "trail", "verify")
    assert checked.exit_code == 1 and "2 faults in 3 lines" in checked.output, checked.output


def test_key_that_is_at_hand_is_not_lost(files: dict[str, str]) -> None:
    assert "not lost" in run(files, "rotate", "data", "--lost", code=2)


def test_every_command_that_uses_data_wants_the_keys(
    database: Database, files: dict[str, str]
) -> None:
    """Except commands that inspect keys, migrate, or are Flask's own and open no data."""
    (folder_of(database) / "data_key").unlink()
    commands = {
        ("serve",),
        ("scheduler",),
        ("demo",),
        ("trail", "verify"),
        ("trail", "publish"),
        ("admin", "add", "--name", "吴", "--phone", "13800000000"),
        ("admin", "area", "--name", "龙华区", "--code", "440309"),
        ("lab", "policies"),
        ("offers", "check"),
    }
    app = Flask("empty")
    add_commands(app)
    assert set(app.cli.commands) - {"keys", "backup", "routes", "shell", "run"} == {
        one[0] for one in commands
    }
    for command in sorted(commands):
        done = flask_command(files, *command)
        assert done.exit_code == 2 and "DATA_KEY: this database needs" in done.output, command


def test_loss_is_accepted_only_when_said(database: Database, files: dict[str, str]) -> None:
    with database.new_session() as session:
        session.execute(delete(KeyFingerprint))
        session.commit()
    (folder_of(database) / "data_key").write_text(key_text(77))
    assert "person.name" in run(files, "record", code=2)
    run(files, "record", "--accept-loss")
    assert flask_command(files, "trail", "publish").exit_code == 0
    assert "person.name: 2 values do not open" in run(files, "check", code=1)
