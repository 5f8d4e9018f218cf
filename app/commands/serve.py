"""`laobing serve`: the web process on waitress (one process, threads); many machines use gunicorn (Procfile)."""

import argparse
from typing import Any, Final

from app import logs, settings

#: A body that trickles in holds one channel and no thread, and half a minute at most; a bigger one than the largest
#: upload is refused before it is read.
SERVER: Final[dict[str, Any]] = {
    "threads": 8,
    "channel_timeout": 30,
    "connection_limit": 500,
    "max_request_body_size": 9 << 20,
}


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments: where to listen is a setting."""
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Serves until stopped; a bad setting is refused in one line."""
    config = settings.load()
    # Imported late: a refused setting answers at once.
    import waitress

    from app.web import create_app, warm_up

    logs.set_up(config.log_format)
    app = create_app(config)
    warm_up(app.extensions["laobing"])
    print(f"老兵上岗已启动：http://{config.host}:{config.port}/")
    if config.wechat.is_sandbox:
        print("没有填微信账号，用的是模拟微信：/sandbox/")
    waitress.serve(app, host=config.host, port=config.port, **SERVER)
    return 0
