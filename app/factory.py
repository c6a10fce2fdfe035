"""Builds the application from its settings; the only module that may import every layer."""

from flask import Flask
from flask_migrate import Migrate
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix

import app.areas.models
import app.catalogue.models
import app.core.idempotency
import app.core.job_runs
import app.core.key_register
import app.core.leases
import app.dispatch.models
import app.help_requests.models
import app.hours.models
import app.limits.models
import app.notifications.models
import app.offers.models
import app.people.models
import app.repeats.models
import app.rotation.emergency.models
import app.rotation.models
import app.rotation.plan.models
import app.rotation.roster.models
import app.settings.models
import app.trail.models
import app.trials.models  # noqa: F401  every table must be registered before the database is
from app.cli.opening import refuse_wrong_keys, wait_for_keys
from app.cli.schema import DATABASE_WITHIN_S, refuse_other_revision
from app.cli.settings import config_or_exit
from app.core.crypto import Keyring, install_keyring
from app.core.db import db, prepare_engine
from app.core.key_check import build_keyring
from app.core.wakes import send_wakes
from app.trail.chain import install_trail
from app.web.blueprints import register_blueprints
from config import ROOT, Config

# Forms are small and no page takes pictures. Larger bodies are refused unread.
MAX_BODY_BYTES = 2 * 1024 * 1024

POSTGRES_OPTIONS = (
    "-c lock_timeout=15s -c statement_timeout=20s -c idle_in_transaction_session_timeout=60s"
)


def create_app(config: Config, ring: Keyring | None = None) -> Flask:
    """The application with its database and entry points. Starts nothing and uses no network.

    Without `ring` the keys of the settings are numbered by their place.
    """
    ring = ring or build_keyring(config.keys)
    if ring is not None:
        install_keyring(ring)
    flask = Flask(
        "app",
        instance_path=str(config.instance),
        template_folder="web/templates",
        static_folder="web/static",
    )
    flask.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.public_url.startswith("https:"),
        DIANDAN=config,
    )
    if config.proxies:
        hops = config.proxies
        flask.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            flask.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    db.init_app(flask)
    with flask.app_context():
        prepare_engine(db.engine)
    send_wakes(db.session.session_factory)
    install_trail(db.session.session_factory)
    Migrate(flask, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    register_blueprints(flask, config)
    return flask


def web() -> Flask:
    """What gunicorn loads: without the commands, whose libraries no page needs.

    Ends the process if the database is not at this code's revision, or has other keys.
    """
    config = config_or_exit()
    refuse_other_revision(config, within_s=DATABASE_WITHIN_S)
    start = wait_for_keys(config)
    refuse_wrong_keys(start)
    return create_app(start.config, start.ring)


def engine_options(config: Config) -> dict[str, object]:
    """Pool and time limits for the kind of database in use."""
    if make_url(config.database_url).get_backend_name() == "sqlite":
        return {"pool_size": config.threads + 2, "max_overflow": 4}
    return {
        "pool_size": config.threads + 2,
        "max_overflow": 4,
        "pool_pre_ping": True,
        "connect_args": {"options": POSTGRES_OPTIONS},
    }
