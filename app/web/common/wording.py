"""A text in the visitor's language."""

from flask_babel import gettext


def say(msgid: str, **params: object) -> str:
    """The text in the visitor's language."""
    return str(gettext(msgid, **params))
