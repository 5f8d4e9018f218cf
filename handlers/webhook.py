"""The platform's callback address: GET echoes the address check, POST takes a push and answers it in time."""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

from flask import Blueprint, Response, request

from bot.types import Inbound, Kind
from channels.wechat_callback import (
    MAX_BODY_BYTES,
    Callback,
    CallbackMessage,
    CallbackRefused,
    CallbackSettings,
)
from handlers.events import inbound_of_event
from handlers.messages import inbound_of_message
from handlers.throttle import Throttle
from services.failures import Fixed, described
from services.runtime import Runtime

logger = logging.getLogger(__name__)

ADDRESS: Final = "/wechat"
ACKNOWLEDGED: Final = "success"
LOGGED_REFUSALS: Final = 10
# Stands here and not in templates/messages because rendering may be what broke.
TROUBLE: Final = "抱歉，系统刚才出了点小问题，这条消息没有处理好。请过一会儿再发一次，或者回复“人工”找工作人员。"
# Nobody reads an answer to these.
_SILENT: Final = frozenset({Kind.UNSUBSCRIBE, Kind.RECEIPT, Kind.POSITION, Kind.VIEW})


class Answer(Protocol):
    """What the service says: the text of the passive answer, or None to acknowledge only."""

    @property
    def text(self) -> str | None:
        """The text, already within our own limit."""
        ...


Receive = Callable[[Runtime, Inbound], Answer]


def blueprint(runtime: Runtime, settings: CallbackSettings, receive: Receive) -> Blueprint:
    """`/wechat` for one account. `receive` bounds its own time (`Limits.turn_seconds`); nothing here waits."""
    webhook = Blueprint("webhook", __name__)
    callback = Callback(settings)
    throttle = Throttle()

    @webhook.before_request
    def turn_away() -> Response | None:
        """Who sent nothing but nonsense is turned away unread."""
        is_shut = throttle.is_shut(request.remote_addr or "", runtime.now())
        return _plain("请求太频繁", 429) if is_shut else None

    @webhook.get(ADDRESS)
    def check() -> Response:
        """The console's address check."""
        return _plain(callback.check_url(request.args))

    @webhook.post(ADDRESS)
    def push() -> Response:
        """One push of the platform."""
        message = callback.read(request.args, _body())
        now = runtime.now()
        throttle.genuine(request.remote_addr or "", now)
        text = _turn(runtime, message, receive, now)
        if not text:
            return _plain(ACKNOWLEDGED)
        return Response(callback.answer(message, text), mimetype="text/xml")

    @webhook.errorhandler(CallbackRefused)
    def refused(error: CallbackRefused) -> Response:
        """A push that is not the platform's, or not well formed."""
        # A flood fills no disk: the first of a minute are logged, the rest are counted by the throttle.
        if throttle.refused(request.remote_addr or "", runtime.now()) <= LOGGED_REFUSALS:
            logger.warning("callback refused with %d: %s", error.status, Fixed(error.reason))
        return _plain(error.reason, error.status)

    return webhook


def _turn(runtime: Runtime, message: CallbackMessage, receive: Receive, now: datetime) -> str | None:
    is_event = message.msg_type == "event"
    inbound = (inbound_of_event if is_event else inbound_of_message)(message, now)
    if inbound is None:
        return None
    try:
        text = receive(runtime, inbound).text
    except Exception as error:  # the one catch-all on this road: the veteran hears a sentence, not the platform's error
        _log_failure(inbound, error)
        text = TROUBLE
    return None if inbound.kind in _SILENT else text


def _log_failure(inbound: Inbound, error: Exception) -> None:
    key = hashlib.sha256(inbound.key.encode()).hexdigest()[:12]
    logger.error("turn %s (%s) failed: %s", key, inbound.kind, described(error))


def _body() -> bytes:
    # One byte more than the adapter takes: a body of unknown length is cut there, and refused by its length.
    request.max_content_length = MAX_BODY_BYTES + 1
    return request.get_data(cache=False)


def _plain(text: str, status: int = 200) -> Response:
    # Never HTML: what the console sent is echoed here.
    response = Response(text, status, mimetype="text/plain")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
