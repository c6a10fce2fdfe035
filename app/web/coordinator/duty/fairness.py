"""How duty is shared: each person's hours, nights, weekends and last shift in a rota."""

from datetime import timedelta

from flask import Blueprint, g, render_template, request
from flask_babel import gettext as _

from app.core.actor import RoleName
from app.core.clock import day_bounds, local_day
from app.core.context import Context
from app.core.db import db
from app.usecases.duty.views.see_duty_people import duty_people
from app.usecases.duty.views.see_rota import see_rota
from app.web.common.formatting import names_in_words
from app.web.common.guards import actor_as, page_for
from app.web.common.zones import zone_at
from app.web.coordinator.duty.actions import rota_here

bp = Blueprint("duty_fairness", __name__, url_prefix="/c/duty")

# Days before and after today.
PERIODS = {"past": (30, 0), "month": (14, 16), "coming": (0, 30)}


@bp.get("/<int:rota_id>/fairness")
@page_for(RoleName.COORDINATOR)
def fairness(rota_id: int) -> str:
    """The table, including people in turn who did nothing."""
    rota = rota_here(rota_id)
    chosen = request.args.get("period", "past")
    back, ahead = PERIODS.get(chosen, PERIODS["past"])
    zone = zone_at(rota.area_path)
    today = local_day(g.now, zone)
    seen = see_rota(
        Context(db.session(), actor_as(RoleName.COORDINATOR), g.now),
        rota_id=rota_id,
        start=day_bounds(today - timedelta(days=back), zone)[0],
        end=day_bounds(today + timedelta(days=ahead), zone)[0],
    )
    done = {one.person_id for one in seen.shares}
    members = {who.person_id for layer in seen.layers for who in layer.people}
    people = duty_people(db.session(), rota, now=g.now, mentioned=seen.people)
    return render_template(
        "coordinator/duty_fairness.html",
        rota=rota,
        seen=seen,
        names=names_in_words(people.names),
        idle=sorted(members - done),
        chosen=chosen if chosen in PERIODS else "past",
        periods=(
            ("past", _("过去 30 天")),
            ("month", _("前后半个月")),
            ("coming", _("接下来 30 天")),
        ),
    )
