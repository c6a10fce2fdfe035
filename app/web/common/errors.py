"""Error pages: a sentence in the visitor's language, and a link onwards."""

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.core.database_errors import DatabaseError, is_busy, is_out_of_range
from app.core.db import db
from app.core.errors import Refused
from app.core.i18n import N_

log = structlog.get_logger("web")

MESSAGES = {
    400: N_("这个请求我们看不懂，请返回再试一次"),
    403: N_("您没有权限看这一页"),
    404: N_("没有找到这一页"),
    405: N_("请用页面上的按钮操作"),
    413: N_("内容太大了，请少写一些，不需要上传图片"),
    429: N_("今天的次数已经用完了，请打电话给服务点"),
    500: N_("我们这边出错了，您的内容没有丢失，请稍后再试"),
    503: N_("现在很忙，请过几秒再试一次"),
}
RETRY_AFTER_S = "3"


def message(error: Refused) -> str:
    """The sentence of an expected failure in the visitor's language."""
    return str(_(error.msgid, **error.params))


def error_page(status: int, text: str) -> Response:
    """A whole page, or only the notice for htmx."""
    partial = request.headers.get("HX-Request") == "true"
    template = "errors/notice.html" if partial else "errors/error.html"
    response = make_response(render_template(template, message=text, status=status), status)
    if status in (429, 503):
        response.headers["Retry-After"] = RETRY_AFTER_S
    return response


def refused(error: Refused) -> Response:
    """Answers a refusal of a use case."""
    return error_page(error.status, message(error))


def http_error(error: HTTPException) -> Response:
    """Answers an HTTP error that Flask raises."""
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    response = error_page(status, _(MESSAGES.get(status, MESSAGES[400])))
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods or ())  # type: ignore[attr-defined]
    return response


def form_expired(error: CSRFError) -> Response:
    """Answers when a page was open too long, or its cookie is gone."""
    return error_page(400, _("页面开得太久了，请返回刷新再试，您填的内容还在"))


def database_trouble(error: Exception) -> Response:
    """503 if the database is busy, which is worth another try; anything else is our fault."""
    db.session.rollback()
    if is_busy(error):
        return error_page(503, _(MESSAGES[503]))
    if is_out_of_range(error):
        return out_of_range(error)
    return our_fault(error)


def out_of_range(error: Exception) -> Response:
    """Answers a number or text in the address that no row could ever have."""
    db.session.rollback()
    return error_page(404, _(MESSAGES[404]))


def our_fault(error: Exception) -> Response:
    """A fault of ours: logged without what the visitor typed."""
    db.session.rollback()
    g.who = None
    log.error("fault", path=request.endpoint, error=type(error).__name__, exc_info=True)
    return error_page(500, _(MESSAGES[500]))


def init_errors(flask: Flask) -> None:
    """Registers the error handlers."""
    flask.register_error_handler(Refused, refused)
    flask.register_error_handler(CSRFError, form_expired)
    flask.register_error_handler(HTTPException, http_error)
    flask.register_error_handler(DatabaseError, database_trouble)
    # SQLite's driver itself raises this for a number of more than 64 bits.
    flask.register_error_handler(OverflowError, out_of_range)
    flask.register_error_handler(Exception, our_fault)
