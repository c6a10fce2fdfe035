"""Whether the house is well: for a supervisor, and in figures for a monitor on this machine."""

from flask import Blueprint, Response, abort, current_app, request
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import func, select, text

from app.core.clock import utc_now
from app.core.db import db
from app.core.leases import Lease
from app.help_requests.models import HelpRequest
from app.help_requests.rules import LIVE
from app.notifications.models import InboundText, Notification

bp = Blueprint("health", __name__)
LOOPBACK = ("127.0.0.1", "::1")


@bp.get("/health")
def health() -> Response:
    """200 when the database answers; a failure is answered by the error handlers."""
    db.session.execute(text("SELECT 1"))
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
    live = select(HelpRequest.state, func.count()).where(HelpRequest.state.in_(sorted(LIVE)))
    for state, count in db.session.execute(live.group_by(HelpRequest.state)):
        states.labels(state).set(count)
    overdue = Gauge("diandan_overdue", "Live help requests past a deadline", registry=registry)
    late = select(func.count()).where(
        HelpRequest.state.in_(sorted(LIVE)), HelpRequest.due_at <= utc_now()
    )
    overdue.set(db.session.scalar(late) or 0)


def _messages(registry: CollectorRegistry) -> None:
    outbox = Gauge("diandan_outbox", "Notifications not yet settled", ["state"], registry=registry)
    unsettled = ("pending", "claimed", "submitting", "unknown")
    counts = select(Notification.state, func.count()).where(Notification.state.in_(unsettled))
    for state, count in db.session.execute(counts.group_by(Notification.state)):
        outbox.labels(state).set(count)
    undone = Gauge("diandan_texts_unhandled", "Texts not yet handled", registry=registry)
    undone.set(db.session.scalar(select(func.count()).where(InboundText.handled_at.is_(None))) or 0)
    fences = Gauge("diandan_lease_fence", "Changes of holder", ["lease"], registry=registry)
    for name, fence in db.session.execute(select(Lease.name, Lease.fence)):
        fences.labels(name).set(fence)
