"""The yardstick: the least a Flask + wechatpy account can do, as its own documentation shows it. Echoes, AES mode."""

import os

from flask import Flask, Response, request
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto


def create_app() -> Flask:
    app = Flask(__name__)
    crypto = WeChatCrypto(
        os.environ["LAOBING_WECHAT_TOKEN"], os.environ["LAOBING_WECHAT_AES_KEY"], os.environ["LAOBING_WECHAT_APP_ID"]
    )

    @app.post("/wechat")
    def push() -> Response:
        args = request.args
        xml = crypto.decrypt_message(request.data, args["msg_signature"], args["timestamp"], args["nonce"])
        message = parse_message(xml)
        text = message.content if message.type == "text" else message.event
        reply = create_reply(text, message).render()
        return Response(crypto.encrypt_message(reply, args["nonce"], args["timestamp"]), mimetype="text/xml")

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app
