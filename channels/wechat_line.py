"""The line to the platform: kept-alive connections of the standard library under the session wechatpy expects.

requests and urllib3 prepare for everything the web may be (cookies, redirects, decoding, retries): of a message's
work that was three quarters. A JSON interface asked a thousand times a second needs none of it. Where a proxy is
set, which is rare, requests' own way is taken. Measured in docs/delivery.md.
"""

import http.client
import select
import ssl
import weakref
from collections import deque
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import DEFAULT_CA_BUNDLE_PATH

# Seconds to connect, and between two bytes of the answer.
TIMEOUT: Final = (3.0, 5.0)
_BROKEN: Final = (OSError, http.client.HTTPException)


class LeanAdapter(HTTPAdapter):
    """One request over a connection that is free, or a new one. Raises `requests.ConnectTimeout` when it never left,
    another `requests.RequestException` when it may have.
    """

    def __init__(self, root: str, certificates: bool | str) -> None:
        super().__init__()
        parts = urlsplit(root)
        self._host, self._port = parts.hostname or "", parts.port
        self._tls = _tls(certificates) if parts.scheme == "https" else None
        self._free: deque[http.client.HTTPConnection] = deque()
        # Nobody closes a channel; what is still open is closed when it goes, as urllib3's pools do.
        weakref.finalize(self, _close_all, self._free)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """The answer, read to its end, so that its connection is free again."""
        if options.get("proxies"):
            return super().send(request, *args, **options)
        connection = self._connection()
        target = urlsplit(request.url or "")
        path = f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"
        body = request.body if isinstance(request.body, bytes) else None
        try:
            connection.request(request.method or "GET", path, body, dict(request.headers))
            answer = connection.getresponse()
            content = answer.read()
        except TimeoutError:
            connection.close()
            raise requests.ReadTimeout("no answer in time") from None
        except _BROKEN:
            connection.close()
            # Without what was raised: it may hold the address, and the token in it.
            raise requests.ConnectionError("the connection broke") from None
        if answer.will_close:
            connection.close()
        else:
            self._free.append(connection)
        return _response(request, answer.status, content)

    def close(self) -> None:
        """Closes what is free; what is in use is closed by who uses it."""
        _close_all(self._free)
        super().close()

    def _connection(self) -> http.client.HTTPConnection:
        while self._free:
            try:
                connection = self._free.pop()
            except IndexError:  # another thread was faster
                break
            if not _was_dropped(connection):
                return connection
            connection.close()
        return self._connected()

    def _connected(self) -> http.client.HTTPConnection:
        to_connect, to_answer = TIMEOUT
        if self._tls is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=to_connect)
        else:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=to_connect, context=self._tls)
        try:
            connection.connect()
        except OSError:
            connection.close()
            raise requests.ConnectTimeout("no connection") from None
        connection.sock.settimeout(to_answer)
        return connection


def _close_all(free: deque[http.client.HTTPConnection]) -> None:
    while free:
        free.pop().close()


def _tls(certificates: bool | str) -> ssl.SSLContext:
    where = DEFAULT_CA_BUNDLE_PATH if certificates is True else str(certificates)
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(cafile=where)
    except IsADirectoryError:
        context.load_verify_locations(capath=where)
    return context


def _was_dropped(connection: http.client.HTTPConnection) -> bool:
    """Whether the platform has closed it meanwhile: nothing else makes an idle connection readable."""
    if connection.sock is None:
        return True
    waiting = select.poll()
    waiting.register(connection.sock, select.POLLIN)
    return bool(waiting.poll(0))


def _response(request: requests.PreparedRequest, status: int, content: bytes) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer.encoding = status, "utf-8"
    answer.url, answer.request = request.url or "", request
    answer._content = content
    return answer


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
