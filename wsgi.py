"""What gunicorn and the `flask` command load."""

from app.cli.settings import config_or_exit
from app.factory import create_app

app = create_app(config_or_exit())
