"""Words for codes in the trail and for the texts of messages."""

import re
from typing import Any

from flask_babel import gettext

from app.notifications.wording import TEMPLATES
from app.web.administrator.names import DETAILS, VALUES

NUMBER = re.compile(r"%\(\w+\)s")


def say(words: dict[str, str], code: str | None) -> str:
    """The word for a code in the visitor's language; the code itself if it has none."""
    return str(gettext(words[code])) if code in words else code or ""


def detail_words(details: dict[str, Any]) -> str:
    """The numbers and codes of a line that a reader understands."""
    parts = [
        f"{say(DETAILS, name)} {say(VALUES, str(details[name]))}"
        for name in DETAILS
        if details.get(name) not in (None, "")
    ]
    return str(gettext("，")).join(parts)


def template_words(template: str) -> str:
    """The text of a notification, with dots in place of its codes and numbers."""
    if template not in TEMPLATES:
        return template
    return NUMBER.sub("…", str(gettext(TEMPLATES[template])))
