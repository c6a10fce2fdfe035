"""A form field that people do not see: only programs fill it in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request

from app.core.errors import Refused
from app.core.i18n import N_

FIELD = "website"
BY_ROBOT = N_("这张表单好像是程序填的，没有提交。请返回再点一次，或打电话给服务点")


def no_robots(view: Callable[..., Any]) -> Callable[..., Any]:
    """Guards a public form that holds the field, see `trap` in components/buttons.html."""

    @wraps(view)
    def for_people(*args: Any, **kwargs: Any) -> Any:
        if request.form.get(FIELD):
            raise Refused(BY_ROBOT)
        return view(*args, **kwargs)

    return for_people
