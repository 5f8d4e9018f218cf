"""The platform's callback address: GET echoes the address check, POST takes a push and answers it in time."""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Request, Response

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

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

logger = logging.getLogger(__name__)

ADDRESS: Final = "/wechat"
METHODS: Final = ("GET", "HEAD", "POST")
ACKNOWLEDGED: Final = "success"
LOGGED_REFUSALS: Final = 10
# Stands here and not in templates/messages because rendering may be what broke.
TROUBLE: Final = "抱歉，系统刚才出了点小问题，这条消息没有处理好。请过一会儿再发一次，或者回复“人工”找工作人员。"
_UNREAD: Final = "这个请求我们没看懂"
_SENTENCES: Final[Mapping[int, str]] = {
    404: "没有这个地址",
    405: "这个地址不能这样打开",
    413: "消息太大",
    429: "请求太频繁",
}
# Nobody reads an answer to these.
_SILENT: Final = frozenset({Kind.UNSUBSCRIBE, Kind.RECEIPT, Kind.POSITION, Kind.VIEW})


class Answer(Protocol):
    """What the service says: the text of the passive answer, or None to acknowledge only."""

    @property
    def text(self) -> str | None:
        """The text, already within our own limit."""
        ...


Receive = Callable[[Runtime, Inbound], Answer]
Told = Callable[[str, int, float], None]


class Door:
    """`/wechat` for one account, a WSGI application of its own beside Flask's pages. `receive` bounds its own time
    (`Limits.turn_seconds`); nothing here waits. `told`: page, status and seconds of every answer.

    Flask's way to a page - contexts, router, what is done before and after each - takes a fifth of a turn, and is
    there for people: sessions, forms, error pages. The platform is none, and sends most requests (decision 0029).
    """

    def __init__(
        self, runtime: Runtime, settings: CallbackSettings, receive: Receive, told: Told = lambda *_: None
    ) -> None:
        self._runtime = runtime
        self._callback = Callback(settings)
        self._throttle = Throttle()
        self._receive = receive
        self._told = told

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """One request of the platform, or of who says to be it."""
        begun = time.perf_counter()
        request = Request(environ)
        page = "webhook.push" if request.method == "POST" else "webhook.check"
        response = self._response(request)
        self._told(page, response.status_code, time.perf_counter() - begun)
        return response(environ, start_response)

    def _response(self, request: Request) -> Response:
        try:
            return self._answer(request)
        except CallbackRefused as error:
            return self._refused(request, error)
        except HTTPException as error:
            status = error.code or 500
            response = _plain(_SENTENCES.get(status, _UNREAD), status)
            if isinstance(error, MethodNotAllowed):
                response.headers["Allow"] = ", ".join(METHODS)
            return response
        except Exception as error:  # what we read of a request, or the answer we wrote, broke
            logger.error("%s %s failed: %s", request.method, ADDRESS, described(error))
            return _plain(TROUBLE, 500)

    def _answer(self, request: Request) -> Response:
        now = self._runtime.now()
        if request.environ.get("PATH_INFO"):
            raise NotFound
        if self._throttle.is_shut(request.remote_addr or "", now):  # who sent nothing but nonsense is unread
            return _plain(_SENTENCES[429], 429)
        if any(nul in request.query_string for nul in (b"%00", b"\0")):
            raise CallbackRefused(400, _UNREAD)
        if request.method == "POST":
            return self._push(request, now)
        if request.method in ("GET", "HEAD"):  # the console's address check
            return _plain(self._callback.check_url(request.args))
        raise MethodNotAllowed

    def _push(self, request: Request, now: datetime) -> Response:
        message = self._callback.read(request.args, _body(request))
        self._throttle.genuine(request.remote_addr or "", now)
        text = _turn(self._runtime, message, self._receive, now)
        if not text:
            return _plain(ACKNOWLEDGED)
        return Response(self._callback.answer(message, text), mimetype="text/xml")

    def _refused(self, request: Request, error: CallbackRefused) -> Response:
        """A push that is not the platform's, or not well formed."""
        # A flood fills no disk: the first of a minute are logged, the rest are counted by the throttle.
        if self._throttle.refused(request.remote_addr or "", self._runtime.now()) <= LOGGED_REFUSALS:
            logger.warning("callback refused with %d: %s", error.status, Fixed(error.reason))
        return _plain(error.reason, error.status)


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


def _body(request: Request) -> bytes:
    # One byte more than the adapter takes: a body of unknown length is cut there, and refused by its length.
    request.max_content_length = MAX_BODY_BYTES + 1
    return request.get_data(cache=False)


def _plain(text: str, status: int = 200) -> Response:
    # Never HTML: what the console sent is echoed here.
    response = Response(text, status, mimetype="text/plain")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
