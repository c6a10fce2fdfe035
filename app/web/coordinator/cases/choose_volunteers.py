"""Choosing whom to ask: ticked volunteers in order, the next wave, or an answer by phone."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.context import Context
from app.usecases.dispatch.choose_volunteers import assign_volunteer, withdraw_match
from app.usecases.dispatch.dispatch_wave import send_wave
from app.usecases.volunteers.block_pair import block_pair, unblock_pair
from app.web.common.guards import page_for
from app.web.common.idempotency import once
from app.web.coordinator.cases.find_page import find_page
from app.web.coordinator.cases.page import case_page, do, version

bp = Blueprint("choose", __name__, url_prefix="/c/requests")


@bp.post("/<int:request_id>/send")
@page_for(RoleName.COORDINATOR)
@once
def do_send(request_id: int) -> AnyResponse:
    """Asks exactly the ticked volunteers, in the given order."""
    chosen = request.form.getlist("person", type=int)
    order = {pid: request.form.get(f"order-{pid}", 99, type=int) for pid in chosen}
    ranked = sorted(chosen, key=lambda pid: order[pid])
    return do(request_id, send_wave, form_page=_form_page(), version=version(), person_ids=ranked)


def _form_page() -> Callable[..., AnyResponse]:
    """The page that the form was on: of the people found by `words`, or of the request."""
    words = request.form.get("words")
    return case_page if words is None else partial(find_page, words=words)


@bp.post("/<int:request_id>/wave")
@page_for(RoleName.COORDINATOR)
@once
def do_wave(request_id: int) -> AnyResponse:
    """Sends the next wave as the matcher proposes it."""
    return do(request_id, send_wave, version=version())


@bp.post("/<int:request_id>/assign")
@page_for(RoleName.COORDINATOR)
@once
def do_assign(request_id: int) -> AnyResponse:
    """Assigns a volunteer who accepted on the phone."""
    chosen = request.form.getlist("person", type=int)
    return do(
        request_id,
        assign_volunteer,
        form_page=_form_page(),
        version=version(),
        person_id=chosen[0] if len(chosen) == 1 else None,
        agreed=request.form.get("agreed") == "y",
    )


def _withdraw(context: Context, *, request_id: int, match_id: int) -> None:
    withdraw_match(context, match_id=match_id)


@bp.post("/<int:request_id>/withdraw/<int:match_id>")
@page_for(RoleName.COORDINATOR)
@once
def do_withdraw(request_id: int, match_id: int) -> AnyResponse:
    """Withdraws a match."""
    return do(request_id, _withdraw, match_id=match_id)


@bp.post("/<int:request_id>/block/<int:person_id>")
@page_for(RoleName.COORDINATOR)
@once
def do_block(request_id: int, person_id: int) -> AnyResponse:
    """Blocks a pair: this volunteer is never sent to this resident again."""
    reason = request.form.get("reason", "")
    return do(request_id, block_pair, person_id=person_id, reason=reason)


@bp.post("/<int:request_id>/unblock/<int:person_id>")
@page_for(RoleName.COORDINATOR)
@once
def do_unblock(request_id: int, person_id: int) -> AnyResponse:
    """Ends the block."""
    return do(request_id, unblock_pair, person_id=person_id)
