"""Moving an area: everything in it moves along, the trail stays."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.models import Area, Place
from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed
from app.help_requests.models import HelpRequest
from app.offers.models import Offer
from app.people.models import Person, Role
from app.trail.models import Event
from app.trail.verification import verify
from app.usecases.community.draw_areas import add_area, change_area
from app.usecases.community.move_area import move_area
from tests.factories import (
    NOW,
    Community,
    actor_for,
    administrator,
    area,
    community,
    request,
    volunteer,
)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def admin(session: Session, place: Community) -> Actor:
    return actor_for(administrator(session, place.district), "administrator", place.district)


def test_everything_that_belongs_to_it_goes_with_it(
    session: Session, place: Community, admin: Actor
) -> None:
    to = area(session, "subdistrict", "440309003", "龙华街道", place.district, 0.1)
    block = add_area(
        Context(session, admin, NOW),
        parent_id=place.here.id,
        level="block",
        scheme="cn",
        code="b1",
        name_zh="东片区",
    )
    helper, asked = volunteer(session, place), request(session, place)
    other, before = place.other.path, place.here.path
    move_area(Context(session, admin, NOW), area_id=place.here.id, parent_id=to.id)
    session.commit()
    after = f"{to.path}{place.here.id}/"
    assert session.get_one(Area, place.here.id).path == after
    assert session.get_one(Area, block).path == f"{after}{block}/"
    assert session.get_one(Area, place.other.id).path == other
    assert session.get_one(Person, helper.id).area_path == after
    assert session.get_one(HelpRequest, asked.id).area_path == after
    for paths in (select(Offer.area_path), select(Place.area_path)):
        assert set(session.scalars(paths)) == {after}
    role = select(Role.area_path).where(Role.person_id == helper.id)
    assert session.scalar(role) == after
    # Existing lines stay as they were written, and the chain is whole.
    assert before + f"{block}/" in set(session.scalars(select(Event.area_path)))
    assert list(verify(session)) == []
    last = session.scalars(select(Event).order_by(Event.seq.desc())).first()
    assert last is not None and last.kind == "area.moved" and last.details["to"] == to.id


def test_a_move_that_makes_no_tree_is_refused(
    session: Session, place: Community, admin: Actor
) -> None:
    for what, to in (
        (place.district, place.here),
        (place.subdistrict, place.here),
        (place.here, place.other),
        (place.here, place.here),
    ):
        with pytest.raises(Invalid) as caught:
            move_area(Context(session, admin, NOW), area_id=what.id, parent_id=to.id)
        assert set(caught.value.fields) == {"parent"}


def test_only_who_looks_after_both_may_move(session: Session, place: Community) -> None:
    to = area(session, "subdistrict", "440309003", "龙华街道", place.district, 0.1)
    who = actor_for(administrator(session, place.subdistrict), "administrator", place.subdistrict)
    with pytest.raises(NotAllowed):
        move_area(Context(session, who, NOW), area_id=place.here.id, parent_id=to.id)


@pytest.mark.parametrize("figures", [{"": 1.0}, {"x" * 21: 1.0}, {"people": float("inf")}, {}])
def test_figures_are_few_and_numbers(
    session: Session, place: Community, admin: Actor, figures: dict[str, float]
) -> None:
    given = figures or {f"n{n}": 1.0 for n in range(21)}
    with pytest.raises(Invalid) as caught:
        change_area(
            Context(session, admin, NOW), area_id=place.here.id, name_zh="民乐", figures=given
        )
    assert set(caught.value.fields) == {"figures"}
