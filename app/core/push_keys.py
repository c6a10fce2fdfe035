"""Keys of Web Push: the house's own pair (VAPID, RFC 8292), and whether a browser's are keys."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
AUTH_BYTES = 16


def private_key(raw: bytes) -> ec.EllipticCurvePrivateKey:
    """The house's key from its 32 bytes. Raises ValueError for a number that is none."""
    return ec.derive_private_key(int.from_bytes(raw), CURVE)


def public_key(raw: bytes) -> str:
    """What a browser is told when it subscribes: the public point, url-safe base64 unpadded."""
    point = private_key(raw).public_key()
    return (
        urlsafe_b64encode(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
        .rstrip(b"=")
        .decode()
    )


def are_browser_keys(p256dh: str, auth: str) -> bool:
    """Whether these are a point of the curve and a secret of 16 bytes, as a browser gives them."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, _bytes(p256dh))
        return len(_bytes(auth)) == AUTH_BYTES
    except ValueError:
        return False


def _bytes(text: str) -> bytes:
    """Raises ValueError; what is not base64 must not be skipped over."""
    if not text.isascii() or not text.replace("-", "").replace("_", "").rstrip("=").isalnum():
        raise ValueError("no base64")
    bare = text.rstrip("=")
    return urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
