"""The metronome. It knows no due time: the database does, and a lease says who ticks."""

import os
import secrets
import signal
import socket
from collections.abc import Callable

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from app.areas.geocoding import build
from app.channels.build import build_channels
from app.jobs import duty
from app.jobs import recurring_jobs as ticks
from app.jobs.context import House, log
from app.jobs.deliver import deliver, deliver_pushes, place_calls
from app.jobs.rosters import build_rosters
from app.jobs.ticker import ClockWatch, Every, start_anew
from app.jobs.trials import try_policies
from config import Config

# Seconds between looks.
TICKS: tuple[tuple[str, Callable[[House], None], float], ...] = (
    ("deliver", deliver, 2),
    ("calls", place_calls, 2),
    ("push", deliver_pushes, 2),
    ("texts", ticks.retry_texts, 5),
    ("deadlines", ticks.process_deadlines, 5),
    ("locate", ticks.locate, 10),
    ("sweep", ticks.sweep, 10),
    ("batch", ticks.assign_batch, 60),
    ("repeats", ticks.place_repeats, 60),
    ("learn", ticks.learn_answers, 30),
    ("trials", try_policies, 5),
    ("rosters", build_rosters, 5),
    ("reminders", ticks.send_reminders, 60),
    ("ladders", duty.climb_ladders, 5),
    ("duty", duty.keep_duty, 20),
    ("plans", duty.keep_plans, 20),
    ("rotas", duty.publish_rotas, 600),
    ("gaps", duty.notify_gaps, 600),
    ("head", ticks.publish_head, 60),
    ("clean_up", ticks.clean_up, 3600),
)
RENEW_S = 5
WORKERS = 6


def make_house(app: Flask, config: Config) -> House:
    """This process as a holder of the lease."""
    name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    return House(
        app=app,
        config=config,
        channels=build_channels(config.providers, config.smtp, config.push, config.public_url),
        geocoders=tuple(build(one.kind, url=one.url, key=one.key) for one in config.geocoders),
        holder=name,
    )


def tick(house: House, name: str, work: Callable[[House], None]) -> None:
    """One tick: nothing without the lease; a fault is logged and the next tick tries again."""
    if not house.holds_lease():
        return
    try:
        work(house)
    except Exception:
        log.exception("a tick failed", tick=name)


def renew(house: House) -> None:
    """Renews the lease; when the database cannot be had it runs out by itself."""
    if house.stopping.is_set():
        return
    try:
        house.renew()
    except Exception:
        log.exception("the lease was not renewed")


def build_scheduler(house: House) -> BackgroundScheduler:
    """All ticks on a memory store; a late tick is run once, never twice at a time."""
    scheduler = BackgroundScheduler(
        timezone="UTC",
        # The lease has threads of its own: a slow tick must not keep it from being renewed.
        executors={"default": ThreadPoolExecutor(WORKERS), "lease": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(renew, Every(RENEW_S), args=[house], id="lease", executor="lease")
    for name, work, seconds in TICKS:
        scheduler.add_job(tick, Every(seconds), args=[house, name, work], id=name)
    return scheduler


def run_scheduler(app: Flask, config: Config) -> None:
    """Ticks until SIGINT or SIGTERM, then ends what was begun and gives the lease back."""
    house = make_house(app, config)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: house.stopping.set())
    renew(house)
    # What is cut from the trail after the last head was noted, nothing outside shows.
    tick(house, "head", ticks.publish_head)
    scheduler = build_scheduler(house)
    scheduler.start()
    log.info("scheduler started", holder=house.holder)
    watch = ClockWatch()
    while not house.stopping.wait(1.0):
        if watch.went_back():
            log.warning("the clock was set back")
            start_anew(scheduler)
    scheduler.shutdown(wait=True)
    try:
        house.let_go()
    except Exception:
        log.exception("the lease was not given back")
    log.info("scheduler stopped", holder=house.holder)
