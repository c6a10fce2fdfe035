"""Runs jobs that are woken. A missed wake-up is caught by the next regular check."""

from concurrent.futures import ThreadPoolExecutor

from app.core.wake_listener import listen
from app.core.wakes import Topic
from app.jobs.context import JobContext
from app.jobs.runner import Runner


def run_when_woken(context: JobContext, runners: list[Runner]) -> None:
    """Runs woken jobs, in their own threads, until the scheduler stops."""
    woken = [runner for runner in runners if runner.job.woken_by]
    with ThreadPoolExecutor(len(woken), "woken") as pool:

        def hear(topics: frozenset[Topic]) -> None:
            for runner in woken:
                if topics & runner.job.woken_by and runner.ask():
                    pool.submit(runner.run_if_asked)

        listen(context.config.database_url, context.stopping, hear)
