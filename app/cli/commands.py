"""The commands of the house: `flask trail`, `flask demo`, `flask scheduler`, `flask run-all`."""

from flask import Flask


def add_commands(flask: Flask) -> None:
    """Adds all commands to the application."""
