"""`flask scheduler`: what happens by itself, in one process. Two of them are harmless."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.cli.schema import DATABASE_WITHIN_S, refuse_other_revision
from app.core.logs import set_up_logs
from app.jobs.scheduler import run_scheduler
from config import Config


@click.command("scheduler")
@with_appcontext
def scheduler() -> None:
    """Ticks until it is stopped, while it holds the lease."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    config: Config = app.config["DIANDAN"]
    refuse_other_revision(config, within_s=DATABASE_WITHIN_S)
    set_up_logs(config.log_level)
    run_scheduler(app, config)
