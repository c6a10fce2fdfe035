"""A volunteer as residents and other volunteers of the same order read them."""

from flask_babel import gettext as _


def volunteer_words(badge: str) -> str:
    """For example 林志愿者; only 志愿者 if the name was erased."""
    return str(_("%(name)s志愿者", name=badge)) if badge else str(_("志愿者"))
