"""The gazetteer: aliases are found, tables are imported by row, closed things are hidden."""

import pytest
from sqlalchemy.orm import Session

from app.areas.datum import Datum, from_wgs84
from app.areas.models import Place
from app.areas.queries import find_places, place_in, points_over, service_points
from app.core.actor import Actor
from app.core.context import Context
from app.core.errors import Invalid, NotAllowed, Stale
from app.usecases.community.import_places import import_places
from app.usecases.community.manage_places import PlaceForm, add_place, change_place, switch_place
from app.usecases.community.manage_service_points import (
    NewPoint,
    add_service_point,
    change_service_point,
    switch_service_point,
)
from app.usecases.texts.name_places import named_places
from tests.factories import (
    HOME,
    NOW,
    Community,
    actor_for,
    administrator,
    community,
    coordinator,
)


@pytest.fixture
def place(session: Session) -> Community:
    return community(session)


@pytest.fixture
def chief(session: Session, place: Community) -> Actor:
    return actor_for(coordinator(session, place.here), "coordinator", place.here)


def garden(*aliases: str) -> PlaceForm:
    return PlaceForm("幸福花园", "estate", *HOME, aliases=aliases)


def test_place_is_found_by_its_other_names(
    session: Session, place: Community, chief: Actor
) -> None:
    made = add_place(Context(session, chief, NOW), form=garden("老糖厂宿舍", "糖厂"))
    session.commit()
    assert [one.id for one in find_places(session, "糖厂")] == [made]
    found = place_in(session, "龙华区老糖厂宿舍旁边")
    assert found is not None and found.id == made
    assert [one.place_ids for one in named_places(session, "买药 老糖厂宿舍")] == [(made,)]
    change_place(Context(session, chief, NOW), place_id=made, form=garden())
    assert find_places(session, "糖厂") == []


def test_name_and_alias_of_one_place_are_no_doubt(
    session: Session, place: Community, chief: Actor
) -> None:
    made = add_place(Context(session, chief, NOW), form=garden("快乐花园"))
    found = place_in(session, "幸福花园，也叫快乐花园")
    assert found is not None and found.id == made


def test_place_out_of_use_is_not_suggested(
    session: Session, place: Community, chief: Actor
) -> None:
    made = add_place(Context(session, chief, NOW), form=garden("糖厂"))
    switch_place(Context(session, chief, NOW), place_id=made, active=False)
    assert find_places(session, "幸福") == [] and find_places(session, "糖厂") == []
    assert place_in(session, "幸福花园") is None
    with pytest.raises(Stale):
        switch_place(Context(session, chief, NOW), place_id=made, active=False)
    switch_place(Context(session, chief, NOW), place_id=made, active=True)
    assert len(find_places(session, "幸福")) == 1


def test_estate_that_is_renamed_renames_what_is_seen_of_its_buildings(
    session: Session, place: Community, chief: Actor
) -> None:
    form = PlaceForm("民乐新村", "estate", *HOME)
    change_place(Context(session, chief, NOW), place_id=place.estate.id, form=form)
    session.commit()
    assert session.get_one(Place, place.building.id).rough_name == "民乐新村"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (PlaceForm("", "estate", *HOME), "name"),
        (PlaceForm("民乐老村", "estate", *HOME), "name"),
        (PlaceForm("新村", "moon", *HOME), "kind"),
        (PlaceForm("新村", "estate", 0, 0), "place"),
        (PlaceForm("新村", "estate", *HOME, parent_id=1), "parent"),
        (PlaceForm("新村", "building", *HOME, parent_id=999), "parent"),
        (PlaceForm("新村", "estate", *HOME, aliases=("x",)), "aliases"),
        (PlaceForm("新村", "estate", *HOME, aliases=tuple(f"名{n}" for n in range(11))), "aliases"),
    ],
)
def test_wrong_place_is_refused_at_the_field(
    session: Session, place: Community, chief: Actor, form: PlaceForm, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        add_place(Context(session, chief, NOW), form=form)
    assert set(caught.value.fields) == {field}


def test_place_cannot_be_moved_into_a_foreign_area(
    session: Session, place: Community, chief: Actor
) -> None:
    there = PlaceForm("民乐老村", "estate", HOME[0] + 0.06, HOME[1])
    with pytest.raises(NotAllowed):
        change_place(Context(session, chief, NOW), place_id=place.estate.id, form=there)


def test_table_comes_in_row_by_row(session: Session, place: Community, chief: Actor) -> None:
    lat, lon = from_wgs84(*HOME, Datum.GCJ02)
    text = (
        "名称,类型,纬度,经度,别名,所属小区\n"
        f"东湖花园,小区,{lat},{lon},东湖；老东湖,\n"
        f"东湖花园1栋,楼栋,{lat},{lon},,东湖花园\n"
        f"东湖花园2栋,楼栋,{lat},{lon},,西湖花园\n"
        f"东湖花园,小区,{lat},{lon},,\n"
        f"写反了,小区,{lon},{lat},,\n"
        "没数字,小区,北,东,,\n"
        f"远方,小区,{lat + 1},{lon},,\n"
        f"塔,铁塔,{lat},{lon},,\n"
    )
    report = import_places(Context(session, chief, NOW), text=text, datum=Datum.GCJ02)
    session.commit()
    assert report.added == 2
    assert [row.line for row in report.bad] == [4, 5, 6, 7, 8, 9]
    (found, *_more) = find_places(session, "老东湖")
    assert (found.lat, found.lon) == pytest.approx(HOME, abs=1e-6)
    building = find_places(session, "东湖花园1栋")[0]
    assert building.rough_name == "东湖花园"


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "名称,纬度\nx,1\n"])
def test_text_that_is_no_table_of_places_is_refused(
    session: Session, place: Community, chief: Actor, text: str
) -> None:
    with pytest.raises(Invalid):
        import_places(Context(session, chief, NOW), text=text, datum=Datum.WGS84)
    with pytest.raises(NotAllowed):
        nobody = Actor("volunteer", "web", 1)
        import_places(Context(session, nobody, NOW), text=text, datum=Datum.WGS84)


def test_closed_service_point_is_shown_to_nobody(session: Session, place: Community) -> None:
    admin = actor_for(administrator(session, place.here), "administrator", place.here)
    point = NewPoint("民乐党群服务中心", "N", *HOME, phone="0755-1")
    made = add_service_point(Context(session, admin, NOW), area_id=place.here.id, point=point)
    other = NewPoint("民乐党群服务中心", "N", *HOME, phone="0755-2", opening="09:00–18:00")
    change_service_point(Context(session, admin, NOW), point_id=made, point=other)
    assert [one.phone for one in service_points(session)] == ["0755-2"]
    switch_service_point(Context(session, admin, NOW), point_id=made, active=False)
    assert list(service_points(session)) == [] == list(points_over(session, place.here.path))
    with pytest.raises(Invalid):
        bad = NewPoint("x", "N", *HOME, phone="打我")
        change_service_point(Context(session, admin, NOW), point_id=made, point=bad)
