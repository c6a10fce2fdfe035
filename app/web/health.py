"""Health of the service: a cheap check for load balancers, a full one and figures for operators.

The last two reveal much about the service, so they require the token of METRICS_TOKEN.
"""

from datetime import timedelta
from hmac import compare_digest
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, request
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from app.core.database_errors import DatabaseError
from app.core.db import check_database, db
from app.usecases.health.see_health import Health, see_health
from app.web.common.settings import config

bp = Blueprint("health", __name__)


@bp.get("/health")
def health() -> Response:
    """200 if the database answers; the error handlers answer a failure."""
    check_database()
    return Response("ok\n", mimetype="text/plain")


@bp.get("/health/full")
def full() -> Response:
    """The full state as JSON; 503 and the reasons in plain words if something is wrong."""
    _check_token()
    try:
        found = see_health(db.session(), now=g.now)
    except DatabaseError:
        return _answer({"ok": False, "why": ["The database does not answer."]})
    return _answer(_as_json(found))


@bp.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus, read from the database, so that every worker reports the same."""
    _check_token()
    registry = CollectorRegistry()
    _measure(registry, see_health(db.session(), now=g.now))
    return Response(generate_latest(registry), mimetype=CONTENT_TYPE_LATEST)


def _check_token() -> None:
    """404 if no token is set, 401 for a wrong one. Compared in constant time."""
    token = config().metrics_token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "")
    if not compare_digest(given.encode(), f"Bearer {token}".encode()):
        abort(Response("wrong token\n", 401, {"WWW-Authenticate": "Bearer"}, "text/plain"))


def _answer(told: dict[str, Any]) -> Response:
    answer = jsonify(told)
    answer.status_code = 200 if told["ok"] else 503
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _as_json(found: Health) -> dict[str, Any]:
    jobs = {
        run.name: {
            "age_s": _whole(run.age(found.now)),
            "every_s": run.every_s,
            "running": run.is_running,
            "late": run.is_late(found.now),
            "failures": run.failures,
        }
        for run in found.runs
    }
    messages: dict[str, dict[str, int]] = {}
    for (state, channel), count in found.messages.items():
        messages.setdefault(state, {})[channel] = count
    return {
        "ok": not found.why,
        "why": list(found.why),
        "jobs": jobs,
        "messages": messages,
        "oldest_due_message_s": {
            "urgent": _whole(found.urgent_waits),
            "ordinary": _whole(found.other_waits),
        },
        "help_requests": found.requests,
        "overdue_help_requests": found.overdue,
        "texts_unhandled": found.unhandled_texts,
        "locks": {
            "waiting": found.locks.waiting,
            "longest_s": round(found.locks.longest_s, 3),
            "writers": found.locks.writers,
            "writers_waited_s": round(found.locks.waited_s, 3),
        },
    }


def _whole(period: timedelta) -> int:
    return round(period.total_seconds())


def _measure(registry: CollectorRegistry, found: Health) -> None:
    def gauge(name: str, about: str, labels: tuple[str, ...] = ()) -> Gauge:
        return Gauge(f"diandan_{name}", about, labels, registry=registry)

    gauge("ok", "1 when nothing is wrong, see /health/full").set(not found.why)
    age = gauge("job_age_seconds", "Since a job ended last, or its scheduler started", ("job",))
    late = gauge("job_late", "1 when a job should have run long ago", ("job",))
    failures = gauge("job_failures", "How often a job failed in a row", ("job",))
    for run in found.runs:
        age.labels(run.name).set(run.age(found.now).total_seconds())
        late.labels(run.name).set(run.is_late(found.now))
        failures.labels(run.name).set(run.failures)
    outbox = gauge("messages", "Messages that wait or have failed", ("state", "channel"))
    for (state, channel), count in found.messages.items():
        outbox.labels(state, channel).set(count)
    due = gauge("oldest_due_message_seconds", "How long it has been due, unsent", ("urgent",))
    due.labels("yes").set(found.urgent_waits.total_seconds())
    due.labels("no").set(found.other_waits.total_seconds())
    states = gauge("help_requests", "Help requests by state", ("state",))
    for state, count in found.requests.items():
        states.labels(state).set(count)
    gauge("overdue", "Live help requests past a deadline").set(found.overdue)
    gauge("texts_unhandled", "Texts that came in, not yet handled").set(found.unhandled_texts)
    gauge("lock_waiting", "Statements that wait for a lock (PostgreSQL)").set(found.locks.waiting)
    gauge("lock_longest_wait_seconds", "The longest of them").set(found.locks.longest_s)
    fences = gauge("lease_fence", "Changes of holder", ("lease",))
    for name, fence in found.fences.items():
        fences.labels(name).set(fence)
    gauge("sqlite_writers", "Writers since the web started").set(found.locks.writers)
    gauge("sqlite_writers_waited_seconds", "Their waiting together").set(found.locks.waited_s)
