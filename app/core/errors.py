"""Expected failures with a message for the user.

Each carries a msgid (simplified Chinese, see `app.core.i18n`) and its parameters; the entry point
translates it into the user's language. Any other exception is a fault of the product.
"""

from collections.abc import Mapping

from app.core.i18n import N_


class Refused(Exception):
    """The request was understood and is refused. `msgid` says why."""

    status = 409

    def __init__(self, msgid: str, /, **params: object) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.params = params


class NotAllowed(Refused):
    """The actor may not do this here."""

    status = 403


class NotFound(Refused):
    """It does not exist, or the actor may not know that it does."""

    status = 404


class Stale(Refused):
    """Somebody else was faster: what the actor saw has changed since."""

    status = 409


class Taken(Stale):
    """All places of the help request are taken. The page also shows other requests nearby."""


class LimitReached(Refused):
    """Too many today from this phone number, this address range or in all."""

    status = 429


class Invalid(Refused):
    """The input cannot be used. `fields` maps a field's name to the msgid of its error."""

    status = 422

    def __init__(self, fields: Mapping[str, str], msgid: str = N_("请检查标出的地方")) -> None:
        super().__init__(msgid)
        self.fields = dict(fields)
