"""Turns the log-in cookie into a person, and a person into an actor.

Guards only lead people to the right page. Use cases decide what an actor may do.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import Actor, ActorKind, RoleName
from app.core.clock import utc_now
from app.core.db import db
from app.usecases.accounts.log_in import Who, who_is_logged_in

COOKIE = "diandan"
# Paths that never need to know who is logged in.
OPEN_PREFIXES = ("/static/", "/hooks/", "/health", "/metrics")


def note_who_comes() -> None:
    """Before each request, sets `g.now`, and `g.who` if the cookie is a valid log-in."""
    g.now = utc_now()
    g.who = None
    token = request.cookies.get(COOKIE)
    if token and not request.path.startswith(OPEN_PREFIXES):
        g.who = who_is_logged_in(db.session(), token=token, now=g.now)


def is_a(role: RoleName) -> bool:
    """Whether the person who is logged in holds the role anywhere."""
    found: Who | None = g.get("who")
    roles = {scope.role for scope in found.scopes} if found else set()
    return role in roles or (role == RoleName.COORDINATOR and RoleName.ADMINISTRATOR in roles)


def actor_as(kind: RoleName | ActorKind) -> Actor:
    """The actor for a use case: the person who is logged in, acting as `kind`."""
    found: Who | None = g.get("who")
    if found is None:
        return Actor(kind=ActorKind.RESIDENT, via="web")
    return Actor(kind=kind, via="web", person_id=found.person_id, scopes=found.scopes)


def page_for(role: RoleName) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A page for people with `role`. Others are sent to log in and then return to it."""

    def guarded(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if is_a(role):
                return view(*args, **kwargs)
            return to_log_in()

        return checked

    return guarded


def to_log_in() -> AnyResponse:
    """Redirects to the log-in page, remembering where the visitor wanted to go."""
    wanted = request.full_path if request.method == "GET" else request.referrer or "/"
    target = url_for("account.log_in", next=own_path(wanted))
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": target})
    return redirect(target, code=303)


def own_path(address: str | None) -> str:
    """The path of an address on this site; `/` for anything that leads elsewhere."""
    try:
        parts = urlsplit((address or "").replace("\\", "/"))
    except ValueError:
        # Such as `//[`, which is no address at all.
        return "/"
    if parts.netloc and parts.netloc != request.host:
        return "/"
    path = parts.path if parts.path.startswith("/") else "/"
    if path.startswith("//"):
        return "/"
    return path + (f"?{parts.query}" if parts.query else "")


def set_cookie(response: AnyResponse, token: str, seconds: int) -> None:
    """Sets the log-in cookie for `seconds`."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )


class Visitor:
    """What templates may know about the person who is logged in."""

    def __init__(self, found: Who) -> None:
        self.name = found.name
        self.person_id = found.person_id
        self.is_volunteer = is_a(RoleName.VOLUNTEER)
        self.is_coordinator = is_a(RoleName.COORDINATOR)
        self.is_administrator = is_a(RoleName.ADMINISTRATOR)


def visitor() -> Visitor | None:
    """The person who is logged in, for templates."""
    found: Who | None = g.get("who")
    return Visitor(found) if found else None


def init_guards(flask: Flask) -> None:
    """Registers the guards for every request."""
    flask.before_request(note_who_comes)
    flask.context_processor(lambda: {"current": visitor()})
