"""Chooses a page's language: the one that was tapped, else the account's, else the browser's."""

from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale
from werkzeug.wrappers import Response as BaseResponse

from app.core.i18n import DEFAULT_LOCALE, LOCALES, best_locale

COOKIE = "lang"
HTML_LANG = {"zh_Hans": "zh-Hans", "zh_Hant": "zh-Hant", "en": "en"}
YEAR_S = 365 * 24 * 3600


def chosen_locale() -> str:
    """Works out the locale of this page, one of LOCALES."""
    asked = request.args.get("lang") or request.cookies.get(COOKIE)
    if asked in LOCALES:
        return str(asked)
    who = g.get("who")
    if who is not None and who.language in LOCALES:
        return str(who.language)
    for tag, _ in request.accept_languages:
        found = best_locale(tag)
        if found is not None:
            return found
    return DEFAULT_LOCALE


def current_locale() -> str:
    """The locale of this page."""
    return str(get_locale() or DEFAULT_LOCALE)


def set_cookie(response: BaseResponse, language: str) -> None:
    """Stores the language of the pages in the browser."""
    response.set_cookie(COOKIE, language, max_age=YEAR_S, samesite="Lax", httponly=True)


def keep_choice(response: Response) -> Response:
    """Stores a language that was tapped, and the choice of 长辈版."""
    asked = request.args.get("lang")
    if asked in LOCALES:
        set_cookie(response, str(asked))
    if request.args.get("elder") in ("0", "1"):
        response.set_cookie(
            "elder", request.args["elder"], max_age=YEAR_S, samesite="Lax", httponly=True
        )
    response.headers.setdefault("Content-Language", HTML_LANG[current_locale()])
    return response


def init_babel(flask: Flask) -> None:
    """Sets up translation into the visitor's language."""
    flask.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LOCALE
    flask.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(flask, locale_selector=chosen_locale)
    flask.after_request(keep_choice)
    flask.context_processor(
        lambda: {"locale": current_locale(), "html_lang": HTML_LANG[current_locale()]}
    )
