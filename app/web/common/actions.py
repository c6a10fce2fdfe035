"""One action of a coordinator that answers with a redirect only."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from app.core.actor import RoleName
from app.core.context import Context
from app.core.db import writing
from app.core.errors import Invalid, NotAllowed, NotFound, Refused
from app.web.common.errors import message
from app.web.common.guards import actor_as
from app.web.common.idempotency import done


def act(
    verb: Callable[..., object], back: str, *, refused: str | None = None, **values: Any
) -> AnyResponse:
    """Runs it in a transaction of its own and redirects to `back`; a refusal may lead elsewhere."""
    try:
        with writing() as session:
            verb(Context(session, actor_as(RoleName.COORDINATOR), g.now), **values)
            return done(session, back)
    except (NotAllowed, NotFound):
        raise
    except Invalid as error:
        flash(_(next(iter(error.fields.values()))), "error")
    except Refused as error:
        flash(message(error), "error")
    return redirect(refused or back, code=303)
