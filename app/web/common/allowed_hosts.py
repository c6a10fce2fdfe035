"""Rejects requests whose Host header is not ours."""

from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask_babel import gettext as _

from app.web.common.errors import error_page
from config import Config

HERE = ("127.0.0.1", "localhost", "::1")
EVERYWHERE = ("0.0.0.0", "::")
# Health checks come under any address; the last two require a token.
OPEN = ("/health", "/health/full", "/metrics")
MISDIRECTED = 421


def names_of(config: Config) -> frozenset[str]:
    """The allowed names; none if the server listens everywhere and no name is configured."""
    public = urlsplit(config.public_url).hostname or ""
    if config.host in EVERYWHERE and public in HERE:
        return frozenset()
    return frozenset({public, config.host, *HERE})


def init_allowed_hosts(flask: Flask, config: Config) -> None:
    """Rejects requests for any other name in a Host header."""
    names = names_of(config)

    def refuse_strangers() -> Response | None:
        if not names or request.path in OPEN:
            return None
        try:
            asked = urlsplit(f"//{request.host}").hostname
        except ValueError:
            asked = None
        if asked in names:
            return None
        return error_page(MISDIRECTED, _("这个网址不是点单的，请用海报或短信里说的网址"))

    flask.before_request(refuse_strangers)
