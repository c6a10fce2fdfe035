"""The tick that tries policies on the past. Only reading is in a transaction, playing is not."""

from app.core.clock import utc_now
from app.jobs.context import JobContext, log
from app.usecases.policies.run_trial import claim_trial, read_material, settle_trial


def try_policies(context: JobContext) -> None:
    """Runs the trials that wait, one by one."""
    while context.holds_lease():
        with context.change() as session:
            claimed = claim_trial(session, now=utc_now())
        if claimed is None:
            return
        with context.look() as session:
            material = read_material(session, trial_id=claimed.trial_id)
        result = material.play()
        with context.change() as session:
            settle_trial(session, claimed=claimed, result=result, now=utc_now())
        log.info("a trial was run", trial=claimed.trial_id, found=result is not None)
