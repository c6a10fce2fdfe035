"""All settings, read once from the environment and checked before anything starts.

`NAME_FILE` may name a file that holds the value of `NAME`, for secrets. A bad setting raises
BadSetting, which says which one and why.
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import phonenumbers
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.channels.registry import read_providers
from app.core.key_files import BadKey, FoundKey, read_keys

ROOT = Path(__file__).resolve().parent
DEFAULT_INSTANCE = ROOT / "instance"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
CONTACT = re.compile(r"mailto:[^@\s]+@[\w.-]+|https://[\w.-]+")
# Sent in a header; anything shorter could be guessed.
TOKEN = re.compile(r"[\x21-\x7e]{16,200}")
DIGITS = re.compile(r"[0-9]{1,9}")
HOST = re.compile(r"[a-z0-9.-]+(:\d{1,5})?")


class BadSetting(Exception):
    """`DATABASE_URL: why it cannot be used`."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Smtp:
    """How email is sent."""

    host: str
    port: int
    sender: str
    user: str
    password: str = field(repr=False)
    starttls: bool


@dataclass(frozen=True, slots=True)
class Push:
    """How pushes are sent: the installation's key (32 bytes, a number below the order of P-256;
    empty if there is none yet), a contact for push services, and hosts that are push services
    besides the well-known (`host[:port]`).
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
    """All settings. `keys` are those at hand; reading the settings makes none (see `with_keys`)."""

    instance: Path
    database_url: str
    port: int
    public_url: str
    host: str
    workers: int
    threads: int
    proxies: int
    phone_region: str
    keys: tuple[FoundKey, ...] = field(repr=False)
    # Settings of each configured provider of texts and calls: see app/channels/registry.py.
    providers: tuple[object, ...]
    smtp: Smtp | None
    push: Push
    geocoders: tuple[Geocoder, ...]
    tile_url: str
    demo: bool
    log_level: str
    # The token for `/health/full` and `/metrics`; empty: these pages do not exist.
    metrics_token: str = field(repr=False)
    # Settings that have no effect, one sentence each, to be printed at the start.
    ignored: tuple[str, ...] = ()

    @property
    def key_folder(self) -> Path:
        """The folder of the key files."""
        return self.instance / "keys"

    @property
    def secret_key(self) -> bytes:
        """The key that signs cookies; empty if there is none yet."""
        return _exchangeable(self.keys, "secret")


def _is_web_address(raw: str) -> bool:
    try:
        parts = urlsplit(raw)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


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
            except ValueError as error:
                raise BadSetting(f"{name}_FILE", "cannot be read: no text in UTF-8") from error
        return self.environ.get(name, default).strip()

    def number(self, name: str, default: int, low: int, high: int) -> int:
        raw = self.text(name, str(default))
        if not DIGITS.fullmatch(raw) or not low <= int(raw) <= high:
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
        if raw and not _is_web_address(raw):
            raise BadSetting(name, f"must be an http or https address, not {raw!r}")
        return raw

    def all_or_none(self, *names: str) -> tuple[str, ...] | None:
        values = tuple(self.text(name) for name in names)
        if not any(values):
            return None
        for name, value in zip(names, values, strict=True):
            if not value:
                group = name.partition("_")[0]
                raise BadSetting(name, f"is missing, while other {group} settings are given")
        return values


def _database_url(read: _Reader, instance: Path) -> str:
    raw = read.text("DATABASE_URL", f"sqlite:///{instance / 'diandan.db'}")
    raw = raw.replace("postgres://", "postgresql://", 1) if raw.startswith("postgres://") else raw
    try:
        url = make_url(raw)
    except (ArgumentError, ValueError) as error:
        raise BadSetting("DATABASE_URL", "is not a database address") from error
    backend = url.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise BadSetting("DATABASE_URL", f"must be sqlite or postgresql, not {backend}")
    if backend == "sqlite" and url.database in (None, "", ":memory:"):
        raise BadSetting("DATABASE_URL", "an SQLite database must be a file")
    if backend == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    return url.render_as_string(hide_password=False)


def _region(read: _Reader) -> str:
    region = read.text("PHONE_REGION", "CN").upper()
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise BadSetting("PHONE_REGION", f"must be a region of two letters, not {region!r}")
    return region


def _tile_url(read: _Reader) -> str:
    url = read.text("TILE_URL")
    whole = _is_web_address(url) and all(name in url for name in ("{z}", "{x}", "{y}"))
    if url and not whole:
        raise BadSetting("TILE_URL", "must be an http or https address with {z}, {x} and {y}")
    return url


def _keys(read: _Reader, instance: Path) -> tuple[FoundKey, ...]:
    try:
        return read_keys(read.text, instance / "keys")
    except BadKey as error:
        raise BadSetting(error.name, error.why) from error


def _exchangeable(keys: Sequence[FoundKey], purpose: str) -> bytes:
    return next((one.key for one in keys if one.purpose == purpose), b"")


def with_keys(config: Config, keys: tuple[FoundKey, ...]) -> Config:
    """The same settings with these keys. Raises BadSetting."""
    push_key = _exchangeable(keys, "push")
    _check_push_key(push_key)
    return replace(config, keys=keys, push=replace(config.push, key=push_key))


def _check_push_key(key: bytes) -> None:
    if key and not 0 < int.from_bytes(key) < P256_ORDER:
        raise BadSetting("PUSH_KEY", "is no private key of the curve P-256")


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


def _push(read: _Reader, key: bytes, public_url: str) -> Push:
    """Settings of pushes. Without PUSH_CONTACT the public address is the contact."""
    _check_push_key(key)
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


def _metrics_token(read: _Reader) -> str:
    token = read.text("METRICS_TOKEN")
    if token and not TOKEN.fullmatch(token):
        raise BadSetting("METRICS_TOKEN", "must be 16 to 200 letters, digits and signs, no spaces")
    return token


def _ignored(read: _Reader, providers: tuple[object, ...]) -> tuple[str, ...]:
    if providers and read.flag("DEMO", False):
        return ("DEMO: ignored, a demo is never loaded where a provider sends real texts",)
    return ()


def _instance(read: _Reader) -> Path:
    raw = read.text("INSTANCE_DIR", str(DEFAULT_INSTANCE))
    try:
        folder = Path(raw).resolve()
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise BadSetting("INSTANCE_DIR", f"{raw} cannot be made a folder: {why}") from error
    return folder


def read_config(environ: Mapping[str, str] | None = None) -> Config:
    """The settings from the environment. Raises BadSetting."""
    read = _Reader(os.environ if environ is None else environ)
    instance = _instance(read)
    port = read.number("PORT", 8000, 1, 65535)
    providers = read_providers(read)
    public_url = read.url("PUBLIC_URL", f"http://127.0.0.1:{port}")
    keys = _keys(read, instance)
    return Config(
        instance=instance,
        database_url=_database_url(read, instance),
        port=port,
        host=read.text("HOST", "127.0.0.1"),
        public_url=public_url,
        workers=read.number("WEB_WORKERS", 2, 1, 64),
        threads=read.number("WEB_THREADS", 8, 1, 128),
        proxies=read.number("TRUSTED_PROXIES", 0, 0, 5),
        phone_region=_region(read),
        keys=keys,
        providers=providers,
        smtp=_smtp(read),
        push=_push(read, _exchangeable(keys, "push"), public_url),
        geocoders=_geocoders(read),
        tile_url=_tile_url(read),
        # The demo is never loaded where real texts may be sent.
        demo=read.flag("DEMO", not providers) and not providers,
        log_level=read.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        metrics_token=_metrics_token(read),
        ignored=_ignored(read, providers),
    )
