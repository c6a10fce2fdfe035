"""Telephones in every situation of a table of texts, and what a text does there."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.gazetteer import search_key
from app.areas.models import Place
from app.catalogue.models import Category
from app.channels.ports import IncomingText
from app.core.context import Context
from app.demo.categories import CATEGORIES
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest
from app.notifications.models import InboundText, Notification
from app.people.models import Person
from app.rotation.models import DutyAsk, Shift
from app.usecases.dispatch.answer_match import accept_match
from app.usecases.messages.notify import notify_resident
from app.usecases.texts.receive_text import handle_text, store_text
from tests import factories

# Monday 30 November 2026, 02:20 in Shanghai.
NOW = datetime(2026, 11, 29, 18, 20, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ESTATES = ("白石龙一区", "龙悦居三期", "手机城公寓", "五星花园")
BUILDINGS = ("民乐老村2栋", "民乐老村5栋", "白石龙一区12栋", "手机城公寓2栋", "五星花园3栋")
FIRST, SECOND, DUTY = 42, 57, 63


@dataclass
class Telephone:
    """A phone of the table. `words` replace the places in braces of a text."""

    number: str
    words: dict[str, str] = field(default_factory=dict)
    holder: Person | None = None


@dataclass(frozen=True)
class Done:
    """What a text did: its outcome, the new help requests, the answers to the phone."""

    outcome: str
    placed: tuple[HelpRequest, ...]
    answers: tuple[str, ...]


def furnished(session: Session) -> factories.Community:
    """A community with the demo's kinds of help and some more places."""
    made = factories.community(session)
    known = {one.code: one for one in session.scalars(select(Category))}
    for position, (code, zh, hant, en, *rest) in enumerate(CATEGORIES):
        words, values = rest[4], dict(rest[5])
        one = known.get(code) or Category(code=code, name_zh=zh, flow=[], weights={})
        one.name_zh, one.name_hant, one.name_en = zh, hant, en
        one.keywords, one.position = list(words), position
        one.verify_first, one.mode = values.get("verify_first", False), values.get("mode", "auto")
        one.urgency = values.get("urgency", "ordinary")
        session.add(one)
    for name in (*ESTATES, *BUILDINGS):
        session.add(_place(made, name))
    session.commit()
    return made


def _place(made: factories.Community, name: str) -> Place:
    return Place(
        public_code=search_key(name)[-12:],
        area_id=made.here.id,
        area_path=made.here.path,
        kind="building" if name in BUILDINGS else "estate",
        name=name,
        aliases=[],
        search_key=search_key(name),
        rough_name=name.rstrip("栋").rstrip("0123456789"),
        lat=factories.HOME[0],
        lon=factories.HOME[1],
    )


def telephone(session: Session, place: factories.Community, situation: str) -> Telephone:
    """A phone in this situation, as the table words it."""
    match situation:
        case "one open order {A}":
            one = _order(session, place)
            return Telephone(one.phone, {"A": one.code, "B": "ZZZZ2345"})
        case "two open orders {A} {B}":
            one = _order(session, place)
            other = _order(session, place, of=place.visit, phone=one.phone)
            return Telephone(one.phone, {"A": one.code, "B": other.code})
        case "order done, asked to rate {A}":
            return _to_rate(session, place)
        case "one open ask {N}" | "two open asks {N} {M}":
            return _asked(session, place, two="two" in situation)
        case "accepted task {N}":
            return _accepted(session, place)
        case "ask {N} filled by another / ended":
            return _too_late(session, place)
        case "another phone than the volunteer's, ask {N}":
            _asked(session, place, two=False)
            return Telephone(factories.phone_number(), {"N": str(FIRST)})
        case "open duty ask {D}":
            return _duty_asked(session, place)
        case "agreed shift / on duty":
            holder = factories.volunteer(session, place)
            factories.on_duty(session, holder, place.here, start=NOW - 10 * MINUTE)
            return Telephone(holder.phone, {}, holder)
    return Telephone(factories.phone_number())


def _order(session: Session, place: factories.Community, **values: Any) -> HelpRequest:
    times = {"wanted_from": None, "wanted_to": None, "submitted_at": NOW - HOUR}
    return factories.request(session, place, **{"of": place.medicine, **times, **values})


def _to_rate(session: Session, place: factories.Community) -> Telephone:
    since = NOW - 20 * MINUTE
    one = _order(session, place, state="finished", places_taken=1, state_since=since)
    notify_resident(session, one, "request_finished_rate", now=NOW - 5 * MINUTE)
    session.commit()
    return Telephone(one.phone, {"A": one.code})


def _match(session: Session, holder: Person, about: HelpRequest, number: int) -> Match:
    made = Match(
        token=f"t{holder.id}-{about.id}",
        request_id=about.id,
        person_id=holder.id,
        state="sent",
        reply_number=number,
        made_at=NOW - 3 * MINUTE,
        sent_at=NOW - 3 * MINUTE,
        deadline_at=NOW + 30 * MINUTE,
        distance_m=300,
    )
    session.add(made)
    about.state, about.version = "matching", about.version + 1
    session.commit()
    return made


def _asked(session: Session, place: factories.Community, *, two: bool) -> Telephone:
    holder = factories.volunteer(session, place)
    _match(session, holder, _order(session, place), FIRST)
    if two:
        _match(session, holder, _order(session, place, of=place.visit), SECOND)
    return Telephone(holder.phone, {"N": str(FIRST), "M": str(SECOND)}, holder)


def _accepted(session: Session, place: factories.Community) -> Telephone:
    holder = factories.volunteer(session, place)
    match = _match(session, holder, _order(session, place), FIRST)
    actor = factories.actor_for(holder, "volunteer", place.here)
    accept_match(Context(session, actor, NOW - MINUTE), match_id=match.id)
    session.commit()
    return Telephone(holder.phone, {"N": str(FIRST)}, holder)


def _too_late(session: Session, place: factories.Community) -> Telephone:
    phone = _asked(session, place, two=False)
    assert phone.holder is not None
    match = session.scalars(select(Match).where(Match.person_id == phone.holder.id)).one()
    match.state, match.end_reason, match.ended_at = "expired", "taken", NOW - MINUTE
    about = session.get_one(HelpRequest, match.request_id)
    about.state, about.places_taken, about.version = "assigned", 1, about.version + 1
    session.commit()
    return phone


def _duty_asked(session: Session, place: factories.Community) -> Telephone:
    holder = factories.volunteer(session, place)
    rota = factories.on_duty(session, factories.volunteer(session, place), place.here).rota_id
    start = NOW + 40 * HOUR
    shift = Shift(
        rota_id=rota,
        person_id=holder.id,
        layer=1,
        starts_at=start,
        ends_at=start + 4 * HOUR,
        state="offered",
    )
    session.add(shift)
    session.flush()
    asked = {"state": "sent", "sent_at": NOW - 5 * MINUTE}
    session.add(DutyAsk(person_id=holder.id, shift_id=shift.id, reply_number=DUTY, **asked))
    session.commit()
    return Telephone(holder.phone, {"D": str(DUTY)}, holder)


def texted(session: Session, phone: Telephone, body: str) -> Done:
    """Sends the texts of a row, parted by bars, twenty seconds apart; what they did together."""
    for name, word in phone.words.items():
        body = body.replace(f"{{{name}}}", word)
    last_order = session.scalar(select(func.max(HelpRequest.id))) or 0
    last_answer = session.scalar(select(func.max(Notification.id))) or 0
    outcomes = [
        _one(session, phone.number, part, NOW + timedelta(seconds=20 * number))
        for number, part in enumerate(body.split("|"))
    ]
    placed = session.scalars(select(HelpRequest).where(HelpRequest.id > last_order)).all()
    answers = session.scalars(
        select(Notification).where(Notification.id > last_answer).order_by(Notification.id)
    ).all()
    mine = tuple(one.template for one in answers if one.address == phone.number)
    return Done(",".join(outcomes), tuple(placed), mine)


def _one(session: Session, number: str, body: str, at: datetime) -> str:
    key = f"{number}-{at.timestamp()}"
    stored = store_text(session, text=IncomingText("table", key, number, body), region="CN", now=at)
    session.commit()
    assert stored is not None
    handle_text(session, inbound_id=stored, region="CN", now=at)
    session.commit()
    return session.get_one(InboundText, stored, populate_existing=True).outcome or ""
