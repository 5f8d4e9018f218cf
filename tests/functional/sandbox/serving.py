"""A WSGI application behind a real socket of 127.0.0.1, for as long as a test needs it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # kept-alive connections, as a pooled client wants them

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@contextmanager
def served(application: Any) -> Iterator[str]:
    """Its address, ending in a slash."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Handler)
    server.daemon_threads = True  # type: ignore[attr-defined]  # of the threaded kind it makes
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
