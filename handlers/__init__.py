"""The way in: an outside request becomes one service call and its answer. No SQL, no channel, no rules."""

import logging
from itertools import chain
from typing import Final, cast

from flask import Flask, Response, abort, render_template, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadHost, HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.routing import IntegerConverter

from channels.wechat_callback import CallbackSettings
from handlers import employer, own, staff, webhook
from handlers.current import EXTENSION, MOST_DIGITS, runtime
from services.errors import ServiceError
from services.runtime import Runtime

__all__ = ["EXTENSION", "register", "runtime"]

logger = logging.getLogger(__name__)

_SENTENCES: Final = {
    400: "这个请求我们没看懂，请返回上一页重试。",
    401: "请先登录。",
    403: "您没有打开这个页面的权限，或者链接已经失效。",
    404: "没有找到这个页面，可能链接不完整或已经失效。",
    405: "这个地址不能这样打开。",
    413: "内容太大了，请减小后再试。",
    429: "操作太频繁，请稍等一会儿再试。",
}
_STALE: Final = "这一页放得太久了，为了安全没有提交。请返回上一页，刷新以后再试一次。"
_TROUBLE: Final = "系统出了点问题，已经记录下来。请稍后再试。"


class _RowNumber(IntegerConverter):
    """A number in an address that a column can hold; any other address is none of ours."""

    regex = rf"\d{{1,{MOST_DIGITS}}}"


def register(
    app: Flask,
    runtime: Runtime,
    callback: CallbackSettings,
    receive: webhook.Receive,
    told: webhook.Told = lambda *_: None,
) -> None:
    """Puts the blueprints and the error pages on `app`, and the platform's door beside it; `receive` is
    services.conversations.receive, `told` counts what the door answers.
    """
    app.extensions[EXTENSION] = runtime
    app.url_map.converters["int"] = _RowNumber
    door = webhook.Door(runtime, callback, receive, told)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {webhook.ADDRESS: door})  # type: ignore[method-assign]
    app.before_request(_readable)
    CSRFProtect(app)  # every form of ours carries a token
    app.register_blueprint(employer.employer)
    app.register_blueprint(own.own)
    staff.register(app)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(ServiceError, _refused)
    app.register_error_handler(Exception, _unexpected)


def _readable() -> None:
    """A NUL is no text: a database may refuse it, and no page of ours sends one."""
    if "\0" in request.path or any(nul in request.query_string for nul in (b"%00", b"\0")):
        abort(400)
    given = chain.from_iterable((name, *texts) for name, texts in request.form.lists())
    if any("\0" in text for text in given):
        abort(400)


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return cast("Response", error.get_response())
    if isinstance(error, CSRFError):
        return _page(error.code, _STALE)
    return _page(error.code, _SENTENCES.get(error.code, _TROUBLE))


def _refused(error: ServiceError) -> Response:
    """What a use case refuses, in its own words."""
    return _page(error.status, error.message or _SENTENCES.get(error.status, _TROUBLE))


def _unexpected(error: Exception) -> Response:
    # The type only: messages of a database or a form can hold personal data.
    logger.error("%s %s failed: %s", request.method, request.endpoint, type(error).__name__)
    return _page(500, _TROUBLE)


def _page(status: int, sentence: str) -> Response:
    # Without a host no address can be written, and every page of ours has one in its head.
    is_lost = isinstance(request.routing_exception, BadHost)
    if is_lost:
        return Response(sentence, status, mimetype="text/plain")
    name = "staff/error.html" if request.blueprint == "staff" else "error.html"
    return Response(render_template(name, status=status, sentence=sentence), status)
