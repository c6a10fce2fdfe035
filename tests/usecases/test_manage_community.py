"""Administration: areas, organisations, catalogue, settings, limits."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.datum import Datum, from_wgs84
from app.areas.models import Area, Place, ServicePoint
from app.areas.queries import area_of_point, find_places
from app.catalogue.models import Category
from app.catalogue.queries import skills_needed
from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, NotFound, Stale
from app.limits.queries import per_day
from app.people.models import Organisation
from app.people.queries import list_organisations
from app.settings.queries import all_settings, read_setting
from app.trail.models import Event
from app.usecases.community.draw_areas import add_area, change_area, retire_area, set_outline
from app.usecases.community.manage_categories import CategoryForm, add_category, change_category
from app.usecases.community.manage_places import PlaceForm, add_place
from app.usecases.community.manage_service_points import NewPoint, add_service_point
from app.usecases.community.manage_settings import set_limit, set_setting
from app.usecases.community.manage_skills import save_skill
from app.usecases.volunteers.manage_organisations import (
    add_organisation,
    change_organisation,
    switch_organisation,
)
from tests.factories import (
    HOME,
    NOW,
    Community,
    actor_for,
    administrator,
    community,
    coordinator,
    square,
)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def admin(session: Session, place: Community) -> Actor:
    who = administrator(session, place.district)
    return actor_for(who, "administrator", place.district)


@pytest.fixture
def chief(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def kinds(session: Session) -> list[str]:
    session.commit()
    return list(session.scalars(select(Event.kind).order_by(Event.seq)))


def block(session: Session, place: Community, actor: Actor, **values: Any) -> int:
    given: dict[str, Any] = {
        "parent_id": place.here.id,
        "level": "block",
        "scheme": "cn",
        "code": "440309002001-1",
        "name_zh": "第一片区",
        **values,
    }
    return add_area(Context(session, actor, NOW), **given)


def test_area_is_added_below_its_parent(session: Session, place: Community, admin: Actor) -> None:
    made = session.get_one(Area, block(session, place, admin))
    assert made.path == f"{place.here.path}{made.id}/"
    change_area(Context(session, admin, NOW), area_id=made.id, name_zh="东片区")
    retire_area(Context(session, admin, NOW), area_id=made.id)
    assert (made.name_zh, made.active) == ("东片区", False)
    assert kinds(session)[-3:] == ["area.added", "area.changed", "area.retired"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"level": "district"}, "level"),
        ({"level": "moon"}, "level"),
        ({"code": "440309002001"}, "code"),
        ({"code": ""}, "code"),
        ({"name_zh": " "}, "name_zh"),
        ({"timezone": "Moon/Sea"}, "timezone"),
    ],
)
def test_wrong_area_is_refused_at_the_field(
    session: Session, place: Community, admin: Actor, values: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        block(session, place, admin, **values)
    assert set(caught.value.fields) == {field}


def test_areas_are_an_administrators_matter(
    session: Session, place: Community, chief: Actor, admin: Actor
) -> None:
    with pytest.raises(NotAllowed):
        block(session, place, chief)
    with pytest.raises(NotAllowed):
        block(session, place, admin, parent_id=None, level="district", code="9")


@pytest.mark.parametrize("datum", list(Datum))
def test_outline_is_turned_into_wgs84(
    session: Session, place: Community, admin: Actor, datum: Datum
) -> None:
    made = block(session, place, admin)
    drawn = square(*HOME, 0.002)
    ring = [list(reversed(from_wgs84(lat, lon, datum))) for lon, lat in drawn["coordinates"][0]]
    text = json.dumps({"type": "Polygon", "coordinates": [ring]})
    set_outline(Context(session, admin, NOW), area_id=made, geojson=text, datum=datum)
    session.commit()
    found = area_of_point(session, *HOME)
    assert found is not None and found.id == made
    assert found.south == pytest.approx(HOME[0] - 0.002, abs=1e-5)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"type":"Point","coordinates":[1,2]}', "x" * 9])
def test_file_that_is_no_outline_is_refused(
    session: Session, place: Community, admin: Actor, text: str
) -> None:
    with pytest.raises(Invalid) as caught:
        set_outline(Context(session, admin, NOW), area_id=place.here.id, geojson=text)
    assert set(caught.value.fields) == {"outline"}


def test_place_is_found_by_two_characters_and_hides_its_building(
    session: Session, place: Community, chief: Actor
) -> None:
    form = PlaceForm("幸福花园7栋", "building", *HOME, parent_id=place.estate.id)
    made = add_place(Context(session, chief, NOW), form=form)
    assert [one.id for one in find_places(session, "幸福")] == [made]
    assert session.get_one(Place, made).rough_name == "民乐老村"
    with pytest.raises(Invalid) as caught:
        add_place(Context(session, chief, NOW), form=PlaceForm("远", "estate", 0, 0))
    assert "place" in caught.value.fields


def test_service_point_is_added(session: Session, place: Community, admin: Actor) -> None:
    point = NewPoint("民乐党群服务中心", "N", *HOME, self_service_24h=True)
    made = add_service_point(Context(session, admin, NOW), area_id=place.here.id, point=point)
    assert session.get_one(ServicePoint, made).area_path == place.here.path
    with pytest.raises(Invalid):
        wrong = replace(point, tier="X")
        add_service_point(Context(session, admin, NOW), area_id=place.here.id, point=wrong)


def test_organisations_are_a_tree_without_circles(
    session: Session, place: Community, admin: Actor
) -> None:
    context = Context(session, admin, NOW)
    add: dict[str, Any] = {"area_id": place.here.id}
    top = add_organisation(context, name="第一党支部", **add)
    below = add_organisation(context, name="一组", parent_id=top, **add)
    with pytest.raises(Invalid):
        change_organisation(context, organisation_id=top, name="甲", parent_id=below)
    change_organisation(context, organisation_id=below, name="一组", parent_id=None)
    change_organisation(context, organisation_id=top, name="支部", parent_id=None)
    switch_organisation(context, organisation_id=below, active=False)
    with pytest.raises(Stale):
        switch_organisation(context, organisation_id=below, active=False)
    assert [one.name for one in list_organisations(session)] == ["支部"]
    assert session.get_one(Organisation, below).parent_id is None


def test_category_is_added_and_changed_once_for_each_page(
    session: Session, place: Community, admin: Actor, chief: Actor
) -> None:
    skill = save_skill(Context(session, admin, NOW), code="driving", name_zh="驾驶")
    form = CategoryForm("ride", "接送", keywords=("接送",), flow=("接",), skill_ids=(skill,))
    made = add_category(Context(session, admin, NOW), form=form)
    assert skills_needed(session, made) == {skill}
    change = {"category_id": made, "version": 1}
    faster = replace(form, dispatch_minutes=30, skill_ids=())
    change_category(Context(session, admin, NOW), form=faster, **change)
    assert session.get_one(Category, made).dispatch_minutes == 30
    assert skills_needed(session, made) == frozenset()
    with pytest.raises(Stale):
        change_category(Context(session, admin, NOW), form=faster, **change)
    with pytest.raises(NotAllowed):
        add_category(Context(session, chief, NOW), form=replace(form, code="other"))
    assert kinds(session)[-3:] == ["skill.added", "category.added", "category.changed"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "Bad Code"}, "code"),
        ({"code": "medicine"}, "code"),
        ({"name_zh": ""}, "name_zh"),
        ({"name_en": "x" * 81}, "name_en"),
        ({"urgency": "soon"}, "urgency"),
        ({"mode": "magic"}, "mode"),
        ({"dispatch_minutes": 0}, "dispatch_minutes"),
        ({"radius_m": 10**9}, "radius_m"),
        ({"keywords": ("",)}, "keywords"),
        ({"flow": ("步",) * 21}, "flow"),
        ({"skill_ids": (99,)}, "skills"),
    ],
)
def test_wrong_category_is_refused_at_the_field(
    session: Session, place: Community, admin: Actor, values: dict[str, Any], field: str
) -> None:
    form = replace(CategoryForm("ride", "接送"), **values)
    with pytest.raises(Invalid) as caught:
        add_category(Context(session, admin, NOW), form=form)
    assert set(caught.value.fields) == {field}


def test_skill_with_a_known_code_is_changed(
    session: Session, place: Community, admin: Actor
) -> None:
    same = save_skill(
        Context(session, admin, NOW), code="first_aid", name_zh="急救员", needs_certificate=True
    )
    assert same == place.first_aid.id and place.first_aid.needs_certificate
    assert kinds(session)[-1] == "skill.changed"


def test_setting_has_a_default_and_is_changed_with_a_line(
    session: Session, place: Community, admin: Actor, chief: Actor
) -> None:
    assert read_setting(session, "service_phone") == ""
    for _ in range(2):
        set_setting(Context(session, admin, NOW), key="service_phone", value=" 0755-1 ")
    assert all_settings(session)["service_phone"] == "0755-1"
    assert kinds(session).count("setting.changed") == 1
    with pytest.raises(NotFound):
        set_setting(Context(session, admin, NOW), key="nothing", value="")
    with pytest.raises(Invalid):
        set_setting(Context(session, admin, NOW), key="notice", value="x" * 201)
    with pytest.raises(NotAllowed):
        set_setting(Context(session, chief, NOW), key="notice", value="")


def test_limit_is_a_row_that_an_administrator_changes(
    session: Session, place: Community, admin: Actor
) -> None:
    set_limit(Context(session, admin, NOW), kind="order_phone", most=3)
    set_limit(Context(session, admin, NOW), kind="order_phone", most=4)
    assert per_day(session, "order_phone") == 4
    for wrong in (-1, True, 10**7):
        with pytest.raises(Invalid):
            set_limit(Context(session, admin, NOW), kind="order_phone", most=wrong)
    assert kinds(session).count("limit.changed") == 2
