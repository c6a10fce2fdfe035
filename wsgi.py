"""What the `flask` command loads: application and commands. Gunicorn loads app.factory:web."""

from app.cli.commands import add_commands
from app.cli.opening import START, look_at_keys, usable
from app.cli.settings import config_or_exit
from app.factory import create_app

start = look_at_keys(config_or_exit())
app = create_app(usable(start), start.ring)
# With wrong keys only `flask keys` and `flask db` continue.
app.config[START] = start
add_commands(app)
