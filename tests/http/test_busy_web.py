"""`/health` answers while every thread of the web is busy."""

import socket
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.databases import Database
from tests.e2e.reach import answers
from tests.http.processes import flask_process, free_port, wait_until

pytestmark = pytest.mark.processes

# The server waits for a body that never comes.
HANGS = (
    b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded"
)
HANGS += b"\r\nContent-Length: 50\r\n\r\nphone="


def is_stuck(url: str) -> bool:
    """Whether an ordinary page gets no answer."""
    try:
        with urllib.request.urlopen(url, timeout=1):
            return False
    except TimeoutError:
        return True


def asked_slowly(port: int, pause_s: float) -> bytes:
    """The answer to a client that connects and sends its request only after a while."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as balancer:
        time.sleep(pause_s)
        balancer.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        return balancer.recv(1000)


def test_health_stands_in_no_line(database: Database, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    own = {"PORT": str(port), "PUBLIC_URL": url, "WEB_WORKERS": "1", "WEB_THREADS": "2"}
    log = tmp_path / "serve.log"
    with flask_process(["serve"], {**database.environment, **own}, log), ExitStack() as stack:
        assert wait_until(lambda: answers(url), seconds=60), log.read_text()
        for _ in range(6):
            hung = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            hung.sendall(HANGS)
        assert wait_until(lambda: is_stuck(url))
        for pause_s in (0.0, 0.0, 0.2):
            assert asked_slowly(port, pause_s).startswith(b"HTTP/1.1 200")
        assert is_stuck(url)
