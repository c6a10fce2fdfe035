"""Languages. A msgid is the simplified Chinese text itself, so zh_Hans is always complete."""

import gettext
from functools import cache
from pathlib import Path

LOCALES = ("zh_Hans", "zh_Hant", "en")
DEFAULT_LOCALE = "zh_Hans"
CATALOGUES = Path(__file__).resolve().parent.parent / "translations"


def N_(msgid: str) -> str:
    """Marks a text for the catalogues where it is written; it is translated when it is shown."""
    return msgid


@cache
def _catalogue(locale: str) -> gettext.NullTranslations:
    return gettext.translation("messages", str(CATALOGUES), languages=[locale], fallback=True)


def translate(locale: str, msgid: str, /, **params: object) -> str:
    """The text in `locale`, with `%(name)s` filled from `params`."""
    text = _catalogue(locale).gettext(msgid) if msgid else ""
    return text % params if params else text


def best_locale(wanted: str | None) -> str | None:
    """Our locale for one BCP-47 tag, or None. zh-TW, zh-HK and zh-MO give traditional Chinese."""
    tag = (wanted or "").replace("_", "-").lower()
    if tag.startswith("zh"):
        traditional = any(part in ("hant", "tw", "hk", "mo") for part in tag.split("-"))
        return "zh_Hant" if traditional else "zh_Hans"
    return "en" if tag.split("-")[0] == "en" else None
