"""Registers everything of the web: guards, languages, errors, headers, pages."""

from urllib.parse import urlsplit

from flask import Flask
from flask_wtf import CSRFProtect

from app.web import health
from app.web.account import alerts, join, language, log_in
from app.web.administrator.pages import ADMINISTRATION
from app.web.common import calendar_feed as calendars
from app.web.common.allowed_hosts import init_allowed_hosts
from app.web.common.assets import init_assets
from app.web.common.errors import init_errors
from app.web.common.formatting import init_formatting
from app.web.common.guards import init_guards
from app.web.common.headers import init_headers
from app.web.common.idempotency import init_idempotency
from app.web.common.languages import init_babel
from app.web.common.state_words import init_state_words
from app.web.common.zones import init_zones
from app.web.coordinator.board import views as board
from app.web.coordinator.cases import choose_volunteers as choose
from app.web.coordinator.cases import enter, verify
from app.web.coordinator.cases import views as case
from app.web.coordinator.duty import activations, coverage
from app.web.coordinator.duty import escalation_policies as escalation_policies
from app.web.coordinator.duty import fairness as duty_fairness
from app.web.coordinator.duty import layers as duty_layers
from app.web.coordinator.duty import overrides as duty_change
from app.web.coordinator.duty import papers as duty_papers
from app.web.coordinator.duty import phone_sheet as duty_sheet
from app.web.coordinator.duty import procedures as plans
from app.web.coordinator.duty import rota_settings as duty_terms
from app.web.coordinator.duty import shift as duty_shift
from app.web.coordinator.duty import views as duty
from app.web.coordinator.lab import views as lab
from app.web.coordinator.people import decide, person
from app.web.coordinator.people import views as people
from app.web.coordinator.repeats import views as repeats
from app.web.coordinator.rosters import views as roster
from app.web.hooks.registered import hooks
from app.web.phones import views as phones
from app.web.resident import home, install, order, points, track, watch
from app.web.volunteer import calendar, hours, offer, offer_dates, shifts, tasks
from app.web.volunteer import plans as my_plans
from config import Config

PAGES = (
    home.bp,
    points.bp,
    watch.bp,
    install.bp,
    order.bp,
    track.bp,
    log_in.bp,
    language.bp,
    alerts.bp,
    join.bp,
    tasks.bp,
    offer.bp,
    offer_dates.bp,
    shifts.bp,
    hours.bp,
    board.bp,
    case.bp,
    choose.bp,
    verify.bp,
    enter.bp,
    people.bp,
    person.bp,
    decide.bp,
    duty.bp,
    duty_papers.bp,
    duty_sheet.bp,
    roster.bp,
    coverage.bp,
    duty_change.bp,
    duty_fairness.bp,
    escalation_policies.bp,
    duty_layers.bp,
    duty_shift.bp,
    duty_terms.bp,
    lab.bp,
    repeats.bp,
    plans.bp,
    activations.bp,
    my_plans.bp,
    calendar.bp,
    calendars.bp,
    health.bp,
    phones.bp,
    *ADMINISTRATION,
)


def register_blueprints(flask: Flask, config: Config) -> None:
    """Adds all pages and hooks to the application."""
    csrf = CSRFProtect()
    # A form may stay open for a day, for example while an elderly resident answers the door.
    flask.config["WTF_CSRF_TIME_LIMIT"] = 24 * 3600
    flask.config["WTF_CSRF_SSL_STRICT"] = False
    init_guards(flask)
    init_allowed_hosts(flask, config)
    csrf.init_app(flask)
    init_babel(flask)
    init_formatting(flask)
    init_state_words(flask)
    init_zones(flask)
    init_idempotency(flask)
    init_assets(flask)
    alerts.hand_out_push_key(flask, config.push)
    tiles = urlsplit(config.tile_url)
    init_headers(flask, f"{tiles.scheme}://{tiles.netloc}" if tiles.netloc else "")
    init_errors(flask)
    for hook in hooks():
        # Providers sign their requests, and browsers never call these hooks.
        csrf.exempt(hook)
        flask.register_blueprint(hook)
    for page in PAGES:
        flask.register_blueprint(page)
