"""States of a trial."""

from enum import StrEnum


class TrialState(StrEnum):
    """The state of a trial. Nothing: there is no past to replay."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    NOTHING = "nothing"
    FAILED = "failed"
