"""Puts the stand-in together: `create_sandbox(settings)` is the Flask application of the phone page and
the platform's API."""

import atexit
from typing import Final

from flask import Flask, Response, jsonify, request
from markupsafe import escape

from sandbox.api.dispatch import Request, respond
from sandbox.courier import Courier
from sandbox.phone import blueprint
from sandbox.refusal import Refusal
from sandbox.settings import SandboxSettings
from sandbox.world import World

_MOST_BYTES: Final = 8 << 20
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def create_sandbox(settings: SandboxSettings) -> Flask:
    """The stand-in as a WSGI application, stand-alone or under any prefix; `app.extensions["sandbox"]` is
    its world.

    The platform's API answers below `api/` (so the product's API base is `<address>/api`), the phone is
    at `/`.
    """
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = _MOST_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it, its base class does not
    world = World(settings)
    courier = Courier(world)
    app.extensions["sandbox"] = world
    app.extensions["sandbox_courier"] = courier
    atexit.register(courier.close)
    app.register_blueprint(blueprint(world, courier))
    app.add_url_rule("/api/cgi-bin/showqrcode", "showqrcode", lambda: _picture_of_code(world))
    app.add_url_rule("/api/cgi-bin/media/get", "media_get", lambda: _media(world))
    app.add_url_rule("/api/<path:path>", "api", lambda path: _api(world, path), methods=["GET", "POST"])
    app.after_request(_guard)
    return app


def _api(world: World, path: str) -> Response:
    call = Request(path, request.method, request.args, request.get_data())
    return jsonify(respond(world, call))


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _picture_of_code(world: World) -> Response:
    """A drawn card instead of the QR picture: the phone page scans by choosing the scene, not by camera."""
    with world.lock:
        code = world.account.codes.get(request.args.get("ticket", ""))
    if code is None:
        return Response("not found", 404)
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="430" height="430" font-family="sans-serif" '
        'text-anchor="middle"><rect width="430" height="430" fill="#fff" stroke="#222" stroke-width="12"/>'
        '<text x="215" y="190" font-size="34">模拟的二维码</text>'
        f'<text x="215" y="250" font-size="26">{escape(code["scene"])}</text></svg>'
    )
    return Response(drawing, mimetype="image/svg+xml")


def _media(world: World) -> Response:
    with world.lock:
        try:
            world.tokens.check(request.args.get("access_token", ""), world.now())
            found = world.account.media.get(request.args.get("media_id", ""))
            if found is None:
                raise Refusal(40007)
        except Refusal as error:
            return jsonify(error.body("media"))
    return Response(found[1], mimetype=found[0])
