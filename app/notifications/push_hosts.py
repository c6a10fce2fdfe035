"""Which addresses are push services. Browsers name the address to post to, so it is checked."""

from collections.abc import Collection
from urllib.parse import urlsplit

# The services of Chrome and Edge on Android, Firefox, Safari, Edge on Windows; with subdomains.
SERVICES = (
    "fcm.googleapis.com",
    "push.services.mozilla.com",
    "push.apple.com",
    "notify.windows.com",
)
HTTPS_PORT = 443
LONGEST = 2000


def is_push_service(endpoint: str, more: Collection[str]) -> bool:
    """Whether we may post there: https, to a known service or one of `more` (`host[:port]`)."""
    if len(endpoint) > LONGEST or not endpoint.isascii() or any(c <= " " for c in endpoint):
        return False
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").rstrip("."), parts.port or HTTPS_PORT
    except ValueError:
        return False
    odd = parts.username is not None or parts.password is not None or "\\" in endpoint
    if parts.scheme != "https" or odd or parts.fragment:
        return False
    if port == HTTPS_PORT and any(
        host == service or host.endswith(f".{service}") for service in SERVICES
    ):
        return True
    return (host if port == HTTPS_PORT else f"{host}:{port}") in more
