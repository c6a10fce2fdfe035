"""The state of a help request in the visitor's language, for templates."""

from flask import Flask
from flask_babel import gettext as _

from app.help_requests.state_words import state_words


def say_state(state: str, finished: int = 0, taken: int = 0) -> str:
    """For example 已接单, or 1 位已做完，还有 1 位要来."""
    words, numbers = state_words(state, finished=finished, taken=taken)
    return str(_(words, **numbers))


def init_state_words(flask: Flask) -> None:
    """Gives templates the words of a state."""
    flask.jinja_env.globals["say_state"] = say_state
