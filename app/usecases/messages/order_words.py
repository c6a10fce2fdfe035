"""What is asked for, in a few words of a text: kind, day and time, rough place, how far."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.areas.queries import zone_of
from app.catalogue.models import Category
from app.core.i18n import N_, translate
from app.help_requests.models import HelpRequest
from app.notifications.time_words import day_words, period_words

Period = tuple[datetime, datetime]

SOON = N_("尽快")
SOME_HELP = N_("求助")
COMMA = N_("，")
UNDER_KM = 1000
HINT_M = 50


def what_of(locale: str, category: Category | None, when: Period | None, *more: str | None) -> str:
    """Kind, time and more, as a rough place. The kind is left out where texts may not name it.

    In an English text a Chinese name is left out: with it only 70 characters would fit.
    """
    named = category is not None and category.named_in_texts
    kind = category.name(locale) if named and category is not None else translate(locale, SOME_HELP)
    time = period_words(locale, *when) if when else translate(locale, SOON)
    words = [one for one in (kind, time, *more) if one]
    if locale == "en":
        words = [one for one in words if one.isascii()]
    return translate(locale, COMMA).join(words)


def what_of_request(locale: str, session: Session, request: HelpRequest) -> str:
    """The same of a help request, with its rough place."""
    category = session.get_one(Category, request.category_id)
    return what_of(locale, category, _wanted(session, request), request.rough_place)


def _wanted(session: Session, request: HelpRequest) -> Period | None:
    """The wanted time, local."""
    zone = zone_of(session, request.area_path)
    return period_of(request.wanted_from, request.wanted_to, zone)


def round_metres(metres: float) -> int:
    """A distance as it may be told before a yes: to fifty metres, so that it names no building."""
    return max(HINT_M, round(metres / HINT_M) * HINT_M)


def asked_words(locale: str, session: Session, request: HelpRequest, metres: float) -> str:
    """What a volunteer must know to decide: the same, and how far it is."""
    category = session.get_one(Category, request.category_id)
    when = _wanted(session, request)
    return what_of(locale, category, when, far_words(locale, metres), request.rough_place)


def short_words(locale: str, session: Session, request: HelpRequest | None) -> str:
    """The kind and the day."""
    if request is None:
        return translate(locale, SOME_HELP)
    category = session.get_one(Category, request.category_id)
    kind = category.name(locale) if category.named_in_texts else translate(locale, SOME_HELP)
    when = _wanted(session, request)
    return f"{kind} {day_words(locale, when[0])}" if when else kind


def period_of(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> Period | None:
    """A local period; None unless both ends are known."""
    if start is None or end is None:
        return None
    return start.astimezone(zone), end.astimezone(zone)


def far_words(locale: str, metres: float) -> str:
    """约 300 米, 1.2 公里."""
    if metres < UNDER_KM - HINT_M / 2:
        return translate(locale, N_("约 %(metres)s 米"), metres=round_metres(metres))
    return translate(locale, N_("约 %(km)s 公里"), km=f"{metres / UNDER_KM:.1f}".removesuffix(".0"))
