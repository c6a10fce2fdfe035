"""A fake on loopback that imitates Nominatim, Baidu V3 and AMap."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

# The answers of each mode; `timeout` answers nothing until the fake is closed, `none` is
# LocationIQ's way of knowing no such address.
MODES = (
    *("ok", "coarse", "empty", "none", "500", "429", "401", "404"),
    *("quota", "key", "garbage", "nonsense", "timeout"),
)


class GeocoderStandIn(ThreadingHTTPServer):
    """Set `mode` to choose the behaviour; `asked` records incoming paths and addresses.

    `lat` and `lon` are its answer, in the datum of the imitated service.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mode = "ok"
        self.lat, self.lon = 22.6, 114.0
        self.asked: list[tuple[str, str]] = []
        self.user_agents: list[str] = []
        self.keys: list[dict[str, str]] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        """Scheme and host, for `build`."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: GeocoderStandIn

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        self.server.asked.append((parts.path, (query.get("q") or query["address"])[0]))
        self.server.keys.append({k: v[0] for k, v in query.items() if k in ("key", "api_key")})
        self.server.user_agents.append(self.headers.get("User-Agent", ""))
        if self.server.mode == "timeout":
            self.server.closing.wait(30)
            return
        self._send(*self._answer(parts.path))

    def _answer(self, path: str) -> tuple[int, str]:
        mode = self.server.mode
        if mode in ("500", "429", "401", "404"):
            return int(mode), "no"
        if mode == "none":
            return 404, '{"error":"Unable to geocode"}'
        if mode == "garbage":
            return 200, "<html>"
        speakers = {"/search": _nominatim, "/geocoding/v3/": _baidu, "/v3/geocode/geo": _amap}
        return 200, json.dumps(
            speakers[path.removeprefix("/v1")](mode, self.server.lat, self.server.lon)
        )

    def _send(self, status: int, body: str) -> None:
        content = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def _nominatim(mode: str, lat: float, lon: float) -> Any:
    if mode in ("empty", "quota", "key"):
        return []
    if mode == "nonsense":
        return [{"lat": "north", "lon": "east", "display_name": "x"}]
    kind = "city" if mode == "coarse" else "building"
    return [{"lat": str(lat), "lon": str(lon), "display_name": "某楼", "addresstype": kind}]


def _baidu(mode: str, lat: float, lon: float) -> Any:
    failures = {"empty": 0, "quota": 302, "key": 200}
    if mode in failures:
        return {"status": failures[mode]}
    if mode == "nonsense":
        return {"status": 0, "result": {"location": None}}
    level = "区县" if mode == "coarse" else "地产小区"
    return {"status": 0, "result": {"location": {"lat": lat, "lng": lon}, "level": level}}


def _amap(mode: str, lat: float, lon: float) -> Any:
    failures = {"quota": "10044", "key": "10001"}
    if mode in failures:
        return {"status": "0", "infocode": failures[mode]}
    if mode == "empty":
        return {"status": "1", "infocode": "10000", "geocodes": []}
    place: dict[str, Any] = {"formatted_address": "某小区", "location": f"{lon},{lat}"}
    place["level"] = "区县" if mode == "coarse" else "住宅区"
    if mode == "nonsense":
        place["location"] = []
    return {"status": "1", "infocode": "10000", "geocodes": [place]}


@contextmanager
def geocoder_standin() -> Iterator[GeocoderStandIn]:
    """A running fake, closed at the end."""
    server = GeocoderStandIn()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
