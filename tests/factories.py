"""A small community to test with: a district, a subdistrict, two communities, a few people."""

import itertools
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.models import Area, Place, ServicePoint
from app.catalogue.models import Category, CategorySkill, Skill
from app.core.actor import Actor, Scope
from app.core.crypto import lookup_hash
from app.dispatch.models import Match
from app.help_requests.models import HelpRequest, RequestPlace
from app.offers.models import Offer, OfferCategory
from app.people.models import Person, PersonSkill, Role
from app.rotation.models import Rota, Shift
from app.usecases.volunteers.spread_offer import spread_offer

# A Wednesday, 10:00 in Shenzhen.
NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
HOME = (22.6200, 114.0300)
ALL_WEEK = [{"day": day, "from": "00:00", "to": "24:00"} for day in range(7)]

_numbers = itertools.count(1)


def square(lat: float, lon: float, half: float) -> dict[str, Any]:
    """A square outline around a point, `half` degrees to each side."""
    south, north, west, east = lat - half, lat + half, lon - half, lon + half
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@dataclass
class Community:
    """Ids of what `community` made."""

    district: Area
    subdistrict: Area
    here: Area
    other: Area
    estate: Place
    building: Place
    medicine: Category
    visit: Category
    first_aid: Skill


def area(
    session: Session,
    level: str,
    code: str,
    name: str,
    parent: Area | None,
    half: float,
    *,
    centre: tuple[float, float] = HOME,
) -> Area:
    """An area with a square outline."""
    lat, lon = centre
    made = Area(
        scheme="cn",
        code=code,
        level=level,
        name_zh=name,
        name_en=code,
        parent_id=parent.id if parent else None,
        path=secrets.token_hex(4),
        outline=square(lat, lon, half),
        schematic=True,
        timezone="Asia/Shanghai",
        south=lat - half,
        north=lat + half,
        west=lon - half,
        east=lon + half,
        figures={},
        active=True,
    )
    session.add(made)
    session.flush()
    made.path = f"{parent.path if parent else '/'}{made.id}/"
    session.flush()
    return made


def category(session: Session, code: str, name: str, **values: Any) -> Category:
    """A category, dispatched automatically by default."""
    given = {"verify_first": False, "mode": "auto", "keywords": [name], "name_en": code, **values}
    made = Category(code=code, name_zh=name, flow=[], weights={}, **given)
    session.add(made)
    session.flush()
    return made


def community(session: Session) -> Community:
    """District > subdistrict > two communities, an estate with a building, two categories."""
    district = area(session, "district", "440309", "龙华区", None, 0.2)
    subdistrict = area(session, "subdistrict", "440309002", "民治街道", district, 0.1)
    here = area(session, "community", "440309002001", "民乐社区", subdistrict, 0.02)
    far = (HOME[0] + 0.06, HOME[1])
    other = area(session, "community", "440309002002", "民强社区", subdistrict, 0.02, centre=far)
    estate = Place(
        public_code=secrets.token_hex(4),
        area_id=here.id,
        area_path=here.path,
        kind="estate",
        name="民乐老村",
        aliases=[],
        search_key="民乐老村",
        rough_name="民乐老村",
        lat=HOME[0],
        lon=HOME[1],
    )
    session.add(estate)
    session.flush()
    building = Place(
        public_code=secrets.token_hex(4),
        area_id=here.id,
        area_path=here.path,
        kind="building",
        name="民乐老村3栋",
        aliases=[],
        search_key="民乐老村3栋",
        rough_name="民乐老村",
        parent_id=estate.id,
        lat=HOME[0] + 0.0005,
        lon=HOME[1],
    )
    first_aid = Skill(code="first_aid", name_zh="急救", name_en="First aid")
    session.add_all([building, first_aid])
    medicine = category(session, "medicine", "代买药")
    visit = category(session, "visit", "上门探访", verify_first=True, mode="manual", grab=True)
    session.flush()
    session.add(CategorySkill(category_id=visit.id, skill_id=first_aid.id))
    session.commit()
    return Community(
        district, subdistrict, here, other, estate, building, medicine, visit, first_aid
    )


def phone_number() -> str:
    """A demo number that is unique in this process."""
    return f"+861740{next(_numbers):07d}"


def person(session: Session, where: Area, *, name: str = "林晓", **values: Any) -> Person:
    """An active person without a role."""
    phone = values.pop("phone", None) or phone_number()
    given = {"state": "active", "language": "zh_Hans", "registered_at": NOW, **values}
    made = Person(
        name=name,
        phone=phone,
        phone_lookup=lookup_hash("phone", phone),
        area_id=where.id,
        area_path=where.path,
        **given,
    )
    session.add(made)
    session.flush()
    return made


def grant(session: Session, who: Person, role: str, where: Area) -> Role:
    """Grants a role for an area."""
    made = Role(person_id=who.id, role=role, area_id=where.id, area_path=where.path, granted_at=NOW)
    session.add(made)
    session.flush()
    return made


def volunteer(
    session: Session,
    place: Community,
    *,
    categories: list[Category] | None = None,
    skills: list[Skill] | None = None,
    north_m: float = 200,
    offer: dict[str, Any] | None = None,
    **values: Any,
) -> Person:
    """An active volunteer `north_m` metres north of the estate, available at all hours."""
    made = person(session, place.here, **values)
    grant(session, made, "volunteer", place.here)
    given = {
        "lat": HOME[0] + north_m / 111_195,
        "lon": HOME[1],
        "radius_m": 2000,
        "hours": ALL_WEEK,
        "languages": ["zh_Hans"],
        "max_load": 2,
        "weekly_limit": 7,
        "updated_at": NOW,
        **(offer or {}),
    }
    standing = Offer(person_id=made.id, area_path=place.here.path, **given)
    session.add(standing)
    session.flush()
    chosen = [place.medicine, place.visit] if categories is None else categories
    for item in chosen:
        session.add(OfferCategory(offer_id=standing.id, category_id=item.id))
    for skill in [place.first_aid] if skills is None else skills:
        session.add(PersonSkill(person_id=made.id, skill_id=skill.id))
    session.flush()
    spread_offer(session, made.id)
    session.commit()
    return made


def coordinator(session: Session, where: Area, *, name: str = "周敏", **values: Any) -> Person:
    """An active coordinator for an area."""
    made = person(session, where, name=name, **values)
    grant(session, made, "coordinator", where)
    session.commit()
    return made


def administrator(session: Session, where: Area, *, name: str = "吴管理") -> Person:
    """An active administrator for an area."""
    made = person(session, where, name=name)
    grant(session, made, "administrator", where)
    session.commit()
    return made


def actor_for(who: Person, role: str, where: Area, door: str = "web") -> Actor:
    """The actor for this person, as a route's guard makes it."""
    return Actor(kind=role, via=door, person_id=who.id, scopes=(Scope(role, where.path),))


def request(
    session: Session, place: Community, *, of: Category | None = None, **values: Any
) -> HelpRequest:
    """An open help request at the estate's building, wanted now, from a confirmed phone."""
    chosen = of or place.medicine
    phone = values.pop("phone", None) or phone_number()
    given: dict[str, Any] = {
        "state": "open",
        "urgency": chosen.urgency,
        "source": "web",
        "name": "陈阿姨",
        "need": "买一盒降压药",
        "address": "民乐老村3栋502",
        "rough_place": "民乐老村",
        "lat": place.building.lat,
        "lon": place.building.lon,
        "place_state": "known",
        "wanted_from": NOW,
        "wanted_to": NOW + timedelta(hours=4),
        "volunteers_needed": 1,
        "arrival_code": "4821",
        "phone_confirmed_at": NOW,
        "submitted_at": NOW,
        "state_since": NOW,
        "due_at": NOW + timedelta(hours=2),
        "next_action_at": NOW,
        "auto_dispatch": chosen.mode == "auto",
        "area_id": place.here.id,
        "area_path": place.here.path,
        "language": "zh_Hans",
        **values,
    }
    code = "".join(secrets.choice("23456789ABCDEFGHJKMNPQRTVWY") for _ in range(8))
    made = HelpRequest(
        code=code,
        category_id=chosen.id,
        phone=phone,
        phone_lookup=lookup_hash("phone", phone),
        **given,
    )
    session.add(made)
    session.flush()
    session.add_all(
        RequestPlace(
            request_id=made.id,
            round_no=made.round_no,
            number=number,
            state=place_state(made.state, taken=number <= made.places_taken),
            state_since=NOW,
        )
        for number in range(1, made.volunteers_needed + 1)
    )
    session.commit()
    return made


def place_state(request_state: str, *, taken: bool) -> str:
    """The state of a place of a request that was made in this state."""
    if taken:
        held = {"in_progress": "arrived", "finished": "finished", "closed": "finished"}
        return held.get(request_state, "taken")
    over = request_state in ("finished", "closed", "cancelled", "rejected")
    return "left" if over else "open"


def take(session: Session, match: Match) -> Match:
    """Gives a place to a match that was made as already holding one."""
    session.add(match)
    session.flush()
    of = (RequestPlace.request_id == match.request_id, RequestPlace.match_id.is_(None))
    place = session.scalars(
        select(RequestPlace)
        .where(*of, RequestPlace.state != "left")
        .order_by(RequestPlace.state.desc())
    ).first()
    assert place is not None
    if place.state == "open":
        session.execute(
            update(HelpRequest)
            .where(HelpRequest.id == match.request_id)
            .values(places_taken=HelpRequest.places_taken + 1)
        )
    place.match_id = match.id
    wanted = "taken" if match.state == "accepted" else match.state
    # In the order that the database allows.
    for state in ("taken", "arrived", "finished") if wanted != "on_the_way" else ("taken", wanted):
        if place.state != wanted:
            place.state = state
            session.flush()
    match.place_no = place.number
    session.commit()
    return match


def on_duty(
    session: Session, who: Person, where: Area, *, hours: int = 8, start: datetime = NOW
) -> Shift:
    """Puts a person on agreed duty for an area from `start`."""
    rota = Rota(area_id=where.id, area_path=where.path, name="日班", pattern=ALL_WEEK)
    session.add(rota)
    session.flush()
    made = Shift(
        rota_id=rota.id,
        person_id=who.id,
        starts_at=start,
        layer=1,
        state="agreed",
        ends_at=start + timedelta(hours=hours),
        agreed_at=start,
    )
    session.add(made)
    session.commit()
    return made


def service_point(session: Session, where: Area, **values: Any) -> ServicePoint:
    """A service point of an area, open all day."""
    given = {"tier": "V", "opening": "00:00–24:00", **values}
    made = ServicePoint(
        area_id=where.id,
        area_path=where.path,
        name=f"{where.name_zh}党群服务点",
        lat=HOME[0],
        lon=HOME[1],
        **given,
    )
    session.add(made)
    session.commit()
    return made
