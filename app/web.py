"""The web application: `create_app()` for any WSGI server; with the sandbox channel the stand-in is mounted too."""

import gc
import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from app import bootstrap, logs, migration, settings
from app.metrics import add_metrics, count
from app.scheduler import TASKS
from bot.nlu import understanding
from handlers import register
from sandbox.settings import SandboxSettings
from sandbox.web import create_sandbox
from services import conversations, nightly, operations, recommendations
from services.failures import described
from services.runtime import Runtime

ROOT: Final = Path(__file__).resolve().parent.parent
MAX_FORM_BYTES: Final = 8 << 20
# A task is late when it missed two of its turns and a minute.
GRACE: Final = timedelta(minutes=1)
#: Parts of the site whose pages show people.
PRIVATE: Final = frozenset({"staff", "own"})
SECURITY_HEADERS: Final = {
    # data: for pictures only: Bootstrap's own style sheet draws its ticks and arrows that way.
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Our own forms are checked by it behind TLS; other sites learn nothing.
    "Referrer-Policy": "same-origin",
}


def create_app(
    config: settings.Settings | None = None,
    *,
    clock: Callable[[], datetime] = bootstrap.machine_clock,
    advance: Callable[[timedelta], None] | None = None,
) -> Flask:
    """The application of one installation. `clock` and `advance` are the demo's: its time can be jumped."""
    is_served = config is None  # by a WSGI server, in a process of its own
    config = config or settings.load()
    rt = bootstrap.build(config, clock)
    if is_served:
        logs.set_up(config.log_format)
        warm_up(rt)
    app = Flask("laobing", template_folder=str(ROOT / "templates" / "web"), static_folder=str(ROOT / "static"))
    app.config.update(SECRET_KEY=config.secret_key, MAX_CONTENT_LENGTH=MAX_FORM_BYTES, SESSION_COOKIE_SAMESITE="Lax")
    if config.is_https:
        app.config.update(SESSION_COOKIE_SECURE=True)
        app.after_request(_only_tls)
    app.jinja_env.globals.update(is_sandbox=config.wechat.is_sandbox, office=rt.office, public_url=rt.public_url)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it, its base class does not
    register(app, rt, bootstrap.callback(config.wechat), conversations.receive, count)
    _add_pages(app, rt)
    add_metrics(app, rt, config.metrics_token)
    app.after_request(_guard)
    if config.wechat.is_sandbox:
        stand_in = create_sandbox(_sandbox_settings(config, clock, advance))
        app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/sandbox": stand_in})  # type: ignore[method-assign]
    if config.is_https:
        # TLS ends at a proxy in front of us, which says who really asks and how.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def warm_up(rt: Runtime) -> None:
    """Loads the word lists and the postings: else the first message after a start waits for them, longer than the
    platform does. Without its database a process starts all the same; /readyz says what is wrong.
    """
    understanding.prepare()
    if not _database_problems(rt):
        with rt.reading() as session:
            recommendations.snapshot(rt.database, session, rt.today())
    gc.collect()
    gc.freeze()  # the lists stay as long as the process: no later collection, in the middle of a turn, looks at them


def _sandbox_settings(
    config: settings.Settings, clock: Callable[[], datetime], advance: Callable[[timedelta], None] | None
) -> SandboxSettings:
    wechat = config.wechat
    return SandboxSettings(
        app_id=wechat.app_id,
        app_secret=wechat.app_secret,
        token=wechat.token,
        aes_key=wechat.aes_key,
        mode=wechat.mode.value,
        callback_url=wechat.api_base.removesuffix("/sandbox/api") + "/wechat",
        clock=clock,
        advance=advance,
        account_name=config.office.name,
        account_kind=wechat.account.value,
    )


def _add_pages(app: Flask, rt: Runtime) -> None:
    @app.get("/")
    def home() -> str:
        """What this address is, and where to go."""
        return render_template("home.html")

    @app.get("/healthz")
    def healthz() -> Response:
        """The process answers."""
        return Response("ok", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        """The database answers, stands at the newest step, and every periodic task ran well not long ago; how far the
        night's matching has come.
        """
        problems = _problems(rt)
        told: dict[str, object] = {"ready": not problems, "problems": problems}
        if not problems:
            told["night"] = asdict(nightly.progress(rt))
        return jsonify(told), 503 if problems else 200


def _problems(rt: Runtime) -> list[str]:
    found = _database_problems(rt)
    if found:
        return found
    ages = operations.ages(rt, tuple(task.name for task in TASKS))
    return [
        f"定时任务 {task.name} 很久没有正常运行了：检查 laobing scheduler 进程"
        for task in TASKS
        if (age := ages[task.name]) is None or age > 2 * task.every + GRACE
    ]


def _only_tls(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _database_problems(rt: Runtime) -> list[str]:
    try:
        is_newest = migration.current(rt.database) == migration.head()
    except Exception as error:
        logging.getLogger(__name__).error("readiness: %s", described(error))
        return [f"数据库没有应答（{type(error).__name__}）：检查 LAOBING_DATABASE_URL 和磁盘"]
    return [] if is_newest else ["数据库不是最新结构：运行 laobing migrate"]


def _guard(response: Response) -> Response:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.blueprint in PRIVATE:
        # People's data must not stay in the cache of a shared machine, nor the address in another site's log.
        response.headers.setdefault("Cache-Control", "no-store")
    return response
