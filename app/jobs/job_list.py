"""Every job: what it does, how often it looks for what is due, and what wakes it before.

A new job is a function of a `House` in this package and a line here. Is it to run as soon as
something is committed, the use case calls `app.core.wakes.wake` with one of its topics.
"""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.wakes import Topic
from app.jobs import duty
from app.jobs import recurring_jobs as ticks
from app.jobs.context import JobContext
from app.jobs.deliver import deliver, deliver_pushes, place_calls
from app.jobs.rosters import build_rosters
from app.jobs.trials import try_policies


@dataclass(frozen=True, slots=True)
class Job:
    """`seconds` between looks; a run that takes more than `longest_s` is shown as late."""

    name: str
    work: Callable[[JobContext], None]
    seconds: float
    woken_by: frozenset[Topic] = frozenset()
    longest_s: float = 300


JOBS: tuple[Job, ...] = (
    Job("deliver", deliver, 2, frozenset({Topic.TEXTS})),
    Job("calls", place_calls, 2, frozenset({Topic.CALLS})),
    Job("push", deliver_pushes, 2, frozenset({Topic.PUSHES})),
    Job("texts", ticks.retry_texts, 5),
    Job("deadlines", ticks.process_deadlines, 5, frozenset({Topic.REQUESTS})),
    Job("locate", ticks.locate, 10, frozenset({Topic.PLACES})),
    Job("sweep", ticks.sweep, 10),
    Job("batch", ticks.assign_batch, 60),
    Job("repeats", ticks.place_repeats, 60),
    Job("learn", ticks.learn_answers, 30),
    Job("trials", try_policies, 5, longest_s=3600),
    Job("rosters", build_rosters, 5, longest_s=3600),
    Job("reminders", ticks.send_reminders, 60),
    Job("escalations", duty.escalate_requests, 5, frozenset({Topic.ESCALATIONS})),
    Job("duty", duty.advance_duty, 20),
    Job("plans", duty.process_activations, 20),
    Job("rotas", duty.publish_rotas, 600),
    Job("gaps", duty.notify_gaps, 600),
    Job("head", ticks.publish_head, 60),
    Job("clean_up", ticks.clean_up, 3600),
)
