"""The secret calendar link on a page, shown only once, right after it was made."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from flask import url_for

from app.web.common.settings import config


@dataclass(frozen=True, slots=True)
class Shown:
    """`address` for a computer's calendar, `phone` opens the calendar of a phone."""

    address: str
    phone: str


def shown(token: str) -> Shown:
    """Both forms of the link."""
    path = url_for("calendars.feed", secret=token)
    address = config().public_url.rstrip("/") + path
    return Shown(address, urlunsplit(urlsplit(address)._replace(scheme="webcal")))
