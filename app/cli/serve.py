"""`flask serve`: runs everything on one machine. `make run` ends in it."""

import errno
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from types import FrameType

import click
import structlog
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from app.cli.children import Child, stop_all
from app.cli.opening import look_at_keys, need_keys, refuse_wrong_keys
from app.cli.settings import refuse, say_ignored
from app.cli.welcome import goodbye, welcome
from app.core.crypto import install_keyring
from app.core.database_errors import DatabaseError, why_unusable
from app.core.db import db
from app.core.logs import set_up_logs
from app.demo.first_load import load_into_empty
from config import Config

WEB = (sys.executable, "-m", "gunicorn", "-c", "python:app.cli.web_server", "app.factory:web()")
SCHEDULER = (sys.executable, "-m", "flask", "--app", "wsgi", "scheduler")
ANSWERS_WITHIN_S = 60.0
LOOK_EACH_S = 0.2

log = structlog.get_logger("diandan.serve")


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Starts the web and the scheduler, and stops both on Ctrl-C."""
    need_keys()
    config: Config = current_app.config["DIANDAN"]
    stopping = _stop_on_signals()
    check_port(config.host, config.port)
    say_ignored(config)
    prepare_database(config)
    sys.exit(0 if run([Child("web", WEB), Child("scheduler", SCHEDULER)], config, stopping) else 1)


def _stop_on_signals() -> threading.Event:
    stopping = threading.Event()

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return stopping


def check_port(host: str, port: int) -> None:
    """Refuses to start if another program holds the port."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        refuse(f"HOST: {host!r} is not an address of this machine")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            refuse(f"PORT: {port} on {host} is in use by another program; choose another")
        if error.errno == errno.EACCES:
            refuse(f"PORT: {port} needs more rights than this user has; choose one from 1024")
        refuse(f"HOST: {host} cannot be listened on: {error.strerror}")


def prepare_database(config: Config) -> None:
    """Migrates the database, and fills an empty one with the demo."""
    try:
        upgrade()
        install_kept_keys(config)
        if config.demo:
            load_into_empty(size="small")
    except DatabaseError as error:
        why = why_unusable(error)
        if why is None:
            raise
        refuse(f"DATABASE_URL: the database cannot be used: {why}")
    finally:
        db.session.remove()
        # Close connections, so that child processes inherit none.
        db.engine.dispose()
    # Alembic has set up logging of its own.
    set_up_logs(config.log_level)


def install_kept_keys(config: Config) -> None:
    """Records the keys after a migration, in a database that was too old or empty before."""
    start = look_at_keys(config)
    refuse_wrong_keys(start)
    if start.ring is not None:
        install_keyring(start.ring)


def run(children: Sequence[Child], config: Config, stopping: threading.Event) -> bool:
    """Runs the children until told to stop; False if one of them kept dying."""
    told, well, began = False, True, time.monotonic()
    try:
        while well and not stopping.wait(LOOK_EACH_S):
            looked = [child.look_after() for child in children]
            well = all(looked)
            if told or not well:
                continue
            told = answers(config.port, config.host)
            if told:
                welcome(config)
            elif time.monotonic() - began > ANSWERS_WITHIN_S:
                log.error("the web does not answer", seconds=ANSWERS_WITHIN_S)
                well = False
    finally:
        stop_all(children)
    goodbye(well)
    return well


def answers(port: int, host: str) -> bool:
    """Whether the web answers on this machine."""
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    try:
        with urllib.request.urlopen(f"http://{here}:{port}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
