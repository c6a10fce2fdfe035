"""Every route against every kind of visitor: deny by default, by role and area."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.areas.models import Area, ServicePoint
from app.core.clock import utc_now
from app.core.db import db
from app.dispatch.models import Match
from app.factory import create_app
from app.matching.lab.shipped import shipped
from app.matching.policy import as_mapping
from app.notifications.models import Notification, PushSubscription
from app.people.models import LoginSession, Organisation
from app.repeats.models import RepeatRule
from app.rotation.models import DutyAsk, Shift
from app.rotation.plan.models import RotaLayer, RotaMember, RotaOverride, Swap
from app.rotation.roster.models import RosterDraft
from app.trials.models import Trial
from tests import factories
from tests.databases import copy_sqlite
from tests.http import who_may
from tests.http.visitor import come_in
from tests.http.who_may import FORMS, ROUTES
from tests.usecases.heat import begun

YEAR = timedelta(days=365)
VISITORS = ("nobody", "volunteer", "coordinator", "administrator", "stranger", "chief")
# Who passes the route's guard, by the first word of who may.
PASSES = {
    "all": VISITORS,
    "demo": (),
    "account": VISITORS[1:],
    "volunteer": ("volunteer", "stranger"),
    "own": ("volunteer", "stranger"),
    "coordinator": ("coordinator", "administrator", "stranger", "chief"),
    "administrator": ("administrator", "stranger", "chief"),
    "house": ("administrator", "stranger", "chief"),
}
HERE = (who_may.OWN, who_may.COORDINATOR_HERE, who_may.ADMINISTRATOR_HERE)


class Town:
    """The application on a small community, a browser for each visitor, a thing of each kind."""

    def __init__(self, flask: Flask, session: Session, timezone: str = "Asia/Shanghai") -> None:
        self.flask = flask
        place = factories.community(session)
        session.execute(update(Area).values(timezone=timezone))
        self.ids = _things(session, place)
        self.clients: dict[str, FlaskClient] = {"nobody": flask.test_client()}
        for name, roles, where in (
            ("coordinator", ["coordinator"], place.here),
            ("administrator", ["administrator"], place.here),
            ("stranger", ["administrator", "coordinator", "volunteer"], place.other),
            ("chief", ["administrator"], place.district),
        ):
            who = factories.person(session, where, name=name)
            for role in roles:
                factories.grant(session, who, role, where)
            self._come_in(session, name, who)
        self._come_in(session, "volunteer", self.ids.pop("volunteer"))

    def _come_in(self, session: Session, name: str, who: Any) -> None:
        self.clients[name] = self.flask.test_client()
        come_in(self.clients[name], session, who)

    def ask(self, visitor: str, rule: Rule, method: str) -> TestResponse:
        """Requests a route with the ids of the things here."""
        values = {name: self.ids[name] for name in rule.arguments}
        if rule.endpoint.startswith("track."):
            values["code"] = self.ids["request_code"]
        with self.flask.test_request_context():
            path = self.flask.url_for(rule.endpoint, **values)
        form = {
            name: value.format(**self.ids) if isinstance(value, str) else value
            for name, value in FORMS.get(rule.endpoint, {}).items()
        }
        if method == "GET":
            return self.clients[visitor].get(path)
        form["idempotency_key"] = secrets.token_hex(16)
        return self.clients[visitor].post(path, data=form)


def _things(session: Session, place: factories.Community) -> dict[str, Any]:
    helper = factories.volunteer(session, place)
    target = factories.volunteer(session, place)
    request = factories.request(session, place, state="matching")
    shift = factories.on_duty(session, helper, place.here)
    layer_id, swap_id = _turns(session, shift, helper.id, target.id)
    override = RotaOverride(
        rota_id=shift.rota_id,
        kind="add",
        by_id=target.id,
        starts_at=shift.starts_at,
        ends_at=shift.ends_at,
        made_at=shift.starts_at,
    )
    now = utc_now()
    match = Match(
        token=secrets.token_hex(8),
        request_id=request.id,
        person_id=helper.id,
        state="sent",
        made_at=now,
        sent_at=now,
        deadline_at=now,
    )
    point = ServicePoint(
        area_id=place.here.id,
        area_path=place.here.path,
        name="民乐党群服务中心",
        tier="N",
        lat=place.estate.lat,
        lon=place.estate.lon,
    )
    organisation = Organisation(name="第一党支部", area_id=place.here.id)
    log_in = LoginSession(
        token_hash="t", person_id=target.id, made_at=now, seen_at=now, expires_at=now + YEAR
    )
    told = Notification(
        token=secrets.token_hex(8),
        subject=f"help_request:{request.id}",
        recipient="phone:1",
        template="request_open",
        request_id=request.id,
        channel="sms",
        address="+8617400000009",
        language="zh_Hans",
        params="{}",
        made_at=now,
    )
    other = factories.person(session, place.here)
    rule = RepeatRule(
        from_request_id=request.id,
        category_id=place.medicine.id,
        area_path=place.here.path,
        state="running",
        weekdays=[0],
        start_minute=600,
        minutes=60,
        first_day=now.date(),
        made_at=now,
    )
    trial = Trial(
        area_id=place.here.id,
        area_path=place.here.path,
        category_id=place.medicine.id,
        urgency="ordinary",
        policy=as_mapping(shipped("nearest")),
        against=as_mapping(shipped("nearest")),
        made_at=now,
    )
    phone = PushSubscription(
        ref=secrets.token_hex(8),
        person_id=helper.id,
        endpoint="https://fcm.googleapis.com/x",
        endpoint_lookup="x",
        p256dh="x",
        auth="x",
        made_at=now,
    )
    role = factories.grant(session, other, "coordinator", place.here)
    draft = RosterDraft(
        rota_id=shift.rota_id, starts_at=now, ends_at=now, terms={"hours": 8}, made_at=now
    )
    session.add_all([match, point, organisation, log_in, told, draft, rule, trial, override, phone])
    session.commit()
    return {
        "volunteer": helper,
        "person_id": target.id,
        "skill_id": place.first_aid.id,
        "request_id": request.id,
        "request_code": request.code,
        "other_id": factories.request(session, place).id,
        "match_id": match.id,
        "token": match.token,
        "shift_id": shift.id,
        "draft_id": draft.id,
        "rota_id": shift.rota_id,
        "layer_id": layer_id,
        "swap_id": swap_id,
        "override_id": override.id,
        "number": 1,
        "answer": "approve",
        "area_id": place.here.id,
        "place_id": place.estate.id,
        "code": place.estate.public_code,
        "place_no": 1,
        "point_id": point.id,
        "organisation_id": organisation.id,
        "category_id": place.medicine.id,
        "notification_id": told.id,
        "role_id": role.id,
        "session_id": log_in.id,
        "filename": "icon.svg",
        "rule_id": rule.id,
        "move": "pause",
        "ref": phone.ref,
        "trial_id": trial.id,
        **begun(session, place, helper, utc_now()),
    }


def _turns(session: Session, shift: Shift, helper: int, giver: int) -> tuple[int, int]:
    """Turns of the helper, and another person's shift that they are asked to take."""
    now = utc_now()
    pattern = {"kind": "every", "hours": 24, "starts": "2026-03-02T08:00"}
    layer = RotaLayer(
        rota_id=shift.rota_id, number=2, kind="rotation", pattern=pattern, made_at=now
    )
    swap = Swap(
        rota_id=shift.rota_id,
        shift_id=shift.id,
        kind="swap",
        layer=1,
        giver_id=giver,
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=1, hours=2),
        made_at=now,
    )
    session.add_all([layer, swap])
    session.flush()
    session.add(RotaMember(layer_id=layer.id, person_id=helper, position=0))
    session.add(DutyAsk(shift_id=shift.id, swap_id=swap.id, person_id=helper, sent_at=now))
    session.flush()
    return layer.id, swap.id


@pytest.fixture
def town(sqlite_template: Path, tmp_path: Path) -> Iterator[Town]:
    """Guards know no database: one kind is enough."""
    database = copy_sqlite(sqlite_template, tmp_path)
    flask = create_app(database.config)
    flask.config["WTF_CSRF_ENABLED"] = False
    with database.new_session() as session:
        made = Town(flask, session)
    yield made
    with flask.app_context():
        db.session.remove()
        db.engine.dispose()
    database.engine.dispose()


def routes(flask: Flask) -> list[tuple[Rule, str]]:
    """Each route with each of its methods."""
    return [
        (rule, method)
        for rule in flask.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def sent_away(answer: TestResponse) -> bool:
    """Redirected to log in, refused, or not found."""
    to_log_in = answer.status_code == 303 and "/login" in answer.headers["Location"]
    return to_log_in or answer.status_code in (403, 404)


def refused(town: Town, visitor: str, method: str, answer: TestResponse) -> bool:
    """Sent away, or back to a list with nothing shown or with the reason of the refusal."""
    with town.clients[visitor].session_transaction() as kept:
        said = [kind for kind, _words in kept.pop("_flashes", [])]
    back = answer.status_code == 303 and (method == "GET" or "error" in said)
    return sent_away(answer) or back


def test_every_route_says_who_may(town: Town) -> None:
    there = {rule.endpoint for rule, _ in routes(town.flask)}
    assert there - set(ROUTES) == set(), "say who may: tests/http/who_may.py"
    assert set(ROUTES) - there == set(), "no such route any more"


def test_whoever_may_not_is_refused(town: Town) -> None:
    """Before anything changes; those who wrongly pass the guard are stopped by the use case."""
    let_in = []
    for rule, method in routes(town.flask):
        may = ROUTES.get(rule.endpoint, who_may.ALL)
        if may == who_may.MACHINE:
            continue
        outside = set(VISITORS) - set(PASSES[may.split()[0]])
        if may in HERE:
            outside.add("stranger")
        if may == who_may.HOUSE:
            outside |= {"stranger", "administrator"}
        for visitor in sorted(outside):
            answer = town.ask(visitor, rule, method)
            if not refused(town, visitor, method, answer):
                let_in.append((rule.endpoint, method, visitor, answer.status_code))
    assert let_in == []


def test_whoever_may_is_let_in(town: Town) -> None:
    """A form may be invalid or too late; nobody allowed is sent away, and nothing breaks."""
    wrong = []
    for rule, method in routes(town.flask):
        may = ROUTES.get(rule.endpoint, who_may.ALL)
        if may in who_may.CLOSED or rule.endpoint in ("account.leave", "account.revoke"):
            continue
        inside = {
            "all": "nobody",
            "account": "volunteer",
            "own": "volunteer",
            "house": "chief",
        }.get(may, may.split()[0])
        answer = town.ask(inside, rule, method)
        if sent_away(answer) or answer.status_code >= 500:
            wrong.append((rule.endpoint, method, inside, answer.status_code))
    assert wrong == []
