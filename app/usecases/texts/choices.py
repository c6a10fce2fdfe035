"""What a sender may choose from, numbered from 1."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.queries import FoundPlace, place_by_id
from app.catalogue.models import Category
from app.conversation.context import Target, TargetKind
from app.core.i18n import N_, translate
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.usecases.messages.order_words import short_words

SEMICOLON = N_("；")


def numbered(
    locale: str, session: Session, targets: Sequence[Target], person_id: int | None
) -> str:
    """What one may choose from, numbered from 1."""
    words = [_words_of(locale, session, one, person_id) for one in targets]
    choices = [f"{position} {word}" for position, word in enumerate(words, start=1)]
    return translate(locale, SEMICOLON).join(choices)


def _place_words(locale: str, place: FoundPlace) -> str:
    """The name with its area, which tells places of one name apart."""
    return translate(locale, N_("%(name)s（%(area)s）"), name=place.name, area=place.area_name)


def _words_of(locale: str, session: Session, target: Target, person_id: int | None) -> str:
    match target.kind:
        case TargetKind.ORDER | TargetKind.UNRATED:
            request = session.scalar(select(HelpRequest).where(HelpRequest.code == target.key))
            return short_words(locale, session, request)
        case TargetKind.ASK | TargetKind.TASK:
            request = session.scalar(
                select(HelpRequest)
                .join(Match, Match.request_id == HelpRequest.id)
                .where(Match.person_id == person_id, Match.reply_number == int(target.key))
                .order_by(Match.id.desc())
                .limit(1)
            )
            return short_words(locale, session, request)
        case TargetKind.CATEGORY:
            category = session.scalar(select(Category).where(Category.code == target.key))
            return category.name(locale) if category is not None else target.key
        case TargetKind.PLACE:
            place = place_by_id(session, int(target.key))
            return _place_words(locale, place) if place is not None else target.key
        case _:
            return target.key
