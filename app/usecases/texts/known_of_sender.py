"""What is known of the sender of a text, from the database, for reading it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from app.catalogue.models import Category
from app.conversation.context import (
    AcceptedTask,
    AgreedShift,
    CategoryWords,
    Context,
    KnownOrder,
    OpenAsk,
    OpenDutyAsk,
    Period,
    TaskStep,
)
from app.core.actor import RoleName
from app.dispatch.models import Match
from app.dispatch.queries import active_of, waiting_for
from app.dispatch.rules import MatchState
from app.help_requests.models import Feedback, HelpRequest
from app.help_requests.rules import CANCELLABLE, State
from app.people.models import Person
from app.people.queries import scopes_of
from app.rotation.queries import asks_for, duty_numbers, shifts_between, was_on_duty
from app.rotation.states import ShiftState
from app.usecases.requests.rate_request import LATE
from app.usecases.shared.community_zone import community_zone
from app.usecases.texts.drafts import draft_of
from app.usecases.texts.last_question import last_question
from app.usecases.texts.name_places import named_places
from app.usecases.texts.text_sender import Sender

MOST_ORDERS = 20
# A reply to an ask that is over is answered kindly this long.
PAST_FOR = timedelta(days=2)
SHIFTS_AHEAD = timedelta(days=31)
EARLY = timedelta(minutes=30)
STEPS = {
    MatchState.ACCEPTED: TaskStep.ACCEPTED,
    MatchState.ON_THE_WAY: TaskStep.ON_THE_WAY,
    MatchState.ARRIVED: TaskStep.ARRIVED,
}


def known_of(
    session: Session, sender: Sender, categories: Sequence[Category], now: datetime
) -> Context:
    """What is open between this phone and the service."""
    zone = community_zone(session)
    known = Context(
        now.astimezone(zone),
        categories=tuple(map(_words_of, categories)),
        find_places=partial(named_places, session),
        orders=_orders(session, sender.lookup, zone),
        unrated=_unrated(session, sender.lookup, zone, now),
        opted_out=sender.opted_out,
        question=last_question(session, sender.keys, now=now),
        draft=draft_of(session, sender.lookup, zone, now=now),
    )
    if sender.person is None:
        return known
    return _with_person(session, known, sender.person, zone, now)


def _words_of(category: Category) -> CategoryWords:
    names = (category.name_zh, category.name_hant, category.name_en)
    return CategoryWords(category.code, tuple(w for w in (*category.keywords, *names) if w))


def _period(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> Period | None:
    if start is None or end is None:
        return None
    return start.astimezone(zone), end.astimezone(zone)


def _orders(session: Session, lookup: str, zone: ZoneInfo) -> tuple[KnownOrder, ...]:
    live = HelpRequest.state.in_(sorted(CANCELLABLE))
    return _known_orders(session, zone, HelpRequest.phone_lookup == lookup, live)


def _unrated(
    session: Session, lookup: str, zone: ZoneInfo, now: datetime
) -> tuple[KnownOrder, ...]:
    """Finished, or closed because nobody rated it in time, and not long ago."""
    rated = exists().where(
        Feedback.request_id == HelpRequest.id, Feedback.round_no == HelpRequest.round_no
    )
    return _known_orders(
        session,
        zone,
        HelpRequest.phone_lookup == lookup,
        HelpRequest.state.in_((State.FINISHED, State.CLOSED)),
        HelpRequest.state_since > now - LATE,
        ~rated,
    )


def _known_orders(
    session: Session, zone: ZoneInfo, *wanted: ColumnElement[bool]
) -> tuple[KnownOrder, ...]:
    rows = session.execute(
        select(HelpRequest.code, Category.code, HelpRequest.wanted_from, HelpRequest.wanted_to)
        .join(Category, Category.id == HelpRequest.category_id)
        .where(HelpRequest.erased_at.is_(None), *wanted)
        .order_by(HelpRequest.id.desc())
        .limit(MOST_ORDERS)
    ).all()
    return tuple(
        KnownOrder(code, kind, _period(start, end, zone)) for code, kind, start, end in rows[::-1]
    )


def _with_person(
    session: Session, known: Context, person: Person, zone: ZoneInfo, now: datetime
) -> Context:
    """What is open between the holder of the account and the service, too."""
    asks, tasks = waiting_for(session, person.id)[::-1], active_of(session, person.id)
    duty = asks_for(session, person.id)[::-1]
    about = _about(session, [one.request_id for one in (*asks, *tasks)], zone)
    numbers = {one.reply_number for one in (*asks, *tasks)} | {one.reply_number for one in duty}
    duty_open = dict.fromkeys(one.reply_number for one in duty if one.reply_number is not None)
    return replace(
        known,
        roles=frozenset(RoleName(one.role) for one in scopes_of(session, person.id)),
        on_duty=was_on_duty(session, person.id, now),
        asks=tuple(OpenAsk(one.reply_number or 0, *about[one.request_id]) for one in asks),
        past_asks=_past_asks(session, person.id, numbers, zone, now),
        tasks=tuple(
            AcceptedTask(
                one.reply_number or 0,
                about[one.request_id][0],
                STEPS[MatchState(one.state)],
                about[one.request_id][1],
            )
            for one in tasks
        ),
        duty_asks=tuple(OpenDutyAsk(one) for one in duty_open),
        shifts=tuple(
            AgreedShift(one.id, (one.starts_at.astimezone(zone), one.ends_at.astimezone(zone)))
            for one in shifts_between(session, now, now + SHIFTS_AHEAD, person_id=person.id)
            if one.state == ShiftState.AGREED
        ),
    )


def _about(
    session: Session, request_ids: Sequence[int], zone: ZoneInfo
) -> dict[int, tuple[str, Period | None]]:
    """The category's code and the wanted time of help requests."""
    rows = session.execute(
        select(HelpRequest.id, Category.code, HelpRequest.wanted_from, HelpRequest.wanted_to)
        .join(Category, Category.id == HelpRequest.category_id)
        .where(HelpRequest.id.in_(request_ids))
    )
    return {one: (kind, _period(start, end, zone)) for one, kind, start, end in rows}


def _past_asks(
    session: Session, person_id: int, in_use: set[int | None], zone: ZoneInfo, now: datetime
) -> tuple[OpenAsk, ...]:
    """Asks that are over and whose numbers mean nothing else by now, the oldest first."""
    rows = session.execute(
        select(Match.reply_number, Match.request_id)
        .where(
            Match.person_id == person_id,
            Match.reply_number.is_not(None),
            Match.made_at > now - PAST_FOR,
        )
        .order_by(Match.id.desc())
        .limit(MOST_ORDERS)
    ).all()
    over = {number: request_id for number, request_id in rows[::-1] if number not in in_use}
    about = _about(session, list(over.values()), zone)
    duty = duty_numbers(session, [person_id]).get(person_id, frozenset()) - in_use - set(over)
    return (
        *(OpenAsk(number, "") for number in sorted(duty)),
        *(OpenAsk(number or 0, *about[request_id]) for number, request_id in over.items()),
    )
