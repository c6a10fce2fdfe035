"""What a volunteer is asked about a help request as it is now."""

from typing import Any

from app.dispatch.asked_about import AskedAbout, as_plain
from app.help_requests.models import HelpRequest


def asked_now(request: HelpRequest, metres: float) -> AskedAbout:
    """What somebody this far away is asked now."""
    return AskedAbout(request.area_id, request.category_id, request.wanted_from, round(metres))


def question_values(request: HelpRequest, metres: float) -> dict[str, Any]:
    """Columns of a match that keep it."""
    return {"question": as_plain(asked_now(request, metres))}
