"""Wherever a coordinator reads or chooses a name, people of one name are told apart."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.context import Context
from app.people.models import Person
from app.rotation.models import Shift
from app.rotation.plan.models import Swap
from app.usecases.duty.plan.manage_rota import make_rota
from app.usecases.duty.plan.set_layer import set_layer
from app.usecases.emergencies.see_procedures import see_activation
from tests import factories
from tests.factories import NOW, Community, community, coordinator, volunteer
from tests.http.visitor import come_in
from tests.usecases.heat import HEAT, heat

PATTERN = {"kind": "every", "hours": 24, "starts": "2026-03-02T08:00"}


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    made = community(session)
    come_in(client, session, coordinator(session, made.here))
    return made


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def ends(people: list[Person]) -> list[str]:
    return [f"{one.name}（尾号 {one.phone[-4:]}）" for one in people]


@pytest.fixture
def twins(session: Session, place: Community) -> list[Person]:
    """Two of one name; only the first is in turn, so a page may name her alone."""
    return [volunteer(session, place, name="林晓") for _ in range(2)]


@pytest.fixture
def rota_id(session: Session, place: Community, twins: list[Person]) -> int:
    """A rota whose shift of one is given to the other of that name."""
    boss = factories.actor_for(
        factories.administrator(session, place.district), "administrator", place.district
    )
    now = utc_now()
    made = make_rota(Context(session, boss, now), area_id=place.here.id, name="民乐值班")
    set_layer(
        Context(session, boss, now),
        rota_id=made,
        number=2,
        kind="rotation",
        pattern=PATTERN,
        people=[twins[0].id],
    )
    start = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    period = {"starts_at": start, "ends_at": start + timedelta(hours=8)}
    shift = Shift(rota_id=made, person_id=twins[0].id, state="agreed", agreed_at=now, **period)
    session.add(shift)
    session.flush()
    session.add(
        Swap(
            rota_id=made,
            shift_id=shift.id,
            kind="move",
            layer=1,
            giver_id=twins[0].id,
            to_id=twins[1].id,
            state="open",
            made_at=now,
            **period,
        )
    )
    session.commit()
    return made


def test_in_the_calendar_its_swaps_and_its_drag_dialog(
    client: FlaskClient, session: Session, twins: list[Person], rota_id: int
) -> None:
    one, other = ends(twins)
    at = session.scalars(select(Shift.starts_at).where(Shift.state == "agreed")).one().date()
    session.rollback()
    for view in ("month", "week"):
        page = read(client, f"/c/duty?rota={rota_id}&view={view}&at={at}")
        assert f"在问{other}，同意以前还是{one}值" in page
        # The dialog after dragging speaks in the words of these attributes.
        assert f'data-name="{one}"' in page and 'data-name="林晓"' not in page


def test_where_somebody_is_chosen_for_duty(
    client: FlaskClient, session: Session, twins: list[Person], rota_id: int
) -> None:
    shift = session.scalars(select(Shift.id).where(Shift.state == "agreed")).one()
    session.rollback()
    for path in (
        f"/c/duty/shifts/{shift}",
        f"/c/duty/{rota_id}/change",
        f"/c/duty/{rota_id}/layers/2",
        f"/c/duty/{rota_id}/layers/1",
    ):
        page = read(client, path)
        for one, name in zip(twins, ends(twins), strict=True):
            assert f'value="{one.id}"' in page and name in page, path
            assert "林晓<" not in page, path


def test_where_duty_is_read(client: FlaskClient, twins: list[Person], rota_id: int) -> None:
    one, _ = ends(twins)
    for path in (f"/c/duty/{rota_id}/layers", f"/c/duty/{rota_id}/fairness?period=coming"):
        assert one in read(client, path), path


def test_on_the_printed_month_when_both_are_on_it(
    client: FlaskClient, session: Session, twins: list[Person], rota_id: int
) -> None:
    shift = session.scalars(select(Shift).where(Shift.state == "agreed")).one()
    month = f"{shift.starts_at:%Y-%m}"
    session.add(
        Shift(
            rota_id=rota_id,
            person_id=twins[1].id,
            layer=3,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
        )
    )
    session.commit()
    sheet = f"/c/duty/papers/{rota_id}/month"
    page = read(client, f"{sheet}?month={month}")
    assert all(name in page for name in ends(twins))
    # The table is read in again: the name as it is, and the number.
    table = read(client, f"{sheet}.csv?month={month}")
    assert "尾号" not in table and f"{twins[1].id},林晓" in table


def test_where_a_case_names_them(
    client: FlaskClient, session: Session, place: Community, twins: list[Person]
) -> None:
    case = factories.request(session, place)
    session.commit()
    page = read(client, f"/c/requests/{case.id}")
    session.rollback()
    for name in ends(twins):
        assert f">{name}</option>" in page and f">{name}</label>" in page
    assert "林晓<" not in page


def test_where_somebody_is_chosen_for_each_week(
    client: FlaskClient, session: Session, place: Community, twins: list[Person]
) -> None:
    case = factories.request(session, place)
    session.commit()
    page = read(client, f"/c/repeats/new/{case.id}")
    for name in ends(twins):
        assert page.count(f">{name}</option>") == 2


def test_two_of_one_name_are_two_in_an_emergency(session: Session) -> None:
    made = heat(session, 2, replace(HEAT, people=2))
    for one in made.people:
        one.name = "林晓"
    made.start()
    made.yes(0)
    made.yes(1)
    seen = see_activation(Context(session, made.boss, NOW), activation_id=made.started)
    together = next(row for row in seen.rows if len(row.names) == 2)
    assert {one.phone_end for one in together.names} == {one.phone[-4:] for one in made.people}
