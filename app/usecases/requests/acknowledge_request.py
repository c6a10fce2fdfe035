"""A coordinator says that they look after a help request."""

from app.core.context import Context
from app.trail.chain import record
from app.usecases.requests.amend_request import live_request
from app.usecases.shared.acknowledged import ACKNOWLEDGED


def acknowledge_request(context: Context, *, request_id: int) -> None:
    """Records it: coordinators are not notified again for a while, volunteers still are asked."""
    request = live_request(context.session, context.actor, request_id, None)
    record(
        context,
        kind=ACKNOWLEDGED,
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
    )
