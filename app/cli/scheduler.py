"""`flask scheduler`: runs the jobs in one process. Two schedulers at once are harmless."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.cli.opening import START, Start, refuse_wrong_keys, wait_for_keys
from app.cli.schema import DATABASE_WITHIN_S, refuse_other_revision
from app.core.crypto import install_keyring
from app.core.logs import set_up_logs
from app.jobs.scheduler import run_scheduler
from config import Config


@click.command("scheduler")
@with_appcontext
def scheduler() -> None:
    """Runs the recurring jobs until it is stopped.

    Of several schedulers one runs the jobs, and the others wait to take over.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    refuse_other_revision(app.config["DIANDAN"], within_s=DATABASE_WITHIN_S)
    config = _config_with_keys(app)
    set_up_logs(config.log_level)
    run_scheduler(app, config)


def _config_with_keys(app: Flask) -> Config:
    """The settings; waits for a database that was unreachable when the application was built."""
    start: Start = app.config[START]
    if not start.reached:
        start = wait_for_keys(start.config)
        if start.ring is not None:
            install_keyring(start.ring)
    refuse_wrong_keys(start)
    return start.config
