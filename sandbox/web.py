"""Puts the stand-in together: `create_sandbox(settings)` is phone page and platform API as one application."""

import atexit
from typing import Final

from flask import Flask, Response
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from sandbox.api.wsgi import application
from sandbox.courier import Courier
from sandbox.phone import blueprint
from sandbox.settings import SandboxSettings
from sandbox.world import World

_MOST_BYTES: Final = 1 << 20
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def create_sandbox(settings: SandboxSettings) -> Flask:
    """The stand-in as a WSGI application, stand-alone or under any prefix; `app.extensions["sandbox"]` is its world.

    The platform's API answers below `api/` (so the product's API base is `<address>/api`), the phone is at `/`.
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
    app.after_request(_guard)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/api": application(world)})  # type: ignore[method-assign]
    return app


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
