"""`python -m sandbox --callback URL`: the stand-in alone, in front of any product that speaks to WeChat."""

import argparse
import logging
import os
import sys

from waitress import serve

from sandbox.api import rapid
from sandbox.settings import ACCOUNTS, MODES, SandboxSettings
from sandbox.web import create_sandbox


def main() -> int:
    """Serves until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="模拟的微信：一部手机和平台接口")
    parser.add_argument("--callback", required=True, help="产品的回调地址，例如 http://127.0.0.1:8000/wechat")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100)
    parser.add_argument("--mode", choices=MODES, default="secure", help="消息加解密方式")
    parser.add_argument("--account", choices=ACCOUNTS, default="service-verified", help="公众号类型")
    parser.add_argument("--name", default="退役军人就业服务", help="公众号名称")
    parser.add_argument("--api-port", type=int, help="另开一个只有接口的端口，给压力测试用（很快，延迟不占线程）")
    # A slow platform holds a thread per call while it sleeps: more threads than any sender has workers.
    parser.add_argument("--threads", type=int, default=80)
    parser.add_argument("--app-id", default=os.environ.get("LAOBING_WECHAT_APP_ID", "wx0000000000000000"))
    options = parser.parse_args()
    try:
        settings = SandboxSettings(
            app_id=options.app_id,
            app_secret=os.environ.get("LAOBING_WECHAT_APP_SECRET", "0" * 32),
            token=os.environ.get("LAOBING_WECHAT_TOKEN", "sandbox"),
            aes_key=os.environ.get("LAOBING_WECHAT_AES_KEY", "0" * 42 + "0"),
            mode=options.mode,
            callback_url=options.callback,
            account_name=options.name,
            account_kind=options.account,
        )
    except ValueError as error:
        parser.error(str(error))
    address = f"http://{options.host}:{options.port}"
    sys.stdout.write(f"手机：{address}/\n接口（LAOBING_WECHAT_API_BASE）：{address}/api\n按 Ctrl-C 停止\n")
    sandbox = create_sandbox(settings)
    if options.api_port:
        rapid.start(sandbox.extensions["sandbox"], options.host, options.api_port)
        sys.stdout.write(f"快速接口：http://{options.host}:{options.api_port}\n")
    sys.stdout.flush()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    serve(sandbox, host=options.host, port=options.port, threads=options.threads, _quiet=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
