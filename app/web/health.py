"""Whether the house is well: for a supervisor, and in figures for a monitor on this machine."""

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from app.core.clock import utc_now
from app.core.db import check_database, db
from app.core.leases import fences
from app.help_requests.queries import count_overdue, live_by_state
from app.notifications.queries import count_unhandled_texts, unsettled_by_state

bp = Blueprint("health", __name__)
LOOPBACK = ("127.0.0.1", "::1")


@bp.get("/health")
def health() -> Response:
    """200 when the database answers; a failure is answered by the error handlers."""
    check_database()
    return Response("ok\n", mimetype="text/plain")


@bp.get("/metrics")
def metrics() -> Response:
    """Counts out of the database, the same whichever worker is asked. Only for this machine."""
    if request.remote_addr not in LOOPBACK or current_app.config["DIANDAN"].proxies:
        abort(404)
    registry = CollectorRegistry()
    _requests(registry)
    _messages(registry)
    return Response(generate_latest(registry), mimetype=CONTENT_TYPE_LATEST)


def _requests(registry: CollectorRegistry) -> None:
    states = Gauge("diandan_help_requests", "Help requests by state", ["state"], registry=registry)
    for state, count in live_by_state(db.session()).items():
        states.labels(state).set(count)
    overdue = Gauge("diandan_overdue", "Live help requests past a deadline", registry=registry)
    overdue.set(count_overdue(db.session(), utc_now()))


def _messages(registry: CollectorRegistry) -> None:
    outbox = Gauge("diandan_outbox", "Notifications not yet settled", ["state"], registry=registry)
    for state, count in unsettled_by_state(db.session()).items():
        outbox.labels(state).set(count)
    undone = Gauge("diandan_texts_unhandled", "Texts not yet handled", registry=registry)
    undone.set(count_unhandled_texts(db.session()))
    holders = Gauge("diandan_lease_fence", "Changes of holder", ["lease"], registry=registry)
    for name, fence in fences(db.session()).items():
        holders.labels(name).set(fence)
