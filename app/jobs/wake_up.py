"""Running jobs that are woken. What is not heard is seen at the next fixed look."""

from concurrent.futures import ThreadPoolExecutor

from app.core.wake_listener import listen
from app.core.wakes import Topic
from app.jobs.context import House
from app.jobs.runner import Runner


def run_when_woken(house: House, runners: list[Runner]) -> None:
    """Runs whatever is woken, in threads of its own, until the scheduler stops."""
    woken = [runner for runner in runners if runner.job.woken_by]
    with ThreadPoolExecutor(len(woken), "woken") as pool:

        def hear(topics: frozenset[Topic]) -> None:
            for runner in woken:
                if topics & runner.job.woken_by and runner.ask():
                    pool.submit(runner.run_if_asked)

        listen(house.config.database_url, house.stopping, hear)
