"""The commands: serve, scheduler, trail, keys, admin, demo, lab, offers, backup."""

from flask import Flask

from app.cli.admin import admin
from app.cli.backup import backup
from app.cli.demo import demo
from app.cli.keys import keys
from app.cli.lab import lab
from app.cli.offers import offers
from app.cli.scheduler import scheduler
from app.cli.schema import with_current_schema
from app.cli.serve import serve
from app.cli.trail import trail


def add_commands(flask: Flask) -> None:
    """Adds all commands to the application."""
    # These migrate, wait for the database, or copy it at any revision.
    for command in (serve, scheduler, backup):
        flask.cli.add_command(command)
    for command in (trail, keys, admin, demo, lab, offers):
        flask.cli.add_command(with_current_schema(command))
