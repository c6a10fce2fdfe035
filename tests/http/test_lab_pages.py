"""A coordinator's lab: requests a trial, reads words and drawings, switches it on."""

from copy import deepcopy
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.clock import utc_now
from app.dispatch.models import DispatchPolicy, Match
from app.trail.models import Event
from app.trials.models import Trial
from app.usecases.policies.run_trial import claim_trial, read_material, settle_trial
from app.web.coordinator.lab.plots import (
    SMALL_WIDE,
    across,
    curves,
    down,
    histogram,
    truth,
    whisker,
)
from tests.factories import Community, community, coordinator, request, volunteer
from tests.http.visitor import come_in, send


@pytest.fixture
def place(session: Session, client: FlaskClient) -> Community:
    """A community with a past, whose coordinator is logged in."""
    # Later reads must not begin a transaction that the web would wait for.
    session.expire_on_commit = False
    made = community(session)
    about = request(session, made, state="closed", submitted_at=utc_now() - timedelta(days=2))
    for n in range(4):
        at = utc_now() - timedelta(days=2, minutes=-n)
        session.add(
            Match(
                token=f"past{n}",
                request_id=about.id,
                person_id=volunteer(session, made, north_m=100 + 100 * n).id,
                state="declined" if n < 3 else "finished",
                distance_m=100 + 100 * n,
                made_at=at,
                sent_at=at,
                answered_at=at + timedelta(minutes=1),
                accepted_at=at + timedelta(minutes=1) if n == 3 else None,
            )
        )
    come_in(client, session, coordinator(session, made.here))
    return made


def form(place: Community, **values: object) -> dict[str, object]:
    return {
        "area": place.here.id,
        "category": place.medicine.id,
        "urgency": "ordinary",
        "policy": "nearest",
        "asks": 3,
        "sure": 90,
        "minutes": 5,
        "metres": 3000,
        "idle": 20,
        **values,
    }


def asked_for(session: Session) -> Trial:
    """The only trial, as it is now."""
    found = session.scalars(select(Trial).execution_options(populate_existing=True)).one()
    session.commit()
    return found


def run(session: Session) -> None:
    session.rollback()
    claimed = claim_trial(session, now=utc_now())
    assert claimed is not None
    result = read_material(session, trial_id=claimed.trial_id).play()
    settle_trial(session, claimed=claimed, result=result, now=utc_now())
    session.commit()


def test_from_asking_to_switching_on(
    session: Session, client: FlaskClient, place: Community
) -> None:
    status, page = send(client, "/c/lab", "/c/lab", **form(place))
    assert status == 200 and "排队中" in page and 'http-equiv="refresh"' in page
    run(session)
    trial = asked_for(session)
    address = f"/c/lab/{trial.id}"
    page = client.get(address).get_data(as_text=True)
    assert 'http-equiv="refresh"' not in page
    assert "就近逐个问，和现在比" in page and "照当时的回复：4 次" in page
    # One request tells nothing, and the page says how far its estimates can be trusted.
    assert (
        "所以不下结论" in page and "当时真的" in page and "更好" not in page and "变差" not in page
    )
    assert "Brier" in page and "没人接的算等满" in page
    assert page.count("<polyline") == 3 and 'class="whisker' in page and "style=" not in page
    status, page = send(client, address, f"{address}/choose")
    assert status == 200 and "正在用这种问法派单" in page
    session.rollback()
    assert session.scalars(select(DispatchPolicy.policy)).one()["name"] == "nearest"
    assert "已启用" in client.get("/c/lab").get_data(as_text=True)


def test_a_page_says_when_a_sooner_yes_comes_later_to_the_door(
    session: Session, client: FlaskClient, place: Community
) -> None:
    send(client, "/c/lab", "/c/lab", **form(place))
    run(session)
    trial = asked_for(session)
    address, warning = f"/c/lab/{trial.id}", "答应得更快，到门口却更晚"
    assert warning not in client.get(address).get_data(as_text=True)
    result = deepcopy(trial.result)
    result["measures"]["median"]["verdict"] = "better"
    result["measures"]["door"]["verdict"] = "worse"
    session.execute(update(Trial).values(result=result))
    session.commit()
    page = client.get(address).get_data(as_text=True)
    assert warning in page and "平均到门口的时间" in page and "不如现在的" in page


def test_a_policy_in_force_is_taken_back(
    session: Session, client: FlaskClient, place: Community
) -> None:
    send(client, "/c/lab", "/c/lab", **form(place))
    assert "正在用的派单办法" not in client.get("/c/lab").get_data(as_text=True)
    run(session)
    address = f"/c/lab/{asked_for(session).id}"
    send(client, address, f"{address}/choose")
    page = client.get("/c/lab").get_data(as_text=True)
    assert "正在用的派单办法" in page and "不再用这个派单办法" in page
    key = {"area": place.here.id, "category": place.medicine.id, "urgency": "ordinary"}
    status, page = send(client, "/c/lab", "/c/lab/drop", **key)
    assert status == 200 and "正在用的派单办法" not in page and "已启用" not in page
    assert "正在用这种问法派单" not in client.get(address).get_data(as_text=True)
    session.rollback()
    assert session.scalars(select(DispatchPolicy)).all() == []
    kinds = select(Event.kind).where(Event.kind.startswith("policy.")).order_by(Event.seq)
    assert session.scalars(kinds).all() == ["policy.chosen", "policy.dropped"]


def test_own_numbers_are_tried_and_checked(
    session: Session, client: FlaskClient, place: Community
) -> None:
    status, page = send(client, "/c/lab", "/c/lab", **form(place, policy="own", asks=0))
    assert status == 422 and "这个数字太大或太小" in page
    status, _ = send(client, "/c/lab", "/c/lab", **form(place, policy="own", asks=4, metres=900))
    policy = asked_for(session).policy
    assert status == 200 and policy["phases"][0]["open_asks"] == 4
    assert policy["phases"][0]["radius_m"] == 900 and policy["name"] == "own"


def test_a_trial_of_another_area_is_not_shown(
    session: Session, client: FlaskClient, place: Community
) -> None:
    send(client, "/c/lab", "/c/lab", **form(place))
    trial = asked_for(session)
    come_in(client, session, coordinator(session, place.other))
    assert client.get(f"/c/lab/{trial.id}").status_code == 403
    assert send(client, "/c/lab", "/c/lab", **form(place))[0] == 422


def test_drawings_keep_within_their_frame() -> None:
    plot = curves([[0, 0.5, 1], [0, 0, 0.25]], 1800)
    assert (
        plot.first == f"{across(0.0)},{down(0)} {across(0.5)},{down(0.5)} {across(1.0)},{down(1)}"
    )
    assert [tick.text for tick in plot.x_ticks] == ["0", "8", "15", "22", "30"]
    bars = histogram([[4, 0, 1], [2, 2, 2]]).bars
    assert len(bars) == 6 and bars[0].y == down(1) and bars[1].high == 0
    assert truth([{"said": 0.3, "was": 0.3, "count": 9}]).dots == ((across(0.3), down(0.3), 12.0),)
    cut = whisker([-5.0, -9.0, 0.5], 1.0)
    assert 0 < cut.low == cut.value < cut.nought < cut.high < SMALL_WIDE
