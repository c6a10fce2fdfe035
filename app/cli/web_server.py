"""Settings of gunicorn: `gunicorn -c python:app.cli.web_server 'app.factory:web()'`."""

from typing import Any

from app.core.db import db
from app.core.logs import set_up_logs
from config import read_config

_config = read_config()

bind = [f"{_config.host}:{_config.port}"]
worker_class = "app.cli.web_worker.HealthWorker"
workers = _config.workers
threads = _config.threads
# Workers share the memory of what was loaded before the fork.
preload_app = True
timeout = 60
graceful_timeout = 8
keepalive = 5
# Restart a worker now and then, in case a library leaks memory slowly.
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 4094
limit_request_fields = 100
accesslog = None
errorlog = "-"
loglevel = "warning"
forwarded_allow_ips = "127.0.0.1,::1"


def post_fork(server: Any, worker: Any) -> None:
    """Gives each worker its own connections and logs."""
    set_up_logs(_config.log_level)
    app = worker.app.wsgi()
    with app.app_context():
        db.engine.dispose(close=False)
