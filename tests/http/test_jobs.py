"""Background jobs: only with the lease, one unit at a time, and nothing twice."""

import io
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from geopy.exc import GeocoderTimedOut
from geopy.location import Location
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.areas.datum import Datum
from app.areas.geocoding import Asked
from app.areas.models import GeocodeAnswer
from app.channels.console import ConsoleChannel
from app.channels.ports import Channel, IncomingText, Outcome, Outgoing
from app.core.actor import Actor
from app.core.clock import utc_now
from app.core.context import Context
from app.core.leases import Lease
from app.help_requests.models import HelpRequest
from app.jobs import recurring_jobs
from app.jobs.context import LEASE, JobContext, each
from app.jobs.deliver import deliver, deliver_pushes, place_calls
from app.jobs.job_list import JOBS
from app.jobs.runner import Runner
from app.jobs.scheduler import build_scheduler, make_job_context
from app.notifications.models import InboundText, Notification
from app.notifications.outbox import Recipient, enqueue_notification
from app.notifications.outcomes import OutcomeKind as Kind
from app.usecases.delivery.manage_devices import turn_on
from app.usecases.messages.notify import call_person, notify_person
from app.usecases.texts.receive_text import store_text
from tests.databases import Database
from tests.factories import HOME, NOW, community, coordinator, request, volunteer
from tests.fakes.push import Browser
from tests.http.processes import flask_process, wait_until
from tests.usecases.devices import log_in_of


@pytest.fixture
def house(app: Flask, database: Database) -> JobContext:
    """A job context that holds the lease, with a console channel to inspect."""
    made = make_job_context(app, database.config)
    made.channels = {"sms": ConsoleChannel(io.StringIO())}
    made.renew()
    return made


def enqueue(session: Session, count: int, *, first: int = 0) -> None:
    for number in range(first, first + count):
        enqueue_notification(
            session,
            recipient=Recipient("phone:x", "sms", "+8617401234567", "zh_Hans"),
            template="login_code",
            subject=f"test:{number}",
            params={"digits": f"{number:06d}"},
            now=utc_now(),
        )
    session.commit()


def states(session: Session) -> Counter[str]:
    session.rollback()
    return Counter(session.scalars(select(Notification.state)))


def test_house_with_the_lease_delivers_everything(session: Session, house: JobContext) -> None:
    enqueue(session, 45)
    Runner(house, JOBS[0]).run()
    assert states(session) == {"delivered": 45}
    console: Any = house.channels["sms"]
    assert len(console.stream.getvalue().splitlines()) == 45


def test_house_without_the_lease_does_nothing(
    session: Session, app: Flask, database: Database, house: JobContext
) -> None:
    other = make_job_context(app, database.config)
    assert not other.renew() and not other.holds_lease()
    enqueue(session, 1)
    Runner(other, JOBS[0]).run()
    assert states(session) == {"pending": 1}


def test_lease_that_was_given_back_is_taken_at_once(
    app: Flask, database: Database, house: JobContext
) -> None:
    other = make_job_context(app, database.config)
    house.let_go()
    assert other.renew() and other.holds_lease()
    assert not house.holds_lease() and not house.renew()


def test_every_tick_runs_on_an_empty_house(house: JobContext) -> None:
    runners = [Runner(house, job) for job in JOBS]
    planned = {job.id for job in build_scheduler(house, runners).get_jobs()}
    assert planned == {job.name for job in JOBS} | {"lease", "report"}
    for runner in runners:
        runner.run()
        assert runner.ended_at is not None and runner.failures == 0


def test_unit_that_fails_stops_no_other(house: JobContext) -> None:
    done = []

    def work(unit: int) -> None:
        if unit == 2:
            raise RuntimeError("broken")
        done.append(unit)

    assert each(house, "test", [1, 2, 3], work) == 2
    assert done == [1, 3]


class Provider:
    """A channel that behaves as scripted and records its calls."""

    def __init__(self, send: Callable[[Outgoing], Outcome]) -> None:
        self.send_as = send
        self.sent: list[str] = []
        self.asked: list[str] = []

    def send(self, outgoing: Outgoing) -> Outcome:
        self.sent.append(outgoing.key)
        return self.send_as(outgoing)

    def ask(self, outgoing: Outgoing, provider_id: str | None) -> Outcome:
        self.asked.append(outgoing.key)
        return Outcome(Kind.DELIVERED, provider_id="SM1")


def with_provider(house: JobContext, send: Callable[[Outgoing], Outcome]) -> Provider:
    provider = Provider(send)
    channel: Channel = provider
    house.channels = {"sms": channel}
    return provider


def test_network_is_asked_outside_of_transactions(
    session: Session, database: Database, house: JobContext
) -> None:
    def write_meanwhile(outgoing: Outgoing) -> Outcome:
        with database.new_session() as other:
            other.execute(text("UPDATE trail_head SET seq = seq"))
            other.commit()
        return Outcome(Kind.ACCEPTED, provider_id="SM1")

    with_provider(house, write_meanwhile)
    enqueue(session, 3)
    began = time.monotonic()
    deliver(house)
    assert states(session) == {"accepted": 3}
    assert time.monotonic() - began < 4


def test_unknown_is_asked_about_and_not_sent_twice(session: Session, house: JobContext) -> None:
    provider = with_provider(house, lambda outgoing: Outcome(Kind.UNKNOWN, code="timeout"))
    enqueue(session, 1)
    deliver(house)
    assert states(session) == {"unknown": 1}
    session.execute(update(Notification).values(next_attempt_at=utc_now()))
    session.commit()
    deliver(house)
    assert states(session) == {"delivered": 1}
    assert len(provider.sent) == len(provider.asked) == 1


def test_a_push_service_that_hangs_holds_up_no_text(session: Session, house: JobContext) -> None:
    """Each has its own job, with its own rows."""
    hung, told = threading.Event(), threading.Event()

    def hang(outgoing: Outgoing) -> Outcome:
        hung.set()
        assert told.wait(10)
        return Outcome(Kind.UNKNOWN, code="timeout")

    texts = with_provider(house, lambda outgoing: Outcome(Kind.ACCEPTED, provider_id="SM1"))
    house.channels["push"] = Provider(hang)
    who = volunteer(session, community(session))
    turn_on(
        Context(session, Actor("volunteer", "web", who.id), utc_now()),
        session_id=log_in_of(session, who).id,
        endpoint="https://fcm.googleapis.com/x",
        **Browser("https://fcm.googleapis.com/x").keys,
        device="",
        hosts=(),
    )
    notify_person(session, who, "duty_begins", subject="shift:1", now=utc_now(), number=1)
    session.commit()
    pushing = threading.Thread(target=deliver_pushes, args=(house,))
    pushing.start()
    assert hung.wait(10)
    deliver(house)
    assert len(texts.sent) == 1
    told.set()
    pushing.join()
    assert states(session) == {"accepted": 1, "unknown": 1}


def test_a_text_that_hangs_holds_up_no_call(session: Session, house: JobContext) -> None:
    hung, called = threading.Event(), threading.Event()

    def hang(outgoing: Outgoing) -> Outcome:
        hung.set()
        assert called.wait(10)
        return Outcome(Kind.UNKNOWN, code="timeout")

    house.channels["sms"] = Provider(hang)
    calls = Provider(lambda outgoing: Outcome(Kind.ACCEPTED, provider_id="CA1"))
    house.channels["call"] = calls
    enqueue(session, 1)
    who = volunteer(session, community(session))
    call_person(
        session, who, "call_coordinator", subject="help_request:1", now=utc_now(), occurrence="1"
    )
    session.commit()
    texting = threading.Thread(target=deliver, args=(house,))
    texting.start()
    assert hung.wait(10)
    place_calls(house)
    assert len(calls.sent) == 1
    called.set()
    texting.join()
    assert states(session) == {"accepted": 1, "unknown": 1}


def test_message_of_a_broken_channel_is_freed_by_the_sweep(
    session: Session, house: JobContext
) -> None:
    def explode(outgoing: Outgoing) -> Outcome:
        raise RuntimeError("a fault of ours")

    provider = with_provider(house, explode)
    enqueue(session, 2)
    deliver(house)
    assert states(session) == {"submitting": 2} and len(provider.sent) == 2
    session.execute(update(Notification).values(claimed_until=utc_now()))
    session.commit()
    recurring_jobs.sweep(house)
    assert states(session) == {"unknown": 2}


def test_passed_deadline_is_kept_once_and_looked_at_later(
    session: Session, house: JobContext
) -> None:
    place = community(session)
    now = utc_now()
    about = request(session, place, state="finished", due_at=now, next_action_at=now)
    for _ in range(2):
        recurring_jobs.process_deadlines(house)
    session.refresh(about)
    assert (about.state, about.escalation) == ("finished", 1)
    assert about.next_action_at is not None and about.next_action_at > now
    told = session.scalars(select(Notification)).one()
    assert (told.template, told.address) == ("request_finished_rate", about.phone)


def test_text_that_nobody_handled_is_handled(session: Session, house: JobContext) -> None:
    community(session)
    house.config = replace(house.config, phone_region="HK")
    text_in = IncomingText("twilio", "SM1", "9123 4567", "代买药 民乐老村3栋")
    early = NOW - timedelta(days=1)
    store_text(session, text=text_in, region="HK", now=early)
    session.commit()
    recurring_jobs.retry_texts(house)
    assert session.scalars(select(InboundText.outcome)).all() == ["ordered"]
    assert session.scalars(select(HelpRequest.phone)).all() == ["+85291234567"]


def to_find(session: Session, address: str) -> HelpRequest:
    place = community(session)
    coordinator(session, place.here)
    return request(session, place, address=address, lat=None, lon=None, place_state="to_geocode")


class Answering:
    """A geocoder's client with scripted answers."""

    def __init__(self, answer: Location | Exception) -> None:
        self.answer = answer
        self.calls = 0

    def geocode(self, query: str, *, timeout: float) -> Location:
        self.calls += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def test_address_of_the_gazetteer_needs_no_geocoder(session: Session, house: JobContext) -> None:
    about = to_find(session, "民乐老村3栋")
    recurring_jobs.locate(house)
    session.refresh(about)
    assert about.place_state == "known" and about.lat == pytest.approx(HOME[0], abs=0.001)


def test_geocoder_answers_once_for_an_address(session: Session, house: JobContext) -> None:
    client = Answering(Location("x", (*HOME, 0.0), {}))
    house.geocoders = (Asked("nominatim", Datum.WGS84, client),)
    about = to_find(session, "无名路 1 号")
    recurring_jobs.locate(house)
    session.refresh(about)
    assert (about.place_state, about.lat, client.calls) == ("known", HOME[0], 1)
    session.execute(update(HelpRequest).values(place_state="to_geocode", lat=None, lon=None))
    session.commit()
    recurring_jobs.locate(house)
    session.refresh(about)
    assert (about.place_state, client.calls) == ("known", 1)
    assert session.scalars(select(GeocodeAnswer.outcome)).all() == ["found"]


def test_failing_geocoder_means_a_pin_and_no_lost_request(
    session: Session, house: JobContext
) -> None:
    house.geocoders = (Asked("nominatim", Datum.WGS84, Answering(GeocoderTimedOut("late"))),)
    about = to_find(session, "无名路 1 号")
    recurring_jobs.locate(house)
    session.refresh(about)
    assert (about.place_state, about.attention) == ("needs_pin", "needs_pin")
    told = session.scalars(select(Notification.template)).all()
    assert "coordinator_attention" in told


def holder_pid(database: Database) -> int | None:
    with database.new_session() as session:
        row = session.scalar(select(Lease.holder).where(Lease.name == LEASE))
    return int(row.split(":")[1]) if row else None


def delivered(database: Database) -> int:
    with database.new_session() as session:
        return states(session)["delivered"]


@pytest.mark.processes
def test_killed_holder_is_followed_and_nothing_is_told_twice(
    database: Database, tmp_path: Path
) -> None:
    with database.new_session() as session:
        enqueue(session, 30)
    outputs = [tmp_path / "one.log", tmp_path / "two.log"]
    with ExitStack() as stack:
        both = [
            stack.enter_context(flask_process(["scheduler"], database.environment, output))
            for output in outputs
        ]
        assert wait_until(lambda: delivered(database) == 30)
        first = holder_pid(database)
        assert first in {process.pid for process in both}
        with database.new_session() as session:
            enqueue(session, 30, first=30)
        os.kill(first, signal.SIGKILL)
        killed = time.monotonic()
        assert wait_until(lambda: holder_pid(database) != first, seconds=25)
        assert time.monotonic() - killed < 25
        with database.new_session() as session:
            enqueue(session, 30, first=60)
        # The killed scheduler's claims expire within a minute.
        assert wait_until(lambda: delivered(database) == 90, seconds=120)
    lines = [line for output in outputs for line in output.read_text().splitlines()]
    told = [line for line in lines if line.startswith("通知")]
    assert len(told) == len(set(told))
    # A message being submitted at the kill may be known only to the console.
    assert len(told) >= 89


@pytest.mark.processes
def test_scheduler_gives_the_lease_back_when_it_is_stopped(
    database: Database, tmp_path: Path
) -> None:
    with flask_process(["scheduler"], database.environment, tmp_path / "out.log") as process:
        assert wait_until(lambda: holder_pid(database) == process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0
    with database.new_session() as session:
        assert session.scalars(select(Lease.expires)).one() == 0
