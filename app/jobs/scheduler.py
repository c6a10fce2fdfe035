"""The scheduler. Due times are in the database, and a lease says which process ticks."""

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
from app.jobs.context import JobContext, log
from app.jobs.job_list import JOBS
from app.jobs.runner import Runner
from app.jobs.ticker import Every, follow_clock
from app.jobs.wake_up import run_when_woken
from config import Config

RENEW_S = 5
REPORT_S = 5
WORKERS = 6


def make_job_context(app: Flask, config: Config) -> JobContext:
    """This process as a possible holder of the lease."""
    name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    return JobContext(
        app=app,
        config=config,
        channels=build_channels(config.providers, config.smtp, config.push, config.public_url),
        geocoders=tuple(build(one.kind, url=one.url, key=one.key) for one in config.geocoders),
        holder=name,
    )


def renew(context: JobContext) -> None:
    """Renews the lease; without the database the lease expires by itself."""
    if context.stopping.is_set():
        return
    try:
        context.renew()
    except Exception:
        log.exception("the lease was not renewed")


@dataclass
class Report:
    """Stores what ran, for `/health/full`. Only the holder of the lease does."""

    context: JobContext
    runners: list[Runner]
    _written: dict[str, Run] = field(default_factory=dict)

    def write(self) -> None:
        """Stores what changed since the last time; a fault is logged and the next time retries."""
        if not self.context.holds_lease():
            self._written = {}
            return
        runs = {one.job.name: one.last_run() for one in self.runners}
        try:
            with self.context.change() as session:
                if not self._written:
                    forget_others(session, runs)
                write_runs(session, [run for run in runs.values() if self._is_news(run)])
        except Exception:
            log.exception("runs were not written down")
        else:
            self._written = runs

    def _is_news(self, run: Run) -> bool:
        return self._written.get(run.name) != run


def build_scheduler(context: JobContext, runners: list[Runner]) -> BackgroundScheduler:
    """All jobs on a memory store; a late run happens once, never twice at a time."""
    scheduler = BackgroundScheduler(
        timezone="UTC",
        # The lease has its own threads: a slow job must not delay its renewal.
        executors={"default": ThreadPoolExecutor(WORKERS), "lease": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    scheduler.add_job(renew, Every(RENEW_S), args=[context], id="lease", executor="lease")
    report = Report(context, runners)
    scheduler.add_job(report.write, Every(REPORT_S), id="report", executor="lease")
    for runner in runners:
        scheduler.add_job(runner.run, Every(runner.job.seconds), id=runner.job.name)
    return scheduler


def run_scheduler(app: Flask, config: Config) -> None:
    """Runs until SIGINT or SIGTERM, then finishes running jobs and gives the lease back."""
    context = make_job_context(app, config)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: context.stopping.set())
    renew(context)
    runners = [Runner(context, job) for job in JOBS]
    scheduler = build_scheduler(context, runners)
    # Publish first: lines cut from the trail after the last published head go unnoticed.
    next(one for one in runners if one.job.name == "head").run()
    scheduler.start()
    listening = threading.Thread(target=run_when_woken, args=(context, runners), name="wakes")
    listening.start()
    log.info("scheduler started", holder=context.holder)
    while not context.stopping.wait(1.0):
        if follow_clock(scheduler):
            log.warning("the clock was set back")
    scheduler.shutdown(wait=True)
    listening.join()
    try:
        context.let_go()
    except Exception:
        log.exception("the lease was not given back")
    log.info("scheduler stopped", holder=context.holder)
