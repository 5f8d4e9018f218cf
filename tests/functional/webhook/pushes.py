"""What the platform sends, made from its published rules and independently of the product's own code."""

import base64
import hashlib
import os
import re
import struct
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

APP_ID = "wx0000000000laobing"
TOKEN = "invented-token"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
VETERAN = "oVeteran_0000000000000000001"
ACCOUNT = "gh_000000000001"


def signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def xml(**fields: Any) -> str:
    """`Name="text"` becomes CDATA, a number stays bare, a tuple of strings is raw XML."""
    return "<xml>" + "".join(_element(name, value) for name, value in fields.items()) + "</xml>"


def _element(name: str, value: Any) -> str:
    if isinstance(value, tuple):
        return f"<{name}>{''.join(value)}</{name}>"
    inner = str(value) if isinstance(value, int) else f"<![CDATA[{value}]]>"
    return f"<{name}>{inner}</{name}>"


def head(sender: str = VETERAN, created: int = 1795000000) -> dict[str, Any]:
    return {"ToUserName": ACCOUNT, "FromUserName": sender, "CreateTime": created}


def text_message(content: str, message_id: int = 1, sender: str = VETERAN) -> str:
    return xml(**head(sender), MsgType="text", Content=content, MsgId=message_id)


def event(name: str, sender: str = VETERAN, created: int = 1795000000, **fields: Any) -> str:
    return xml(**head(sender, created), MsgType="event", Event=name, **fields)


def encrypt(
    plain: str | bytes, app_id: str = APP_ID, key: str = AES_KEY, random: bytes | None = None, pad: bytes | None = None
) -> str:
    """The platform's envelope; a test may set its random bytes, or replace its padding by wrong bytes."""
    secret = base64.b64decode(key + "=")
    message = plain.encode() if isinstance(plain, str) else plain
    body = (random or os.urandom(16)) + struct.pack(">I", len(message)) + message + app_id.encode()
    count = 32 - len(body) % 32
    body += bytes([count]) * count if pad is None else pad
    encryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).encryptor()
    return base64.b64encode(encryptor.update(body) + encryptor.finalize()).decode()


def decrypt(sealed: str, key: str = AES_KEY) -> tuple[str, str]:
    """The message and the app id inside."""
    secret = base64.b64decode(key + "=")
    decryptor = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
    plain = plain[16 : -plain[-1]]
    (length,) = struct.unpack(">I", plain[:4])
    return plain[4 : 4 + length].decode(), plain[4 + length :].decode()


@dataclass(frozen=True)
class Push:
    """One HTTP request of the platform."""

    query: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Platform:
    """The platform as one account sees it, in one of the three modes."""

    mode: str = "secure"
    app_id: str = APP_ID
    token: str = TOKEN
    key: str = AES_KEY

    def query(self, timestamp: str = "1795000001", nonce: str = "nonce1") -> dict[str, str]:
        signed = signature(self.token, timestamp, nonce)
        return {"signature": signed, "timestamp": timestamp, "nonce": nonce, "openid": VETERAN}

    def push(self, document: str, timestamp: str = "1795000001", nonce: str = "nonce1") -> Push:
        query = self.query(timestamp, nonce)
        if self.mode == "plain":
            return Push(query, document.encode())
        sealed = encrypt(document, self.app_id, self.key)
        query |= {"encrypt_type": "aes", "msg_signature": signature(self.token, timestamp, nonce, sealed)}
        envelope = f"<Encrypt><![CDATA[{sealed}]]></Encrypt>"
        if self.mode == "compatible":
            return Push(query, document.replace("</xml>", envelope + "</xml>").encode())
        return Push(query, f"<xml><ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>{envelope}</xml>".encode())

    def answer(self, body: bytes) -> dict[str, str]:
        """The fields of a passive answer, its envelope checked and opened where it has one."""
        fields = elements(body)
        if "Encrypt" not in fields:
            return fields
        expected = signature(self.token, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
        assert fields["MsgSignature"] == expected
        message, app_id = decrypt(fields["Encrypt"], self.key)
        assert app_id == self.app_id
        return elements(message.encode())


def request(push: Push) -> bytes:
    """The whole request as it goes over the wire."""
    head = (
        f"POST /wechat?{urlencode(push.query)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(push.body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + push.body


def elements(body: bytes) -> dict[str, str]:
    root = ElementTree.fromstring(body)
    assert root.tag == "xml"
    names = [child.tag for child in root]
    assert len(names) == len(set(names)), names
    return {child.tag: child.text or "" for child in root}


def without_element(document: str, name: str) -> str:
    return re.sub(f"<{name}>.*?</{name}>", "", document, flags=re.S)
