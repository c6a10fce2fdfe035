"""Choosing volunteers on a request's pages: what was chosen stays, and what is lacking is said."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.core.context import Context
from app.dispatch.models import Match
from app.people.models import Person
from app.usecases.dispatch.answer_match import accept_match, undo_acceptance
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.dispatch.find_person import MOST_SHOWN
from tests.factories import Community, actor_for, community, coordinator, request, volunteer
from tests.http.visitor import come_in, send


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    """A community whose coordinator is logged in."""
    made = community(session)
    come_in(client, session, coordinator(session, made.here))
    return made


def made(session: Session, place: Community, **values: Any) -> int:
    now = utc_now()
    given = {"submitted_at": now, "due_at": now + timedelta(hours=1), **values}
    one = request(session, place, wanted_from=None, wanted_to=None, **given)
    session.commit()
    identity = one.id
    session.rollback()
    return identity


def chosen(page: str, person_id: int) -> bool:
    return f'value="{person_id}" selected' in page


def ticked(page: str, person_id: int) -> bool:
    return f'id="p{person_id}" name="person"\n        value="{person_id}" checked' in page


def test_whoever_was_to_be_assigned_stays_chosen(
    session: Session, client: FlaskClient, place: Community
) -> None:
    people = [volunteer(session, place, name=name).id for name in ("林晓", "陈静", "周平")]
    here = f"/c/requests/{made(session, place)}"
    page = client.get(here).get_data(as_text=True)
    # Nobody is chosen beforehand: a name that was not meant would be assigned.
    assert not any(chosen(page, one) for one in people)
    status, page = send(client, here, f"{here}/assign", version=1, person=people[2])
    assert status == 422 and chosen(page, people[2]) and not chosen(page, people[0])
    # The page opens at what is lacking, not at its top.
    box = page.index('id="agreed"')
    assert "autofocus" in page[box : page.index(">", box)]
    assert page.count("autofocus") == 1 and 'href="#agreed"' in page
    status, page = send(client, here, f"{here}/assign", version=1, agreed="y")
    assert status == 422 and "请选一位要指派的志愿者" in page and 'href="#assign"' in page
    assert page.count("autofocus") == 1
    assert send(client, here, f"{here}/assign", version=1, person=people[2], agreed="y")[0] == 200


def test_whoever_was_found_by_name_stays_chosen(
    session: Session, client: FlaskClient, place: Community
) -> None:
    first, second = (volunteer(session, place, name=name).id for name in ("何平", "何小平"))
    here = f"/c/requests/{made(session, place)}"
    find = f"{here}/find?words=何"
    form = {"version": 1, "words": "何"}
    status, page = send(client, find, f"{here}/assign", person=second, **form)
    assert status == 422 and "得到同意后再指派" in page and 'value="何"' in page
    assert ticked(page, second) and not ticked(page, first)
    status, page = send(client, find, f"{here}/assign", person=[first, second], agreed="y", **form)
    assert status == 422 and "请选一位要指派的志愿者" in page
    assert ticked(page, first) and ticked(page, second)
    status, page = send(client, find, f"{here}/send", **form)
    assert status == 422 and "请至少选一位志愿者" in page and 'value="何"' in page
    status, page = send(client, find, f"{here}/assign", person=second, agreed="y", **form)
    assert status == 200 and "何小平" in page


def test_who_was_ticked_to_be_asked_stays_ticked(
    session: Session, client: FlaskClient, place: Community
) -> None:
    near, far = (volunteer(session, place, north_m=north_m) for north_m in (100, 900))
    identity = made(session, place)
    here = f"/c/requests/{identity}"
    far_id = far.id
    near.state = "suspended"
    near_id = near.id
    session.commit()
    form = {"version": 1, "person": [far_id, near_id]}
    status, page = send(client, here, f"{here}/send", **form)
    assert status == 422 and "有一位志愿者现在不能派单" in page
    assert ticked(page, far_id)


def test_more_than_are_shown_are_told_and_the_fitting_come_first(
    session: Session, client: FlaskClient, place: Community
) -> None:
    far_off = {"hours": [], "radius_m": 200}
    for number in range(MOST_SHOWN):
        volunteer(session, place, name=f"何{number}", offer=far_off, north_m=900)
    volunteer(session, place, name="何合适", north_m=900)
    here = f"/c/requests/{made(session, place)}"
    page = client.get(f"{here}/find?words=何").get_data(as_text=True)
    assert page.count('class="rank"') == MOST_SHOWN
    assert "只显示前 20 位，请输入更多字" in page
    assert page.index("何合适") < page.index("何0")
    page = client.get(f"{here}/find?words=何合").get_data(as_text=True)
    assert "只显示前" not in page and "何合适" in page


def test_who_fits_nearly_comes_before_who_does_not(
    session: Session, client: FlaskClient, place: Community
) -> None:
    far_off = {"hours": [], "radius_m": 200}
    volunteer(session, place, name="样样不合", offer=far_off, north_m=400)
    volunteer(session, place, name="差一点", offer={"radius_m": 200}, north_m=900)
    volunteer(session, place, name="正合适", north_m=1500)
    page = client.get(f"/c/requests/{made(session, place)}").get_data(as_text=True)
    names = ("正合适", "差一点", "样样不合")
    options = [page.index(f"{name}", page.index('id="assign"')) for name in names]
    assert options == sorted(options)
    listed = page.index("没有推荐的人和原因")
    assert page.index("差一点", listed) < page.index("样样不合", listed)


def ask(session: Session, place: Community, identity: int, people: list[Person]) -> list[int]:
    """Asks them all by hand; the ids of the matches."""
    boss = actor_for(coordinator(session, place.here), "coordinator", place.here)
    ids = [one.id for one in people]
    send_wave(Context(session, boss, utc_now()), request_id=identity, person_ids=ids)
    session.commit()
    rows = session.query(Match).filter(Match.request_id == identity).order_by(Match.id).all()
    found = {one.person_id: one.id for one in rows}
    session.rollback()
    return [found[one] for one in ids]


def test_the_banner_says_how_many_are_lacking(
    session: Session, client: FlaskClient, place: Community
) -> None:
    people = [volunteer(session, place) for _ in range(3)]
    actor = actor_for(people[0], "volunteer", place.here)
    identity = made(session, place, volunteers_needed=2)
    first, *_ = ask(session, place, identity, people)
    here = f"/c/requests/{identity}"
    page = client.get(here).get_data(as_text=True)
    assert "等 3 位志愿者答复" in page and "已有" not in page
    accept_match(Context(session, actor, utc_now()), match_id=first)
    session.commit()
    session.rollback()
    for path in (here, "/c"):
        page = client.get(path).get_data(as_text=True)
        assert "已有 1 位接单，还差 1 位，等 2 位志愿者答复" in page, path


def test_a_yes_that_is_taken_back_again_and_again_stands_once(
    session: Session, client: FlaskClient, place: Community
) -> None:
    who = volunteer(session, place, name="林晓")
    actor = actor_for(who, "volunteer", place.here)
    identity = made(session, place)
    (match_id,) = ask(session, place, identity, [who])
    for _ in range(3):
        now = utc_now()
        accept_match(Context(session, actor, now), match_id=match_id)
        session.commit()
        undo_acceptance(Context(session, actor, now + timedelta(seconds=5)), match_id=match_id)
        session.commit()
    session.rollback()
    page = client.get(f"/c/requests/{identity}").get_data(as_text=True)
    story = page[page.index('class="timeline"') :]
    # The first is undone, the others are given up, and say the same.
    assert story.count("来不了了：林晓") == 1
    for line in ("接单：林晓", "志愿者已找齐", "来不了了：林晓，接单后不能来了"):
        assert f"{line}（2 次）" in story
    # The trail itself is whole.
    printed = client.get(f"/c/requests/{identity}/print").get_data(as_text=True)
    assert printed.count("来不了了") == 2
