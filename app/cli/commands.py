"""The commands of the house: serve, scheduler, trail, keys, admin, lab, offers."""

from flask import Flask

from app.cli.admin import admin
from app.cli.demo import demo
from app.cli.keys import keys
from app.cli.lab import lab
from app.cli.offers import offers
from app.cli.scheduler import scheduler
from app.cli.serve import serve
from app.cli.trail import trail


def add_commands(flask: Flask) -> None:
    """Adds all commands to the application."""
    for command in (serve, scheduler, trail, keys, admin, demo, lab, offers):
        flask.cli.add_command(command)
