"""Shows a phone number, name or address to a coordinator; the trail records every view."""

from app.core.actor import RoleName
from app.core.context import Context
from app.help_requests.models import HelpRequest
from app.trail.chain import record
from app.usecases.accounts.grant_roles import load_person
from app.usecases.shared.request_state import load_request


def reveal_contact(context: Context, *, request_id: int) -> HelpRequest:
    """The help request, to show its name, phone and address; recorded in the trail."""
    request = load_request(context.session, request_id)
    context.actor.needs(RoleName.COORDINATOR, request.area_path)
    record(
        context,
        kind="help_request.revealed",
        subject=("help_request", request.id),
        area_path=request.area_path,
        request_id=request.id,
    )
    return request


def reveal_phone(context: Context, *, person_id: int) -> str:
    """A person's number, for a coordinator who has to call; recorded in the trail."""
    person = load_person(context.session, person_id)
    context.actor.needs(RoleName.COORDINATOR, person.area_path)
    record(
        context, kind="account.revealed", subject=("person", person.id), area_path=person.area_path
    )
    return person.phone
