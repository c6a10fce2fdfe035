"""Gives each form a key: the same key gets the same answer, however often it is sent."""

import hashlib
import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, g, redirect, request
from werkzeug.wrappers import Response

from app.core import idempotency
from app.core.clock import utc_now
from app.core.db import Session, db
from app.core.errors import Refused
from app.core.i18n import N_

FIELD = "idempotency_key"
KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
NOT_PART_OF_BODY = (FIELD, "csrf_token")


def new_key() -> str:
    """A fresh key for a form."""
    return secrets.token_urlsafe(18)


def form_key() -> str:
    """The key of this form. A form without one gets a key used once."""
    given = request.form.get(FIELD) or request.headers.get("Idempotency-Key") or ""
    return given if KEY.fullmatch(given) else new_key()


def _key() -> str:
    """The key of this form, separate for each path."""
    where = hashlib.sha256(request.path.encode()).hexdigest()[:12]
    return f"{where}.{form_key()}"


def _body_hash() -> str:
    pairs = sorted(
        (name, value)
        for name, values in request.form.lists()
        if name not in NOT_PART_OF_BODY
        for value in values
    )
    return hashlib.sha256(repr(pairs).encode()).hexdigest()


def _again(answer: idempotency.Answer) -> Response:
    if answer.body_hash != g.body_hash:
        raise Refused(N_("这张表单已经提交过了，请刷新页面再填"))
    return redirect(answer.location, code=answer.status)


def once(view: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a POST take effect once. Inside the view, `done` ends the writing transaction."""

    @wraps(view)
    def answered_once(*args: Any, **kwargs: Any) -> Any:
        g.idempotency_key, g.body_hash = _key(), _body_hash()
        earlier = idempotency.answer_to(db.session(), g.idempotency_key)
        if earlier is not None:
            return _again(earlier)
        try:
            return view(*args, **kwargs)
        except idempotency.AlreadyAnswered:
            found = idempotency.answer_to(db.session(), g.idempotency_key)
            if found is None:
                raise
            return _again(found)

    return answered_once


def done(session: Session, location: str) -> Response:
    """The answer `see location`, stored in the same transaction as the effect."""
    answer = idempotency.Answer(g.body_hash, 303, location)
    idempotency.remember(session, key=g.idempotency_key, answer=answer, now=utc_now())
    return redirect(location, code=303)


def init_idempotency(flask: Flask) -> None:
    """Lets templates put a key into each form."""
    flask.jinja_env.globals["new_key"] = new_key
