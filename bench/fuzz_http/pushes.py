"""Pushes of the platform as they are drawn: mostly rightly signed, with documents that are nearly as it writes them."""

import random

from bench.fuzz_http.request import Request, encoded
from bench.fuzz_http.words import Words
from tests.console import County
from tests.functional.webhook.pushes import AES_KEY, APP_ID, TOKEN, Platform

PLATFORM = Platform()
WECHAT = {
    "WECHAT_APP_ID": APP_ID,
    "WECHAT_APP_SECRET": "invented-app-secret",
    "WECHAT_TOKEN": TOKEN,
    "WECHAT_AES_KEY": AES_KEY,
    "WECHAT_MODE": "secure",
    "WECHAT_API_BASE": "http://127.0.0.1:9",
}


class Pushes:
    """Draws pushes."""

    def __init__(self, county: County, words: Words, chance: random.Random) -> None:
        self.county, self.words, self.chance = county, words, chance

    def push(self) -> Request:
        """A message of the platform, mostly rightly signed, with anything in it."""
        document = self.document()
        sent = PLATFORM.push(document, nonce=f"n{self.chance.getrandbits(32)}")
        query, body = dict(sent.query), sent.body
        if self.chance.random() < 0.15:
            name = self.chance.choice(sorted(query))
            query[name] = self.chance.choice((self.words.value()[:500], self.words.broken(query[name])))
        if self.chance.random() < 0.1:
            cut = self.chance.randrange(len(body) + 1)
            body = body[:cut] + self.chance.choice((b"", b"\xff", b"<!DOCTYPE a>", b"]]>", b"<a>" * 99)) + body[cut:]
        return Request("nobody", "POST", "/wechat", encoded(list(query.items())), body, "text/xml", cookie="")

    def document(self) -> str:
        """One document as the platform writes them, or nearly so."""
        kind = self.chance.choice(
            ("text", "event", "voice", "location", "image", "event", "text", "text", self.words.value()[:50])
        )
        names = {
            "ToUserName": "gh_000000000001",
            "FromUserName": f"o-fuzz-{self.chance.randrange(20)}",
            "CreateTime": str(int(self.county.rt.now().timestamp())),
            "MsgType": kind,
            "MsgId": str(self.chance.getrandbits(62)),
            "Content": self.said(),
        }
        if kind == "event":
            names["Event"] = self.chance.choice(
                (
                    "subscribe",
                    "unsubscribe",
                    "SCAN",
                    "CLICK",
                    "VIEW",
                    "LOCATION",
                    "TEMPLATESENDJOBFINISH",
                    "MASSSENDJOBFINISH",
                    "subscribe_msg_popup_event",
                    self.words.value()[:40],
                )
            )
            names["EventKey"] = self.chance.choice(
                ("", "qrscene_1", "1", "find", "mine", "help", self.words.value()[:200])
            )
        elif kind == "location":
            names |= {
                "Location_X": self.chance.choice(("31.4", "x", "999", "nan", "")),
                "Location_Y": "104.7",
                "Scale": "20",
                "Label": self.said()[:80],
            }
        elif kind == "voice":
            names |= {"Recognition": self.said(), "MediaId": "m", "Format": "amr"}
        if self.chance.random() < 0.2:
            names[self.chance.choice((*names, "Status", "MsgID", "Ticket", "List"))] = self.words.value()[:3000]
        if self.chance.random() < 0.05:
            names.pop(self.chance.choice(sorted(names)))
        inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in names.items())
        return f"<xml>{inner}</xml>".encode("utf-8", "replace").decode()

    def said(self) -> str:
        """What somebody writes."""
        talk = (
            "同意",
            "看看岗位",
            "报名 1",
            "2",
            "我叫张三，13000000001",
            "48岁，想干保安，三千以上，就在本县",
            "跳过",
            "返回",
            "改 工资",
            "我的资料",
            "人工",
            "退订",
            "在岗，挺好",
            "没发工资",
            "优待证怎么办",
            "要 2",
            "更多",
            "确认",
            "删除我的信息",
        )
        return self.chance.choice(talk) if self.chance.random() < 0.75 else self.words.value()[:700]
