"""A tiny product for the stand-in to talk to: a callback on 127.0.0.1 that checks, opens and answers like the real one.

Its crypto comes from wechatpy, so that both ends are not one man's reading of the rules.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

TOKEN = "sandboxtoken"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APP_ID = "wx0123456789abcdef"

Answer = Callable[[dict[str, Any]], str | bytes | None]


def text_reply(message: dict[str, Any], text: str) -> str:
    """The plain XML of a text reply to this message."""
    text = text.replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<xml><ToUserName><![CDATA[{message['FromUserName']}]]></ToUserName>"
        f"<FromUserName><![CDATA[{message['ToUserName']}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{text}]]></Content></xml>"
    )


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@dataclass
class Product:
    """Records what arrives, opened; answers what `answer` says (a text is wrapped, bytes go out as they are)."""

    mode: str = "secure"
    answer: Answer = lambda message: None
    messages: list[dict[str, Any]] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    status: str = "200 OK"

    def __post_init__(self) -> None:
        from wsgiref.simple_server import make_server

        self._crypto = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
        self._lock = threading.Lock()
        self.server = make_server("127.0.0.1", 0, self._wsgi, server_class=_Server, handler_class=_Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_port}/wechat"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def events(self, name: str) -> list[dict[str, Any]]:
        return [one for one in self.messages if one.get("Event") == name]

    def _wsgi(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        if environ["REQUEST_METHOD"] == "GET":
            return self._echo(query, start)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
        check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        clear = body
        if self.mode != "plain":
            clear = self._crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        message = dict(xmltodict.parse(clear)["xml"])
        with self._lock:
            self.messages.append(message)
            self.queries.append(query)
            self.bodies.append(body)
        said = self.answer(message)
        if isinstance(said, str) and said != "success":
            said = text_reply(message, said)
            if self.mode == "secure":
                said = self._crypto.encrypt_message(said, query["nonce"], query["timestamp"])
        start(self.status, [("Content-Type", "text/xml")])
        return [said.encode() if isinstance(said, str) else said or b""]

    def _echo(self, query: dict[str, str], start: Any) -> list[bytes]:
        try:
            check_signature(TOKEN, query["signature"], query["timestamp"], query["nonce"])
        except InvalidSignatureException:
            start("403 Forbidden", [])
            return [b""]
        start("200 OK", [])
        return [query["echostr"].encode()]
