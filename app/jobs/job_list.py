"""Every job: what it does, how often it checks for what is due, and what wakes it earlier.

A new job is a function of a `JobContext` in this package and a line here. To run it as soon as
something is committed, let the use case call `app.core.wakes.wake` with one of its topics.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.wakes import Topic
from app.jobs import duty, recurring_jobs
from app.jobs.context import JobContext
from app.jobs.deliver import deliver, deliver_pushes, place_calls
from app.jobs.rosters import build_rosters
from app.jobs.trials import try_policies


@dataclass(frozen=True, slots=True)
class Job:
    """`seconds` between checks; a run that takes more than `longest_s` is shown as late."""

    name: str
    work: Callable[[JobContext], None]
    seconds: float
    woken_by: frozenset[Topic] = frozenset()
    longest_s: float = 300


JOBS: tuple[Job, ...] = (
    Job("deliver", deliver, 2, frozenset({Topic.TEXTS})),
    Job("calls", place_calls, 2, frozenset({Topic.CALLS})),
    Job("push", deliver_pushes, 2, frozenset({Topic.PUSHES})),
    Job("texts", recurring_jobs.retry_texts, 5),
    Job("deadlines", recurring_jobs.process_deadlines, 5, frozenset({Topic.REQUESTS})),
    Job("locate", recurring_jobs.locate, 10, frozenset({Topic.PLACES})),
    Job("unreached", recurring_jobs.follow_unreached, 30, frozenset({Topic.UNREACHED})),
    Job("sweep", recurring_jobs.sweep, 10),
    Job("batch", recurring_jobs.assign_batch, 60),
    Job("repeats", recurring_jobs.place_repeats, 60),
    Job("learn", recurring_jobs.learn_answers, 30),
    Job("trials", try_policies, 5, longest_s=3600),
    Job("rosters", build_rosters, 5, longest_s=3600),
    Job("reminders", recurring_jobs.send_reminders, 60),
    Job("escalations", duty.escalate_requests, 5, frozenset({Topic.ESCALATIONS})),
    Job("duty", duty.advance_duty, 20),
    Job("plans", duty.process_activations, 20),
    Job("rotas", duty.publish_rotas, 600),
    Job("gaps", duty.notify_gaps, 600),
    Job("head", recurring_jobs.publish_head, 60),
    Job("clean_up", recurring_jobs.clean_up, 3600),
)
