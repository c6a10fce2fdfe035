"""States of a trial."""

from enum import StrEnum

from app.core.life_cycle import LifeCycle, to


class TrialState(StrEnum):
    """The state of a trial. Nothing: there is no past to replay."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    NOTHING = "nothing"
    FAILED = "failed"


TRIAL_LIFE = LifeCycle(
    "trial",
    TrialState,
    {
        # A run that was interrupted is started again.
        "run": to(TrialState.RUNNING, TrialState.WAITING, TrialState.RUNNING),
        "finish": to(TrialState.DONE, TrialState.RUNNING),
        "find_nothing": to(TrialState.NOTHING, TrialState.RUNNING),
        # Interrupted too often.
        "fail": to(TrialState.FAILED, TrialState.RUNNING),
    },
)
