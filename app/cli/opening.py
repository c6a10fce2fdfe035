"""Checks the database before anything starts: are the keys at hand its keys?"""

import time
from dataclasses import dataclass
from typing import NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.settings import refuse
from app.core.actor import system
from app.core.clock import utc_now
from app.core.context import Context
from app.core.crypto import Keyring
from app.core.database_errors import DatabaseError, is_busy, is_taken, why_unusable
from app.core.db import Session
from app.core.key_check import build_keyring
from app.core.key_files import BadKey
from app.core.separate_session import SeparateSession, separate_session
from app.trail.chain import install_trail
from app.usecases.keys.open_keys import Opened, must_write, open_keys
from config import BadSetting, Config, with_keys

START = "DIANDAN_START"
# Seconds that the web and the scheduler wait for an unreachable database.
WAIT_S = 60.0
LOOK_EACH_S = 1.0
# Seconds that keys are tried to be recorded while other starts write: the demo takes long.
OTHERS_WITHIN_S = 600.0
PAUSE_S = 0.05


install_trail(SeparateSession)


@dataclass(frozen=True, slots=True)
class Start:
    """What a process starts with. With `refusals` it may only inspect keys and migrate.

    `reached` is False if the database cannot be reached.
    """

    config: Config
    ring: Keyring | None
    refusals: tuple[str, ...]
    notices: tuple[str, ...] = ()
    reached: bool = True


def look_at_keys(config: Config) -> Start:
    """Compares the keys at hand with the database's, and makes those of an empty database.

    Keys that are not the database's, and an unreachable database, are refusals.
    """
    try:
        opened = _open(config)
        return Start(with_keys(config, opened.keys), opened.ring, opened.refusals, opened.notices)
    except DatabaseError as error:
        words = why_unusable(error)
        if words is None:
            raise
        why = f"DATABASE_URL: the database cannot be used: {words}"
        return Start(config, build_keyring(config.keys), (why,), reached=False)
    except (BadKey, BadSetting) as error:
        return Start(config, None, (str(error),))
    except OSError as error:
        why = f"INSTANCE_DIR: keys cannot be written to {config.key_folder}: {error.strerror}"
        return Start(config, None, (why,))


def wait_for_keys(config: Config) -> Start:
    """The same for long-running processes: waits for an unreachable database."""
    deadline = time.monotonic() + WAIT_S
    start = look_at_keys(config)
    while not start.reached and time.monotonic() < deadline:
        time.sleep(LOOK_EACH_S)
        start = look_at_keys(config)
    return start


def _open(config: Config) -> Opened:
    """Tries again while another start records its keys, or fills the same new database."""
    deadline = time.monotonic() + OTHERS_WITHIN_S
    while True:
        try:
            return _open_once(config)
        except DatabaseError as error:
            passes = is_taken(error) or is_busy(error)
            if not passes or time.monotonic() >= deadline:
                raise
        time.sleep(PAUSE_S)


def _open_once(config: Config) -> Opened:
    with separate_session(config.database_url, writes=False) as session:
        # In one snapshot: another process may migrate the database right after this look.
        if not must_write(session, config.keys):
            return _open_in(session, config)
    with separate_session(config.database_url, writes=True) as session:
        return _open_in(session, config)


def _open_in(session: Session, config: Config) -> Opened:
    return open_keys(
        Context(session, system("cli"), utc_now()),
        config.keys,
        folder=config.key_folder,
        region=config.phone_region,
    )


def usable(start: Start) -> Config:
    """The settings for an application, without any key if the keys are not the database's."""
    return with_keys(start.config, ()) if start.refusals else start.config


def refuse_wrong_keys(start: Start) -> None:
    """Prints warnings and refusals; ends the process if the keys are wrong."""
    for line in start.notices:
        click.echo(line, err=True)
    if start.refusals:
        _refuse(start.refusals)


def _refuse(refusals: tuple[str, ...]) -> NoReturn:
    for line in refusals[:-1]:
        click.echo(" ".join(line.split()), err=True)
    refuse(refusals[-1])


@with_appcontext
def need_keys() -> None:
    """Before a command that uses data: ends the process if the keys are not the database's."""
    start: Start | None = current_app.config.get(START)
    if start is not None:
        refuse_wrong_keys(start)
