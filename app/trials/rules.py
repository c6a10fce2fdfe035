"""States of a trial."""

from enum import StrEnum


class TrialState(StrEnum):
    """Where a trial stands. Nothing: there is no past to replay."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    NOTHING = "nothing"
    FAILED = "failed"
