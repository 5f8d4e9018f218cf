"""The platform's callback: what it pushes to us, verified, opened and cleaned, and our passive answer to it.

The one adapter around wechatpy for the way in. Everything that is not a genuine, well-formed push ends in
`CallbackRefused`; nothing else is raised. Facts: wechat-facts §1 (docs/decisions/0010-wechatpy-adapter.md).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from channels.wechat_crypto import Envelope, EnvelopeError, ForeignAppId, is_signed, sign
from channels.wechat_xml import MalformedXml, clean_text, read_envelope, read_fields, write

MAX_BODY_BYTES: Final = 1024 * 1024
MAX_ANSWER_BYTES: Final = 2048
MAX_ECHO_CHARS: Final = 200
MAX_NAME_CHARS: Final = 64
MAX_DIGITS: Final = 20
# What in compatible mode must read the same outside the envelope as inside it.
_TWICE: Final = ("FromUserName", "CreateTime", "MsgType", "MsgId", "Content")


class Mode(StrEnum):
    """The three message modes an account can be set to."""

    PLAIN = "plain"
    COMPATIBLE = "compatible"
    SECURE = "secure"


@dataclass(frozen=True, slots=True)
class CallbackSettings:
    """What the operator set in the platform's console; refuses at once what could never be safe."""

    app_id: str
    token: str
    aes_key: str = ""
    mode: Mode = Mode.SECURE

    def __post_init__(self) -> None:
        if not self.token.strip():
            raise ValueError("微信 Token 不能为空")
        if self.mode != Mode.PLAIN and not (self.aes_key and self.app_id):
            raise ValueError("加密模式需要 EncodingAESKey 和 AppID")
        if self.aes_key:
            Envelope(self.aes_key, self.app_id)


class CallbackRefused(Exception):
    """A push we do not take: the HTTP status to answer with, and a short Chinese reason without content."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CallbackMessage:
    """One genuine push. `event` is empty for messages; `message_id` is empty where the platform gives none.

    `fields` are all its elements by their wire names, nested ones joined by dots, texts cleaned.
    """

    sender: str
    account: str
    msg_type: str
    event: str
    message_id: str
    created_at: datetime
    fields: Mapping[str, str] = field(default_factory=dict)
    encrypted: bool = False


class Callback:
    """Reads pushes and writes passive answers for one account."""

    def __init__(self, settings: CallbackSettings) -> None:
        self._settings = settings
        self._envelope = Envelope(settings.aes_key, settings.app_id) if settings.aes_key else None

    def check_url(self, args: Mapping[str, str]) -> str:
        """The text to echo when the console checks our address; raises CallbackRefused."""
        self._require_signature(args)
        echo = args.get("echostr", "")
        if not echo or len(echo) > MAX_ECHO_CHARS or not echo.isascii() or not echo.isprintable():
            raise CallbackRefused(400, "echostr 不对")
        return echo

    def read(self, args: Mapping[str, str], body: bytes) -> CallbackMessage:
        """One push from its query and body; raises CallbackRefused."""
        if len(body) > MAX_BODY_BYTES:
            raise CallbackRefused(413, "消息太大")
        claims_envelope = "msg_signature" in args or args.get("encrypt_type") == "aes"
        try:
            match self._settings.mode:
                case Mode.SECURE:
                    return self._read_sealed(args, read_envelope(body))
                case Mode.COMPATIBLE if claims_envelope:
                    return self._read_both(args, body)
                case Mode.PLAIN if claims_envelope:
                    raise CallbackRefused(400, "本系统设为明文模式，平台发来的是加密消息，请核对消息加解密方式")
                case _:
                    self._require_signature(args)
                    return _message(read_fields(body), encrypted=False)
        except MalformedXml as error:
            raise CallbackRefused(400, str(error)) from error

    def answer(self, message: CallbackMessage, text: str) -> str:
        """The document that answers `message` with `text`, encrypted where the message was."""
        reply = write(
            {
                "ToUserName": message.sender,
                "FromUserName": message.account,
                "CreateTime": int(message.created_at.timestamp()),
                "MsgType": "text",
                "Content": fit(text),
            }
        )
        if not message.encrypted or self._envelope is None:
            return reply
        sealed, nonce = self._envelope.seal(reply), secrets.token_hex(8)
        moment = str(int(message.created_at.timestamp()))
        signature = sign(self._settings.token, moment, nonce, sealed)
        return write(
            {"Encrypt": sealed, "MsgSignature": signature, "TimeStamp": int(moment), "Nonce": nonce},
        )

    def _require_signature(self, args: Mapping[str, str]) -> None:
        timestamp, nonce = args.get("timestamp", ""), args.get("nonce", "")
        signature = args.get("signature", "")
        if not (timestamp and nonce and is_signed(signature, self._settings.token, timestamp, nonce)):
            raise CallbackRefused(403, "签名不符")

    def _read_sealed(self, args: Mapping[str, str], outer: Mapping[str, Any]) -> CallbackMessage:
        sealed = outer.get("Encrypt")
        parts = args.get("timestamp", ""), args.get("nonce", "")
        # Only msg_signature covers the body: a true `signature` with another body proves nothing.
        if not isinstance(sealed, str) or not all(parts):
            raise CallbackRefused(403, "不是加密消息")
        if not is_signed(args.get("msg_signature", ""), self._settings.token, *parts, sealed):
            raise CallbackRefused(403, "签名不符")
        assert self._envelope is not None, "settings require a key in this mode"
        try:
            inner = self._envelope.open(sealed)
        except ForeignAppId as error:
            raise CallbackRefused(403, str(error)) from error
        except EnvelopeError as error:
            raise CallbackRefused(400, str(error)) from error
        return _message(read_fields(inner), encrypted=True)

    def _read_both(self, args: Mapping[str, str], body: bytes) -> CallbackMessage:
        outer = read_envelope(body)
        message = self._read_sealed(args, outer)
        for name in _TWICE:
            shown = outer.get(name)
            if shown is not None and not _same(shown, message.fields.get(name, "")):
                raise CallbackRefused(403, "明文与密文不一致")
        return message


def fit(text: str) -> str:
    """`text` within the platform's byte limit for one passive text, cut between characters."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= MAX_ANSWER_BYTES:
        return text
    return raw[: MAX_ANSWER_BYTES - 3].decode("utf-8", "ignore") + "…"


def _same(shown: object, inner: str) -> bool:
    return isinstance(shown, str) and clean_text(shown).lower() == inner.lower()


def _message(fields: dict[str, str], *, encrypted: bool) -> CallbackMessage:
    sender, account = _name(fields, "FromUserName"), _name(fields, "ToUserName")
    if not fields["MsgType"]:
        raise CallbackRefused(400, "缺少消息类型 MsgType")
    event = fields["Event"] if fields["MsgType"] == "event" else ""
    if fields["MsgType"] == "event" and not event:
        raise CallbackRefused(400, "缺少事件类型 Event")
    message_id = fields.get("MsgId") or fields.get("MsgID") or ""
    created = fields.get("CreateTime", "")
    if not (message_id or created) or not (_is_number(message_id) and _is_number(created)):
        raise CallbackRefused(400, "消息编号或时间不对")
    seconds = min(int(created or 0), 2**35)
    moment = datetime.fromtimestamp(seconds, UTC)
    return CallbackMessage(sender, account, fields["MsgType"], event, message_id, moment, fields, encrypted)


def _name(fields: Mapping[str, str], element: str) -> str:
    name = fields.get(element, "")
    if not name or len(name) > MAX_NAME_CHARS or not name.isprintable() or any(map(str.isspace, name)):
        raise CallbackRefused(400, f"{element} 不对")
    return name


def _is_number(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS)
