"""The line to the platform: kept-alive connections under the session wechatpy expects; httptools reads the answers.

requests and urllib3 prepare for everything the web may be (cookies, redirects, decoding, retries): of a message's
work that was nine tenths. A JSON interface asked a thousand times a second needs none of it, and a repeat that nobody
asked for might reach a person twice. Where a proxy is set, which is rare, requests' own way is taken. Measured in
docs/delivery.md.
"""

import socket
import ssl
import weakref
from collections import deque
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import requests
from httptools import HttpParserError, HttpResponseParser
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util import wait_for_read

# Seconds to connect, and between two bytes of the answer.
TIMEOUT: Final = (3.0, 5.0)
_AT_ONCE: Final = 65536
_FRAMES: Final = (b"content-length", b"transfer-encoding")


class LeanAdapter(HTTPAdapter):
    """One request over a connection that is free, or a new one. Raises `requests.ConnectTimeout` when it never left,
    another `requests.RequestException` when it may have.
    """

    def __init__(self, root: str, certificates: bool | str) -> None:
        super().__init__()
        parts = urlsplit(root)
        self._tls = _tls(certificates) if parts.scheme == "https" else None
        self._host, self._port = parts.hostname or "", parts.port or (443 if self._tls else 80)
        self._named = parts.netloc.rpartition("@")[2]
        self._free: deque[_Connection] = deque()
        # Nobody closes a channel; what is still open is closed when it goes, as urllib3's pools do.
        weakref.finalize(self, _close_all, self._free)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """The answer, read to its end, so that its connection is free again."""
        if options.get("proxies"):
            return super().send(request, *args, **options)
        connection = self._connection()
        try:
            answer = connection.ask(self._written(request))
        except TimeoutError:
            connection.close()
            raise requests.ReadTimeout("no answer in time") from None
        except (OSError, HttpParserError):
            connection.close()
            # Without what was raised: it may hold the address, and the token in it.
            raise requests.ConnectionError("the connection broke") from None
        if answer.keeps_alive:
            self._free.append(connection)
        else:
            connection.close()
        return _response(request, answer)

    def close(self) -> None:
        """Closes what is free; what is in use is closed by who uses it."""
        _close_all(self._free)
        super().close()

    def _written(self, request: requests.PreparedRequest) -> bytes:
        target = urlsplit(request.url or "")
        path = f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"
        body = request.body if isinstance(request.body, bytes) else b""
        lines = [f"{request.method} {path} HTTP/1.1", f"Host: {self._named}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + body

    def _connection(self) -> "_Connection":
        while self._free:
            try:
                connection = self._free.pop()
            except IndexError:  # another thread was faster
                break
            if not connection.was_dropped():
                return connection
            connection.close()
        return self._connected()

    def _connected(self) -> "_Connection":
        to_connect, to_answer = TIMEOUT
        line = None
        try:
            line = socket.create_connection((self._host, self._port), to_connect)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = self._tls.wrap_socket(line, server_hostname=self._host) if self._tls else line
        except OSError:
            if line is not None:
                line.close()
            raise requests.ConnectTimeout("no connection") from None
        line.settimeout(to_answer)
        return _Connection(line)


class _Answer:
    """One answer as the parser reads it."""

    def __init__(self) -> None:
        self._parser: Final = HttpResponseParser(self)
        self._parts: Final[list[bytes]] = []
        self._is_framed = False
        self._has_head = False
        self.is_whole = False
        self.keeps_alive = False

    @property
    def status(self) -> int:
        return int(self._parser.get_status_code())

    @property
    def body(self) -> bytes:
        return b"".join(self._parts)

    def feed(self, data: bytes) -> None:
        """What came next; nothing = the other side has closed, which ends an answer that named no length."""
        if data:
            self._parser.feed_data(data)
        elif self._has_head and not self._is_framed:
            self.is_whole = True
        else:
            raise ConnectionError

    def on_header(self, name: bytes, _value: bytes) -> None:
        self._is_framed = self._is_framed or name.lower() in _FRAMES

    def on_headers_complete(self) -> None:
        self._has_head = True
        self.keeps_alive = self._is_framed and bool(self._parser.should_keep_alive())

    def on_body(self, part: bytes) -> None:
        self._parts.append(part)

    def on_message_complete(self) -> None:
        self.is_whole = True


class _Connection:
    """One connection; whoever holds it has it alone."""

    def __init__(self, line: socket.socket) -> None:
        self._line: Final = line

    def ask(self, request: bytes) -> _Answer:
        """Sends it and reads the answer to its end; raises OSError or HttpParserError."""
        self._line.sendall(request)
        answer = _Answer()
        while not answer.is_whole:
            answer.feed(self._line.recv(_AT_ONCE))
        return answer

    def was_dropped(self) -> bool:
        """Whether the platform has closed it meanwhile: nothing else makes an idle connection readable."""
        return wait_for_read(self._line, 0)

    def close(self) -> None:
        self._line.close()


def _close_all(free: deque[_Connection]) -> None:
    while free:
        free.pop().close()


def _tls(certificates: bool | str) -> ssl.SSLContext:
    where = DEFAULT_CA_BUNDLE_PATH if certificates is True else str(certificates)
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_verify_locations(cafile=where)
    except IsADirectoryError:
        context.load_verify_locations(capath=where)
    return context


def _response(request: requests.PreparedRequest, answer: _Answer) -> requests.Response:
    made = requests.Response()
    made.status_code, made.encoding = answer.status, "utf-8"
    made.url, made.request = request.url or "", request
    made._content = answer.body
    return made


class Line(requests.Session):
    """The session of all calls, without what a JSON interface has no use for: cookies, redirects, and a look into the
    environment (proxy, certificates) at every call.
    """

    def __init__(self, root: str) -> None:
        super().__init__()
        once = self.merge_environment_settings(root, {}, None, None, None)
        self.proxies = once["proxies"]
        self._certificates: bool | str = True if once["verify"] is None else once["verify"]
        self._adapter = LeanAdapter(root, self._certificates)
        for scheme in ("http://", "https://"):
            self.mount(scheme, self._adapter)

    def request(self, method: str, url: str, **wish: Any) -> requests.Response:  # type: ignore[override]  # what is used
        """`wish` may hold params (a dictionary) and data (bytes); the answer is read to its end."""
        prepared = requests.PreparedRequest()
        query, prepared.body = wish.get("params"), wish.get("data")
        prepared.method, prepared.url = method.upper(), f"{url}?{urlencode(query)}" if query else url
        prepared.headers = CaseInsensitiveDict({"Content-Type": "application/json"})
        return self._adapter.send(prepared, timeout=TIMEOUT, verify=self._certificates, proxies=self.proxies)
