"""The orders made on this phone, as codes in a cookie, so that nobody has to write one down.

The cookie holds only codes, and a tap deletes them: a phone or kiosk may be shared.
"""

from flask import request
from werkzeug.wrappers import Response

from app.core.codes import normalise_code
from app.core.db import db
from app.usecases.requests.follow_request import Followed, follow_request

COOKIE = "mine"
MOST = 3
MONTH_S = 30 * 24 * 3600


def my_codes() -> list[str]:
    """The codes stored in this browser, newest first."""
    found = (normalise_code(part) for part in (request.cookies.get(COOKIE) or "")[:60].split("."))
    return [code for code in found if code is not None][:MOST]


def remember_code(response: Response, code: str) -> None:
    """Stores the code of an order that was just made."""
    codes = [code, *(kept for kept in my_codes() if kept != code)][:MOST]
    response.set_cookie(
        COOKIE,
        ".".join(codes),
        max_age=MONTH_S,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def my_orders(locale: str) -> list[Followed]:
    """The state of this browser's orders."""
    found = [follow_request(db.session(), code, locale) for code in my_codes()]
    return [one for one in found if one is not None]
