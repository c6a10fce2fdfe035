"""Opens every door of the web: blueprints, guards, errors, languages."""

from flask import Flask

from config import Config


def open_doors(flask: Flask, config: Config) -> None:
    """Adds all pages and hooks to the application."""
