"""What the `flask` command loads: the house and its commands. Gunicorn loads app.factory:web."""

from app.cli.commands import add_commands
from app.cli.settings import config_or_exit
from app.factory import create_app

app = create_app(config_or_exit())
add_commands(app)
