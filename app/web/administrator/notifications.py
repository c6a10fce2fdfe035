"""Notifications: what was sent to whom, over which channel, and its outcome. Never numbers."""

from flask import Blueprint, render_template, request

from app.core.actor import RoleName
from app.core.codes import normalise_code
from app.core.db import db
from app.usecases.delivery.see_notifications import CHOICES, list_notifications, open_notification
from app.web.administrator.names import CHANNELS
from app.web.common.guards import actor_as, page_for

bp = Blueprint("admin_notifications", __name__, url_prefix="/a/notifications")

PAGE = 50
MOST_PAGES = 200


@bp.get("")
@page_for(RoleName.COORDINATOR)
def notifications() -> str:
    """Newest first, by outcome, by channel, or of one request."""
    args = request.args
    choice = args.get("choice") if args.get("choice") in CHOICES else None
    channel = args.get("channel") if args.get("channel") in CHANNELS else None
    code = normalise_code(args.get("code") or "")
    page = max(1, min(MOST_PAGES, args.get("page", 1, type=int)))
    found = list_notifications(
        db.session(),
        actor=actor_as(RoleName.COORDINATOR),
        choice=choice,
        channel=channel,
        request_code=code,
        limit=PAGE + 1,
        offset=(page - 1) * PAGE,
    )
    return render_template(
        "administrator/notifications.html",
        found=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        choices=CHOICES,
        chosen={"choice": choice, "channel": channel, "code": code},
    )


@bp.get("/<int:notification_id>")
@page_for(RoleName.COORDINATOR)
def notification(notification_id: int) -> str:
    """One message with its steps and receipts."""
    found = open_notification(
        db.session(), actor=actor_as(RoleName.COORDINATOR), notification_id=notification_id
    )
    return render_template("administrator/notification.html", opened=found, told=found.told)
