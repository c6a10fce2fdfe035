"""A fake push service on loopback, by HTTPS, and fake browsers that subscribe there.

It checks the sender's signature (RFC 8292) and the headers (RFC 8030), decrypts the content (RFC
8291, aes128gcm) with the browser's own key, and stores it. It uses only `cryptography`, not the
libraries under test. It refuses or loses its answer on demand.
"""

import contextlib
import http.server
import json
import re
import secrets
import socket
import ssl
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.fakes.certificates import self_signed

CURVE = ec.SECP256R1()
DAY_S = 24 * 3600
VAPID = re.compile(r"vapid t=([\w.-]+), ?k=([\w-]+)")
TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
# Scripted instead of a status: takes the message, then hangs up without an answer.
LOST = 0


class Wrong(Exception):
    """The sender violates a standard; names which."""


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


@dataclass(frozen=True, slots=True)
class Push:
    """One push as a browser would get it."""

    told: dict[str, Any]
    ttl: int
    urgency: str
    topic: str
    contact: str


@dataclass
class Browser:
    """A subscription: its keys, and what was pushed to it, in order."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    # The server key given when it subscribed; "" accepts any.
    house: str = ""
    pushes: list[Push] = field(default_factory=list)

    @property
    def keys(self) -> dict[str, str]:
        """As `PushSubscription.toJSON().keys`."""
        return {"p256dh": _text(_point(self.key.public_key())), "auth": _text(self.secret)}

    @property
    def subscription(self) -> dict[str, Any]:
        """As `PushSubscription.toJSON()`."""
        return {"endpoint": self.endpoint, "keys": self.keys}

    @property
    def waiting(self) -> list[Push]:
        """What a service delivers to a phone that comes back online: the last of each topic."""
        return list({one.topic: one for one in self.pushes}.values())

    def opened(self, body: bytes) -> dict[str, Any]:
        """Decrypts one record of aes128gcm. Raises Wrong."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        if len(sealed) > size or len(body) > 4096:
            raise Wrong("more than one record")
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender)
        shared = self.key.exchange(ec.ECDH(), theirs)
        info = b"WebPush: info\0" + _point(self.key.public_key()) + sender
        material = _derived(self.secret, shared, info, 32)
        key = _derived(salt, material, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(salt, material, b"Content-Encoding: nonce\0", 12)
        plain, mark, _ = AESGCM(key).decrypt(nonce, sealed, None).rpartition(b"\x02")
        if not mark:
            raise Wrong("no end of the last record")
        told: dict[str, Any] = json.loads(plain)
        return told


def signed_by(authorization: str, audience: str) -> tuple[str, str]:
    """The signer's public key and contact. Raises Wrong."""
    found = VAPID.fullmatch(authorization)
    if not found:
        raise Wrong(f"Authorization: {authorization[:40]}")
    head, claims, signature = found[1].split(".")
    raw = _raw(signature)
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, _raw(found[2]))
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    try:
        key.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise Wrong("the signature does not fit") from error
    said, alg = json.loads(_raw(claims)), json.loads(_raw(head))["alg"]
    now = time.time()
    if alg != "ES256" or said["aud"] != audience or not now < said["exp"] <= now + DAY_S:
        raise Wrong(f"claims: {said}")
    if not said["sub"].startswith(("mailto:", "https:")):
        raise Wrong(f"sub: {said['sub']}")
    return found[2], said["sub"]


class _Handler(http.server.BaseHTTPRequestHandler):
    """One push."""

    service: "PushService"
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    def do_GET(self) -> None:
        """The target of a redirect, which nobody may follow."""
        self.service.strays.append(self.path)
        self._answer(200, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        service = self.service
        browser = service.browsers.get(self.path)
        if browser is None:
            service.strays.append(self.path)
            self._answer(404, {})
            return
        with service.lock:
            status, headers = service.script.pop(0) if service.script else (201, {})
        if status in (201, LOST):
            try:
                browser.pushes.append(self._push(browser, body))
            except Wrong as error:
                service.complaints.append(str(error))
                status = 400
        if status == LOST:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._answer(status, headers)

    def _push(self, browser: Browser, body: bytes) -> Push:
        head = self.headers
        key, contact = signed_by(head["Authorization"] or "", self.service.url)
        if browser.house and key != browser.house:
            raise Wrong("signed by another key than it subscribed with")
        if head["Content-Encoding"] != "aes128gcm" or head["Urgency"] not in ("normal", "high"):
            raise Wrong(f"{head['Content-Encoding']} {head['Urgency']}")
        if not (head["TTL"] or "").isdigit() or not TOPIC.fullmatch(head["Topic"] or ""):
            raise Wrong(f"TTL {head['TTL']}, Topic {head['Topic']}")
        return Push(browser.opened(body), int(head["TTL"]), head["Urgency"], head["Topic"], contact)

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()


class _Server(http.server.ThreadingHTTPServer):
    """Does not report hang-ups, which are scripted."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing."""


class PushService:
    """A running fake service. `certificate` is what a client must trust."""

    def __init__(self, folder: Path) -> None:
        self.browsers: dict[str, Browser] = {}
        self.script: list[tuple[int, dict[str, str]]] = []
        self.complaints: list[str] = []
        # Requested paths that nobody subscribed, or that a redirect led to.
        self.strays: list[str] = []
        self.lock = threading.Lock()
        self.certificate, key = self_signed(folder)
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"service": self}))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def host(self) -> str:
        """As PUSH_HOSTS takes it."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        """Its origin."""
        return f"https://{self.host}"

    def subscribed(self, house: str = "") -> Browser:
        """A browser that has just subscribed."""
        path = f"/push/{secrets.token_urlsafe(12)}"
        self.browsers[path] = made = Browser(f"{self.url}{path}", house=house)
        return made

    def answer(self, *statuses: int, **headers: str) -> None:
        """Sets the answers to the next pushes, in order; LOST takes one without an answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.script.extend((status, named) for status in statuses)

    def __enter__(self) -> "PushService":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        with contextlib.suppress(OSError):
            self._server.server_close()
