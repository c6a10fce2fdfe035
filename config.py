"""Every setting of the service, read once from the environment and checked before anything starts.

`NAME_FILE` may name a file that holds the value of `NAME`, for secrets. A bad setting raises
BadSetting, which says which one and why.
"""

import os
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
DEFAULT_INSTANCE = ROOT / "instance"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
CONTACT = re.compile(r"mailto:[^@\s]+@[\w.-]+|https://[\w.-]+")
HOST = re.compile(r"[a-z0-9.-]+(:\d{1,5})?")


class BadSetting(Exception):
    """`DATABASE_URL: why it cannot be used`."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Twilio:
    """How SMS and calls leave by Twilio. `caller` may be empty; `api_url` is for a stand-in."""

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str
    api_url: str
    caller: str = ""


@dataclass(frozen=True, slots=True)
class Smtp:
    """How email leaves."""

    host: str
    port: int
    sender: str
    user: str
    password: str = field(repr=False)
    starttls: bool


@dataclass(frozen=True, slots=True)
class Push:
    """How pushes leave: the house's key (32 bytes, a number below the order of P-256), whom a push
    service may write to, and hosts that are push services besides the well-known (`host[:port]`).
    """

    key: bytes = field(repr=False)
    contact: str
    hosts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Geocoder:
    """One geocoder to ask: `kind` is nominatim, baidu or amap."""

    kind: str
    url: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Config:
    """All settings. Keys are 32 bytes each."""

    instance: Path
    database_url: str
    port: int
    public_url: str
    host: str
    workers: int
    threads: int
    proxies: int
    phone_region: str
    secret_key: bytes = field(repr=False)
    data_keys: tuple[bytes, ...] = field(repr=False)
    lookup_key: bytes = field(repr=False)
    trail_key: bytes = field(repr=False)
    twilio: Twilio | None
    smtp: Smtp | None
    push: Push
    geocoders: tuple[Geocoder, ...]
    tile_url: str
    demo: bool
    log_level: str
    # What was set and has no effect, one sentence each, to be said at the start.
    ignored: tuple[str, ...] = ()


class _Reader:
    """Reads names from an environment, with `_FILE` variants."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str, default: str = "") -> str:
        path = self.environ.get(f"{name}_FILE")
        if path:
            try:
                return Path(path).read_text().strip()
            except OSError as error:
                raise BadSetting(f"{name}_FILE", f"cannot be read: {error.strerror}") from error
        return self.environ.get(name, default).strip()

    def number(self, name: str, default: int, low: int, high: int) -> int:
        raw = self.text(name, str(default))
        if not raw.isascii() or not raw.isdigit() or not low <= int(raw) <= high:
            raise BadSetting(name, f"must be a whole number from {low} to {high}, not {raw!r}")
        return int(raw)

    def flag(self, name: str, default: bool) -> bool:
        raw = self.text(name, "1" if default else "0").lower()
        if raw not in ("0", "1", "true", "false", "yes", "no"):
            raise BadSetting(name, f"must be 1 or 0, not {raw!r}")
        return raw in ("1", "true", "yes")

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        raw = self.text(name, default)
        if raw.upper() not in allowed:
            raise BadSetting(name, f"must be one of {', '.join(allowed)}, not {raw!r}")
        return raw.upper()

    def url(self, name: str, default: str) -> str:
        raw = self.text(name, default).rstrip("/")
        parts = urlsplit(raw)
        if raw and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise BadSetting(name, f"must be an http or https address, not {raw!r}")
        return raw


def _database_url(read: _Reader, instance: Path) -> str:
    raw = read.text("DATABASE_URL", f"sqlite:///{instance / 'diandan.db'}")
    raw = raw.replace("postgres://", "postgresql://", 1) if raw.startswith("postgres://") else raw
    try:
        url = make_url(raw)
    except ArgumentError as error:
        raise BadSetting("DATABASE_URL", "is not a database address") from error
    backend = url.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise BadSetting("DATABASE_URL", f"must be sqlite or postgresql, not {backend}")
    if backend == "sqlite" and url.database in (None, "", ":memory:"):
        raise BadSetting("DATABASE_URL", "an SQLite database must be a file")
    if backend == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def _key(read: _Reader, name: str, instance: Path) -> bytes:
    """A 32-byte key: from the environment, else from the instance folder, made on first use."""
    raw = read.text(name)
    if not raw:
        raw = _kept_key(instance / "keys" / name.lower())
    try:
        key = urlsafe_b64decode(raw.encode())
    except ValueError as error:
        raise BadSetting(name, "must be 32 bytes in url-safe base64") from error
    if len(key) != 32:
        raise BadSetting(name, f"must be 32 bytes in url-safe base64, not {len(key)}")
    return key


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "wb") as out:
        out.write(urlsafe_b64encode(secrets.token_bytes(32)))
    return path.read_text().strip()


def _data_keys(read: _Reader, instance: Path) -> tuple[bytes, ...]:
    """Comma-separated, oldest first; new values are sealed with the last."""
    raw = read.text("DATA_KEYS")
    if not raw:
        return (_key(read, "DATA_KEY", instance),)
    parts = [part.strip() for part in raw.split(",")]
    return tuple(_key(_Reader({"DATA_KEYS": part}), "DATA_KEYS", instance) for part in parts)


def _twilio(read: _Reader) -> Twilio | None:
    sid, token = read.text("TWILIO_ACCOUNT_SID"), read.text("TWILIO_AUTH_TOKEN")
    sender = read.text("TWILIO_SENDER")
    if not (sid or token or sender):
        return None
    for name, value in (
        ("TWILIO_ACCOUNT_SID", sid),
        ("TWILIO_AUTH_TOKEN", token),
        ("TWILIO_SENDER", sender),
    ):
        if not value:
            raise BadSetting(name, "is missing, while other TWILIO settings are given")
    api_url = read.url("TWILIO_API_URL", "")
    return Twilio(sid, token, sender, api_url, read.text("TWILIO_CALLER"))


def _smtp(read: _Reader) -> Smtp | None:
    host = read.text("SMTP_HOST")
    if not host:
        return None
    sender = read.text("SMTP_SENDER")
    if "@" not in sender:
        raise BadSetting("SMTP_SENDER", "must be an email address")
    return Smtp(
        host,
        read.number("SMTP_PORT", 587, 1, 65535),
        sender,
        read.text("SMTP_USER"),
        read.text("SMTP_PASSWORD"),
        read.flag("SMTP_STARTTLS", True),
    )


def _push(read: _Reader, instance: Path, public_url: str) -> Push:
    """Without PUSH_CONTACT the house's own address says who it is."""
    key = _key(read, "PUSH_KEY", instance)
    if not 0 < int.from_bytes(key) < P256_ORDER:
        raise BadSetting("PUSH_KEY", "is no private key of the curve P-256")
    contact = read.text("PUSH_CONTACT", f"https://{urlsplit(public_url).hostname}")
    if not CONTACT.fullmatch(contact):
        raise BadSetting("PUSH_CONTACT", "must be mailto:name@domain or https://domain")
    hosts = frozenset(
        one.strip().lower() for one in read.text("PUSH_HOSTS").split(",") if one.strip()
    )
    for host in hosts:
        if not HOST.fullmatch(host):
            raise BadSetting("PUSH_HOSTS", f"must be host or host:port, not {host!r}")
    return Push(key, contact, hosts)


def _geocoders(read: _Reader) -> tuple[Geocoder, ...]:
    """In the order of GEOCODERS, for example `amap,nominatim`; none by default."""
    wanted = [kind.strip() for kind in read.text("GEOCODERS").split(",") if kind.strip()]
    found = []
    for kind in wanted:
        if kind not in ("nominatim", "baidu", "amap"):
            raise BadSetting("GEOCODERS", f"does not know {kind!r}: nominatim, baidu, amap")
        key = read.text(f"{kind.upper()}_KEY")
        if kind != "nominatim" and not key:
            raise BadSetting(f"{kind.upper()}_KEY", f"is missing for {kind}")
        found.append(Geocoder(kind, read.url(f"{kind.upper()}_URL", ""), key))
    return tuple(found)


def _ignored(read: _Reader, twilio: Twilio | None) -> tuple[str, ...]:
    if twilio is not None and read.flag("DEMO", False):
        return ("DEMO: ignored, a demo is never loaded where Twilio sends real texts",)
    return ()


def read_config(environ: Mapping[str, str] | None = None) -> Config:
    """The settings from the environment. Raises BadSetting."""
    read = _Reader(os.environ if environ is None else environ)
    instance = Path(read.text("INSTANCE_DIR", str(DEFAULT_INSTANCE))).resolve()
    instance.mkdir(parents=True, exist_ok=True)
    port = read.number("PORT", 8000, 1, 65535)
    twilio = _twilio(read)
    public_url = read.url("PUBLIC_URL", f"http://127.0.0.1:{port}")
    return Config(
        instance=instance,
        database_url=_database_url(read, instance),
        port=port,
        host=read.text("HOST", "127.0.0.1"),
        public_url=public_url,
        workers=read.number("WEB_WORKERS", 2, 1, 64),
        threads=read.number("WEB_THREADS", 8, 1, 128),
        proxies=read.number("TRUSTED_PROXIES", 0, 0, 5),
        phone_region=read.text("PHONE_REGION", "CN").upper(),
        secret_key=_key(read, "SECRET_KEY", instance),
        data_keys=_data_keys(read, instance),
        lookup_key=_key(read, "LOOKUP_KEY", instance),
        trail_key=_key(read, "TRAIL_KEY", instance),
        twilio=twilio,
        smtp=_smtp(read),
        push=_push(read, instance, public_url),
        geocoders=_geocoders(read),
        tile_url=read.text("TILE_URL"),
        # A demo community never goes where real texts may be sent.
        demo=read.flag("DEMO", twilio is None) and twilio is None,
        log_level=read.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        ignored=_ignored(read, twilio),
    )
