"""Running jobs that are woken. What is not heard is seen at the next fixed look."""

from concurrent.futures import ThreadPoolExecutor

from app.core.wake_listener import listen
from app.core.wakes import Topic
from app.jobs.context import JobContext
from app.jobs.runner import Runner


def run_when_woken(context: JobContext, runners: list[Runner]) -> None:
    """Runs whatever is woken, in threads of its own, until the scheduler stops."""
    woken = [runner for runner in runners if runner.job.woken_by]
    with ThreadPoolExecutor(len(woken), "woken") as pool:

        def hear(topics: frozenset[Topic]) -> None:
            for runner in woken:
                if topics & runner.job.woken_by and runner.ask():
                    pool.submit(runner.run_if_asked)

        listen(context.config.database_url, context.stopping, hear)
