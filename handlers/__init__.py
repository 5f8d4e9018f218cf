"""The way in: an outside request becomes one service call and its answer. No SQL, no channel, no rules."""

import logging
from typing import cast

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from channels.wechat_callback import CallbackSettings
from handlers import webhook
from services.runtime import Runtime

logger = logging.getLogger(__name__)

EXTENSION = "laobing"
_SENTENCES = {
    400: "这个请求我们没看懂，请返回上一页重试。",
    401: "请先登录。",
    403: "您没有打开这个页面的权限，或者链接已经失效。",
    404: "没有找到这个页面，可能链接不完整或已经失效。",
    405: "这个地址不能这样打开。",
    413: "内容太大了，请减小后再试。",
    429: "操作太频繁，请稍等一会儿再试。",
}
_TROUBLE = "系统出了点问题，已经记录下来。请稍后再试。"


def register(app: Flask, runtime: Runtime, callback: CallbackSettings, receive: webhook.Receive) -> None:
    """Puts the blueprints and the error pages on `app`; `receive` is services.conversations.receive."""
    app.extensions[EXTENSION] = runtime
    app.register_blueprint(webhook.blueprint(runtime, callback, receive))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def runtime() -> Runtime:
    """The Runtime of the app that handles this request."""
    return cast("Runtime", current_app.extensions[EXTENSION])


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return cast("Response", error.get_response())
    return _page(error.code, _SENTENCES.get(error.code, _TROUBLE))


def _unexpected(error: Exception) -> Response:
    # The type only: messages of a database or a form can hold personal data.
    logger.error("%s %s failed: %s", request.method, request.endpoint, type(error).__name__)
    return _page(500, _TROUBLE)


def _page(status: int, sentence: str) -> Response:
    if request.endpoint and request.endpoint.startswith("webhook."):
        return Response(sentence, status, mimetype="text/plain")
    return Response(render_template("error.html", status=status, sentence=sentence), status)
