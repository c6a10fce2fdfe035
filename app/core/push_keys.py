"""Keys of Web Push: the installation's own pair (VAPID, RFC 8292), and checks of browser keys."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
AUTH_BYTES = 16


def private_key(raw: bytes) -> ec.EllipticCurvePrivateKey:
    """The installation's key from its 32 bytes. Raises ValueError for an invalid number."""
    return ec.derive_private_key(int.from_bytes(raw), CURVE)


def public_key(raw: bytes) -> str:
    """The public point for a browser that subscribes, url-safe base64 without padding."""
    point = private_key(raw).public_key()
    return (
        urlsafe_b64encode(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
        .rstrip(b"=")
        .decode()
    )


def are_browser_keys(p256dh: str, auth: str) -> bool:
    """Whether these are a point of the curve and a secret of 16 bytes, as a browser sends them."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, _bytes(p256dh))
        return len(_bytes(auth)) == AUTH_BYTES
    except ValueError:
        return False


def _bytes(text: str) -> bytes:
    """Decodes strictly: raises ValueError instead of skipping what is not base64."""
    if not text.isascii() or not text.replace("-", "").replace("_", "").rstrip("=").isalnum():
        raise ValueError("no base64")
    bare = text.rstrip("=")
    return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
