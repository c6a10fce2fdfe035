"""An order, a task or a shift in a few words of a text."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import place_by_id
from app.catalogue.models import Category
from app.conversation.context import Period, Target, TargetKind
from app.core.i18n import N_, translate
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.notifications.time_words import day_words, period_words

SOON = N_("尽快")
SOME_HELP = N_("求助")
COMMA, SEMICOLON = N_("，"), N_("；")
UNDER_KM = 1000


def what_of(
    locale: str, category: Category | None, when: Period | None, place: str | None = None
) -> str:
    """Kind, time and rough place. The kind is left out where texts may not name it."""
    named = category is not None and category.named_in_texts
    kind = category.name(locale) if named and category is not None else translate(locale, SOME_HELP)
    time = period_words(locale, *when) if when else translate(locale, SOON)
    return translate(locale, COMMA).join(one for one in (kind, time, place) if one)


def what_of_request(locale: str, session: Session, request: HelpRequest, zone: ZoneInfo) -> str:
    """The same of a help request, with its rough place."""
    category = session.get_one(Category, request.category_id)
    when = period_of(request.wanted_from, request.wanted_to, zone)
    return what_of(locale, category, when, request.rough_place)


def period_of(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> Period | None:
    """A local period; None unless both ends are known."""
    if start is None or end is None:
        return None
    return start.astimezone(zone), end.astimezone(zone)


def far_words(locale: str, metres: int) -> str:
    """约 300 米, 1.2 公里."""
    if metres < UNDER_KM:
        return translate(locale, N_("约 %(metres)s 米"), metres=max(50, round(metres / 50) * 50))
    return translate(locale, N_("约 %(km)s 公里"), km=f"{metres / UNDER_KM:.1f}".removesuffix(".0"))


def numbered(
    locale: str, session: Session, targets: Sequence[Target], person_id: int | None, zone: ZoneInfo
) -> str:
    """What one may choose from, numbered from 1."""
    words = [_words_of(locale, session, one, person_id, zone) for one in targets]
    choices = [f"{position} {word}" for position, word in enumerate(words, start=1)]
    return translate(locale, SEMICOLON).join(choices)


def _words_of(
    locale: str, session: Session, target: Target, person_id: int | None, zone: ZoneInfo
) -> str:
    match target.kind:
        case TargetKind.ORDER | TargetKind.UNRATED:
            request = session.scalar(select(HelpRequest).where(HelpRequest.code == target.key))
            return _short(locale, session, request, zone)
        case TargetKind.ASK | TargetKind.TASK:
            request = session.scalar(
                select(HelpRequest)
                .join(Match, Match.request_id == HelpRequest.id)
                .where(Match.person_id == person_id, Match.reply_number == int(target.key))
                .order_by(Match.id.desc())
                .limit(1)
            )
            return _short(locale, session, request, zone)
        case TargetKind.CATEGORY:
            category = session.scalar(select(Category).where(Category.code == target.key))
            return category.name(locale) if category is not None else target.key
        case TargetKind.PLACE:
            place = place_by_id(session, int(target.key))
            return f"{place.name}（{place.area_name}）" if place is not None else target.key
        case _:
            return target.key


def _short(locale: str, session: Session, request: HelpRequest | None, zone: ZoneInfo) -> str:
    """The kind and the day."""
    if request is None:
        return translate(locale, SOME_HELP)
    category = session.get_one(Category, request.category_id)
    kind = category.name(locale) if category.named_in_texts else translate(locale, SOME_HELP)
    when = period_of(request.wanted_from, request.wanted_to, zone)
    return f"{kind} {day_words(locale, when[0])}" if when else kind
