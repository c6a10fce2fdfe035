"""Failures that are expected and have something to say to the user.

Each carries a msgid (simplified Chinese, see `app.core.i18n`) and its parameters; the door
translates it into the user's language. Whatever else is raised is a fault of ours.
"""

from collections.abc import Mapping

from app.core.i18n import N_


class Refused(Exception):
    """The house understood and says no. `msgid` tells why."""

    status = 409

    def __init__(self, msgid: str, /, **params: object) -> None:
        super().__init__(msgid)
        self.msgid = msgid
        self.params = params


class NotAllowed(Refused):
    """The actor may not do this here."""

    status = 403


class NotFound(Refused):
    """There is no such thing, or the actor may not know that there is."""

    status = 404


class Stale(Refused):
    """Somebody was faster: what the actor saw is no longer so."""

    status = 409


class Taken(Stale):
    """All places of the help request are taken: told kindly, with what else is near."""


class LimitReached(Refused):
    """Too many for today from this phone, this address range or in all."""

    status = 429


class Invalid(Refused):
    """What was given cannot be used. `fields` maps a field's name to the msgid of its error."""

    status = 422

    def __init__(self, fields: Mapping[str, str], msgid: str = N_("请检查标出的地方")) -> None:
        super().__init__(msgid)
        self.fields = dict(fields)
