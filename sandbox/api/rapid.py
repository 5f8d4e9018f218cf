"""The API alone on one event loop: a 50 ms platform for many senders, where a thread per call would be the limit."""

import asyncio
import json
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Final, cast
from urllib.parse import parse_qsl, unquote

from sandbox.api.dispatch import Request, delays, respond
from sandbox.api.wsgi import MOST_BYTES
from sandbox.world import World

_HEAD: Final = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json; encoding=utf-8\r\n"
    "Connection: keep-alive\r\nContent-Length: {}\r\n\r\n"
)
_HEAD_ENDS: Final = b"\r\n\r\n"


def start(world: World, host: str, port: int) -> int:
    """Serves on a thread of its own until the process ends; answers the port (port 0: any free one). Raises OSError."""
    listening = socket.create_server((host, port), backlog=1024)

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(partial(_Connection, world, loop), sock=listening)
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(serve()), name="sandbox-rapid", daemon=True).start()
    taken: int = listening.getsockname()[1]
    return taken


class _Connection(asyncio.Protocol):
    """One kept-alive connection: request after request until the client leaves or says something that is not HTTP.

    A protocol, and no stream with a task waiting on it: that was half the work of a call.
    """

    def __init__(self, world: World, loop: asyncio.AbstractEventLoop) -> None:
        self._world, self._loop = world, loop
        self._came = bytearray()
        self._is_busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._line = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._came += data
        if not self._is_busy:
            self._take_next()

    def _take_next(self) -> None:
        try:
            request = _read(self._came)
        except ValueError:
            self._line.close()
            return
        if request is not None:
            self._is_busy = True
            before, after = delays(self._world)
            self._later(before, partial(self._carry_out, request, after))

    def _carry_out(self, request: Request, after: float) -> None:
        body = json.dumps(respond(self._world, request), ensure_ascii=False).encode()
        self._later(after, partial(self._answer, body))

    def _answer(self, body: bytes) -> None:
        self._is_busy = False
        if not self._line.is_closing():
            self._line.write(_HEAD.format(len(body)).encode() + body)
            self._take_next()

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        if seconds:
            self._loop.call_later(seconds, act)
        else:
            act()


def _read(came: bytearray) -> Request | None:
    """Takes the next request out of what came, if it is there whole; raises ValueError for what is not one."""
    end = came.find(_HEAD_ENDS)
    if end < 0 and len(came) <= MOST_BYTES:
        return None
    first, *lines = came[:end].decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    lengths = [line.partition(":")[2] for line in lines if line.lower().startswith("content-length:")]
    length, begins = int(lengths[0]) if lengths else 0, end + len(_HEAD_ENDS)
    if end < 0 or not 0 <= length <= MOST_BYTES:
        raise ValueError("too long")
    if len(came) < begins + length:
        return None
    body = bytes(came[begins : begins + length])
    del came[: begins + length]
    path, _, query = target.partition("?")
    return Request(unquote(path).lstrip("/"), method, dict(parse_qsl(query, keep_blank_values=True)), body)
