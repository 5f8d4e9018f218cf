"""The API as a plain WSGI function: over 50,000 calls a framework's routing would be the larger half of each."""

import json
import time
from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from markupsafe import escape

from sandbox.api.dispatch import Request, delays, respond
from sandbox.refusal import Refusal
from sandbox.world import World

MOST_BYTES: Final = 16 << 20
_JSON: Final = "application/json; encoding=utf-8"
_DRAWING: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="430" height="430" font-family="sans-serif" text-anchor="middle">'
    '<rect width="430" height="430" fill="#fff" stroke="#222" stroke-width="12"/>'
    '<text x="215" y="190" font-size="34">模拟的二维码</text><text x="215" y="250" font-size="26">{}</text></svg>'
)

Found = tuple[str, str, bytes]


def application(world: World) -> WSGIApplication:
    """The WSGI application below `/api`."""

    def serve(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        before, after = delays(world)
        time.sleep(before)
        status, kind, body = _find(world, environ)
        time.sleep(after)
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")])
        return [body]

    return serve


def _find(world: World, environ: WSGIEnvironment) -> Found:
    path = environ.get("PATH_INFO", "").lstrip("/")
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    if path == "cgi-bin/showqrcode":
        return _picture_of_code(world, query)
    if path == "cgi-bin/media/get":
        return _media(world, query)
    if path == "_violations":
        with world.lock:
            return _json(world.traffic.violations())
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST_BYTES:
        return "413 Request Entity Too Large", "text/plain", b""
    body = environ["wsgi.input"].read(int(length))
    return _json(respond(world, Request(path, environ["REQUEST_METHOD"], query, body)))


def _json(answer: object) -> Found:
    return "200 OK", _JSON, json.dumps(answer, ensure_ascii=False).encode()


def _picture_of_code(world: World, query: dict[str, str]) -> Found:
    """A drawn card instead of the QR picture: the phone page scans by choosing the scene, not by camera."""
    with world.lock:
        code = world.account.codes.get(query.get("ticket", ""))
    if code is None:
        return "404 Not Found", "text/plain", b""
    return "200 OK", "image/svg+xml", _DRAWING.format(escape(code["scene"])).encode()


def _media(world: World, query: dict[str, str]) -> Found:
    with world.lock:
        try:
            world.tokens.check(query.get("access_token", ""), world.now())
            found = world.account.media.get(query.get("media_id", ""))
            if found is None:
                raise Refusal(40007)
        except Refusal as error:
            return _json(error.body("media"))
    return "200 OK", found[0], found[1]
