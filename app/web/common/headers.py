"""Security and cache headers of every response."""

from flask import Flask, Response, current_app, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{tiles};"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
YEAR_S = 31_536_000


def add_headers(response: Response) -> Response:
    """Allows nothing from other origins, no framing, and no caching of personal pages."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", current_app.config["CONTENT_POLICY"])
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers.setdefault("Strict-Transport-Security", f"max-age={YEAR_S}")
    if request.endpoint == "static":
        headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
    else:
        headers.setdefault("Cache-Control", "no-store")
    return response


def init_headers(flask: Flask, tile_origin: str) -> None:
    """Adds the headers to every response; `tile_origin` is the origin of map tiles."""
    tiles = f" {tile_origin}" if tile_origin else ""
    flask.config["CONTENT_POLICY"] = POLICY.format(tiles=tiles)
    flask.after_request(add_headers)
