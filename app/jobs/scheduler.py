"""The metronome. It knows no due time: the database does, and a lease says who ticks."""

import os
import secrets
import signal
import socket
import threading
from dataclasses import dataclass, field

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from app.areas.geocoding import build
from app.channels.build import build_channels
from app.core.job_runs import Run, forget_others, write_runs
from app.jobs.context import House, log
from app.jobs.job_list import JOBS
from app.jobs.runner import Runner
from app.jobs.ticker import ClockWatch, Every, start_anew
from app.jobs.wake_up import run_when_woken
from config import Config

RENEW_S = 5
REPORT_S = 5
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


def renew(house: House) -> None:
    """Renews the lease; when the database cannot be had it runs out by itself."""
    if house.stopping.is_set():
        return
    try:
        house.renew()
    except Exception:
        log.exception("the lease was not renewed")


@dataclass
class Report:
    """Writes down what ran, for the web's `/health/full`. Only the holder of the lease does."""

    house: House
    runners: list[Runner]
    _written: dict[str, Run] = field(default_factory=dict)

    def write(self) -> None:
        """What changed since the last time; a fault is logged and the next time writes it."""
        if not self.house.holds_lease():
            self._written = {}
            return
        runs = {one.job.name: one.last_run() for one in self.runners}
        try:
            with self.house.change() as session:
                if not self._written:
                    forget_others(session, runs)
                write_runs(session, [run for run in runs.values() if self._is_news(run)])
        except Exception:
            log.exception("runs were not written down")
        else:
            self._written = runs

    def _is_news(self, run: Run) -> bool:
        return self._written.get(run.name) != run


def build_scheduler(house: House, runners: list[Runner]) -> BackgroundScheduler:
    """All jobs on a memory store; a late look is made once, never twice at a time."""
    scheduler = BackgroundScheduler(
        timezone="UTC",
        # The lease has threads of its own: a slow job must not keep it from being renewed.
        executors={"default": ThreadPoolExecutor(WORKERS), "lease": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(renew, Every(RENEW_S), args=[house], id="lease", executor="lease")
    report = Report(house, runners)
    scheduler.add_job(report.write, Every(REPORT_S), id="report", executor="lease")
    for runner in runners:
        scheduler.add_job(runner.run, Every(runner.job.seconds), id=runner.job.name)
    return scheduler


def run_scheduler(app: Flask, config: Config) -> None:
    """Runs until SIGINT or SIGTERM, then ends what was begun and gives the lease back."""
    house = make_house(app, config)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: house.stopping.set())
    renew(house)
    runners = [Runner(house, job) for job in JOBS]
    scheduler = build_scheduler(house, runners)
    # What is cut from the trail after the last head was noted, nothing outside shows.
    next(one for one in runners if one.job.name == "head").run()
    scheduler.start()
    listening = threading.Thread(target=run_when_woken, args=(house, runners), name="wakes")
    listening.start()
    log.info("scheduler started", holder=house.holder)
    watch = ClockWatch()
    while not house.stopping.wait(1.0):
        if watch.went_back():
            log.warning("the clock was set back")
            start_anew(scheduler)
    scheduler.shutdown(wait=True)
    listening.join()
    try:
        house.let_go()
    except Exception:
        log.exception("the lease was not given back")
    log.info("scheduler stopped", holder=house.holder)
