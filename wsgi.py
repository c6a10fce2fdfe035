"""What gunicorn and the `flask` command load."""

from app.factory import create_app
from config import read_config

app = create_app(read_config())
