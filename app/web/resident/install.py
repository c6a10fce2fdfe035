"""What a phone needs to add the site to its home screen: a manifest and a service worker."""

from flask import Blueprint, Response, current_app, jsonify, url_for
from flask_babel import gettext as _

from app.web.common.assets import built_path
from app.web.common.languages import HTML_LANG, current_locale

bp = Blueprint("install", __name__)

BRAND, BACKGROUND = "#0b5d57", "#fbf7f0"
ICONS = (
    ("icons/icon-192.png", "192x192", "any"),
    ("icons/icon-512.png", "512x512", "any"),
    ("icons/maskable-512.png", "512x512", "maskable"),
)


@bp.get("/manifest.webmanifest")
def manifest() -> Response:
    """Name, colours and icons; it opens at the home page."""
    response = jsonify(
        name=_("点单"),
        short_name=_("点单"),
        description=_("邻里有事，点单就来。不用注册，不收费用。"),
        lang=HTML_LANG[current_locale()],
        start_url=url_for("home.home"),
        scope="/",
        display="standalone",
        theme_color=BRAND,
        background_color=BACKGROUND,
        icons=[
            {
                "src": url_for("static", filename=file),
                "sizes": sizes,
                "type": "image/png",
                "purpose": purpose,
            }
            for file, sizes, purpose in ICONS
        ],
    )
    response.mimetype = "application/manifest+json"
    return response


@bp.get("/sw.js")
def worker() -> Response:
    """The service worker, served from the root so that its scope covers every page."""
    response = current_app.send_static_file(built_path("service_worker.js"))
    response.headers["Cache-Control"] = "no-cache"
    return response
