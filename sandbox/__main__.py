"""`python -m sandbox --callback URL`: the stand-in alone, in front of any product that speaks to WeChat."""

import argparse
import logging
import os
import sys

import waitress

from sandbox.api import rapid
from sandbox.settings import ACCOUNTS, MODES, SandboxSettings
from sandbox.web import create_sandbox


def main() -> int:
    """Serves until Ctrl-C."""
    parser = _parser()
    options = parser.parse_args()
    try:
        settings = _settings(options)
    except ValueError as error:
        parser.error(str(error))
    sandbox = create_sandbox(settings)
    server = waitress.create_server(sandbox, host=options.host, port=options.port, threads=options.threads)
    address = f"http://{options.host}:{server.effective_port}"
    lines = [f"手机：{address}/", f"接口（LAOBING_WECHAT_API_BASE）：{address}/api"]
    if options.api_port is not None:
        world = sandbox.extensions["sandbox"]
        if options.no_events:
            world.send_event = lambda openid, event: None
        port = rapid.start(world, options.host, options.api_port)
        lines.append(f"快速接口：http://{options.host}:{port}")
    sys.stdout.write("\n".join([*lines, "按 Ctrl-C 停止", ""]))
    sys.stdout.flush()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="模拟的微信：一部手机和平台接口")
    parser.add_argument("--callback", required=True, help="产品的回调地址，例如 http://127.0.0.1:8000/wechat")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--mode", choices=MODES, default="secure", help="消息加解密方式")
    parser.add_argument("--account", choices=ACCOUNTS, default="service-verified", help="公众号类型")
    parser.add_argument("--name", default="退役军人就业服务", help="公众号名称")
    parser.add_argument("--api-port", type=int, help="另开一个只有接口的端口，给压力测试用（很快，延迟不占线程）")
    parser.add_argument("--no-events", action="store_true", help="快速接口不推送回执：只量产品自己发得多快")
    # A slow platform holds a thread per call while it sleeps: more threads than any sender has workers.
    parser.add_argument("--threads", type=int, default=80)
    return parser


def _settings(options: argparse.Namespace) -> SandboxSettings:
    """The account's secrets come from the variables the product reads; without them from invented ones."""
    given = os.environ
    return SandboxSettings(
        app_id=given.get("LAOBING_WECHAT_APP_ID", "wx0000000000000000"),
        app_secret=given.get("LAOBING_WECHAT_APP_SECRET", "0" * 32),
        token=given.get("LAOBING_WECHAT_TOKEN", "sandbox"),
        aes_key=given.get("LAOBING_WECHAT_AES_KEY", "0" * 43),
        mode=options.mode,
        callback_url=options.callback,
        account_name=options.name,
        account_kind=options.account,
    )


if __name__ == "__main__":
    sys.exit(main())
