"""The API alone on one event loop: a 50 ms platform for many senders, where a thread per call would be the limit."""

import asyncio
import json
import socket
import threading
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, unquote

from sandbox.api.dispatch import Request, delays, respond
from sandbox.api.wsgi import MOST_BYTES
from sandbox.world import World

_HEAD: Final = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json; encoding=utf-8\r\n"
    "Connection: keep-alive\r\nContent-Length: {}\r\n\r\n"
)


def start(world: World, host: str, port: int) -> int:
    """Serves on a thread of its own until the process ends; answers the port (port 0: any free one). Raises OSError."""
    listening = socket.create_server((host, port), backlog=1024)

    async def serve() -> None:
        server = await asyncio.start_server(partial(_connection, world), sock=listening, limit=MOST_BYTES)
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(serve()), name="sandbox-rapid", daemon=True).start()
    taken: int = listening.getsockname()[1]
    return taken


async def _connection(world: World, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One kept-alive connection: request after request until the client leaves or says something that is not HTTP."""
    try:
        while True:
            request = await _read(reader)
            before, after = delays(world)
            if before:
                await asyncio.sleep(before)
            body = json.dumps(respond(world, request), ensure_ascii=False).encode()
            if after:
                await asyncio.sleep(after)
            writer.write(_HEAD.format(len(body)).encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
        pass
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    """The next request; raises ValueError for what is not one."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ", 2)
    lengths = [line.partition(":")[2] for line in lines if line.lower().startswith("content-length:")]
    length = int(lengths[0]) if lengths else 0
    if not 0 <= length <= MOST_BYTES:
        raise ValueError("too long")
    body = await reader.readexactly(length)
    path, _, query = target.partition("?")
    return Request(unquote(path).lstrip("/"), method, dict(parse_qsl(query, keep_blank_values=True)), body)
