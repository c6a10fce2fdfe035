"""Every page shows the wall time of its area, wherever the installation stands."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import nodes
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.areas.models import Area
from app.areas.zones import read_zones
from app.core.base import Base, UtcDateTime
from app.core.clock import utc_now
from app.core.db import db
from app.dispatch.models import Match
from app.factory import create_app
from app.help_requests.models import HelpRequest
from app.rotation.models import HandOverNote, Shift
from app.trail.models import Event
from tests import factories
from tests.databases import copy_sqlite
from tests.factories import NOW
from tests.http import who_may
from tests.http.test_who_may import Town, routes
from tests.http.visitor import come_in, send

# A Wednesday: none of these clocks changes in the weeks around it.
WALL = datetime(2027, 1, 13, 10, 7)  # noqa: DTZ001  a wall time of each zone in turn
HOME = "Asia/Shanghai"
# Far behind and far ahead, the second with a half-hour offset.
FAR = ("America/New_York", "Australia/Lord_Howe")
# The persona who sees most on a page; else the one named by the first word of its access rule.
SEEN_BY = {
    who_may.ALL: "nobody",
    who_may.ACCOUNT: "volunteer",
    who_may.OWN: "volunteer",
    who_may.ADMINISTRATOR: "chief",
    who_may.HOUSE: "chief",
}
FORMATS = {"when": 1, "clock": 1, "during": 2}
DAY = r"(?:今天|明天|昨天|周.|\d+月\d+日)?"
TIME = re.compile(
    r"(?:今天|明天|昨天|周.|\d+月\d+日)?\s*\b\d{1,2}:\d\d\b|\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?"
)
# For scripts: has its offset from UTC in it.
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+\+00:00")


def times_in(html: str) -> list[str]:
    """Every time of day and date that a page shows, or has in a field, in order."""
    return TIME.findall(unescape(INSTANT.sub("", html)))


def move_to(session: Session, zone: ZoneInfo) -> None:
    """Moves the factories' fixed times, so that their wall times are the same in this zone."""
    moved = NOW.astimezone(ZoneInfo(HOME)).replace(tzinfo=zone) - NOW
    for table in Base.metadata.sorted_tables:
        for column in table.columns if table.name != Event.__tablename__ else ():
            if not isinstance(column.type, UtcDateTime):
                continue
            fixed = select(column).where(column < NOW + timedelta(days=90)).distinct()
            # In this order none is moved onto one that is still to be moved.
            for old in sorted(session.scalars(fixed), reverse=moved > timedelta()):
                session.execute(update(table).where(column == old).values({column: old + moved}))


def shown_everywhere(template: Path, folder: Path, zone: str) -> dict[str, list[str]]:
    """The times on each page, by route, when everything happens at WALL in this zone."""
    database = copy_sqlite(template, folder)
    with time_machine.travel(WALL.replace(tzinfo=ZoneInfo(zone)), tick=False):
        flask = create_app(database.config)
        flask.config["WTF_CSRF_ENABLED"] = False
        with database.new_session() as session:
            town = Town(flask, session, zone)
            move_to(session, ZoneInfo(zone))
            now = utc_now()
            session.execute(update(HelpRequest).values(wanted_from=now, wanted_to=now, due_at=now))
            session.execute(update(Match).values(accepted_at=now))
            on_duty = {"starts_at": now, "ends_at": now + timedelta(hours=20)}
            session.execute(update(Shift).where(Shift.id == town.ids["shift_id"]).values(on_duty))
            session.add(
                HandOverNote(
                    rota_id=town.ids["rota_id"],
                    shift_id=town.ids["shift_id"],
                    person_id=town.ids["person_id"],
                    text="钥匙在门卫",
                    made_at=now,
                )
            )
            session.commit()
        found = {}
        for rule, method in routes(flask):
            may = who_may.ROUTES[rule.endpoint]
            if method != "GET" or may in who_may.CLOSED:
                continue
            answer = town.ask(SEEN_BY.get(may, may.split()[0]), rule, "GET")
            found[rule.endpoint] = times_in(answer.get_data(as_text=True))
        with flask.app_context():
            db.session.remove()
            db.engine.dispose()
    database.engine.dispose()
    return found


@pytest.mark.parametrize("zone", FAR)
def test_every_page_shows_the_hours_of_its_area(
    sqlite_template: Path, tmp_path: Path, zone: str
) -> None:
    for name in (HOME, zone):
        (tmp_path / name).mkdir(parents=True)
    here = shown_everywhere(sqlite_template, tmp_path / HOME, HOME)
    there = shown_everywhere(sqlite_template, tmp_path / zone, zone)
    assert {page: there[page] for page in here if there[page] != here[page]} == {
        page: here[page] for page in here if there[page] != here[page]
    }
    # The comparison has something to compare: pages of every audience show times.
    shown = {page for page, times in here.items() if times}
    assert {
        "track.track",
        "tasks.tasks",
        "shifts.shifts",
        "tasks.match",
        "case.case",
        "person.person",
        "duty.duty",
        "duty_shift.shift",
        "duty_papers.month",
        "duty_papers.month_table",
        "roster.roster",
        "activations.activation",
        "lab.lab",
        "admin_account.account",
        "admin_notifications.notifications",
        "account.devices",
    } <= shown


def test_every_time_in_a_template_says_its_zone(app: Flask) -> None:
    """No filter that formats a time is used without one."""
    loader = app.jinja_env.loader
    assert loader is not None
    without = []
    for name in loader.list_templates():
        source, _file, _fresh = loader.get_source(app.jinja_env, name)
        for one in app.jinja_env.parse(source).find_all(nodes.Filter):
            if one.name in FORMATS and len(one.args) != FORMATS[one.name]:
                without.append((name, one.lineno, one.name))
    assert without == []


def test_a_typed_time_that_the_clock_skips_is_said(client: FlaskClient, session: Session) -> None:
    """02:30 does not exist in New York on 14 March 2027: nothing is made of it."""
    place = factories.community(session)
    session.execute(update(Area).values(timezone="America/New_York"))
    helper = factories.volunteer(session, place)
    rota_id, helper_id = factories.on_duty(session, helper, place.here).rota_id, helper.id
    with time_machine.travel(datetime(2027, 3, 10, tzinfo=ZoneInfo("America/New_York"))):
        come_in(client, session, factories.coordinator(session, place.here))
        _status, page = send(
            client,
            f"/c/duty/{rota_id}/change",
            f"/c/duty/{rota_id}/ask",
            person=helper_id,
            layer=1,
            starts_at="2027-03-14T02:30",
            ends_at="2027-03-14T03:30",
        )
    assert "没有这个时间" in page
    made = select(Shift.id).where(Shift.starts_at > datetime(2027, 3, 1, tzinfo=UTC))
    assert session.scalars(made).all() == []


def test_an_area_may_have_another_zone_than_the_one_above(session: Session) -> None:
    place = factories.community(session)
    place.here.timezone = "Asia/Urumqi"
    session.flush()
    zones = read_zones(session)
    assert zones.at(place.here.path) == ZoneInfo("Asia/Urumqi")
    assert zones.at(place.other.path) == zones.at("") == ZoneInfo("Asia/Shanghai")
