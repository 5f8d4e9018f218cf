"""The cheapest HTTP server that can stand for the platform in a measurement of the sender: it waits, says yes, counts.

It knows no rules (that is the sandbox's part); what it got it keeps unread until it is asked.
"""

import argparse
import asyncio
import json
from collections import Counter
from selectors import SelectSelector
from typing import Final

_HEAD: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; encoding=utf-8\r\nContent-Length: %d\r\n\r\n"
_TOKEN: Final = json.dumps({"access_token": "t" * 136, "expires_in": 7200}).encode()


class Books:
    """The bodies that came, and the least time an answer takes."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.bodies: list[bytes] = []

    def answer(self, target: bytes, body: bytes) -> tuple[float, bytes]:
        """After how long, and what."""
        if target.startswith(b"/cgi-bin/stable_token"):
            return 0.0, _TOKEN
        if target.startswith(b"/received"):
            keys = Counter(json.loads(one)["client_msg_id"] for one in self.bodies)
            return 0.0, json.dumps({"messages": sum(keys.values()), "doubled": sum(keys.values()) - len(keys)}).encode()
        self.bodies.append(body)
        return self.seconds, b'{"errcode":0,"errmsg":"ok","msgid":%d}' % len(self.bodies)


class Line(asyncio.Protocol):
    """One kept-alive connection; a client sends its next request when it has its answer."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._later = asyncio.get_running_loop().call_later

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, gap, body = self._got.partition(b"\r\n\r\n")
        if not gap:
            return
        at = head.lower().find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) < length:
            return
        self._got = body[length:]
        after, said = self._books.answer(head.split(b" ", 2)[1], body[:length])
        self._later(after, self._say, _HEAD % len(said) + said)

    def _say(self, said: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(said)


async def _serve(port: int, seconds: float) -> None:
    books = Books(seconds)
    server = await asyncio.get_running_loop().create_server(lambda: Line(books), "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seconds", type=float, default=0.05)
    args = parser.parse_args()
    # select() waits to the microsecond; epoll, asyncio's own choice, to the next whole millisecond.
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(SelectSelector())) as runner:
        runner.run(_serve(args.port, args.seconds))


if __name__ == "__main__":
    main()
