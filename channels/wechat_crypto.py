"""Signatures and AES envelopes of the platform's callback.

The cipher and the padding come from wechatpy; the checks it leaves out are ours: constant-time comparison, every
padding byte, the length field, the app id. Facts: wechat-facts §1.1, §1.2 (docs/decisions/0010).
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from typing import Final

from wechatpy.crypto import PrpCrypto

BLOCK: Final = 32
RANDOM_BYTES: Final = 16
LENGTH_BYTES: Final = 4
AES_KEY: Final = re.compile(r"[A-Za-z0-9+/]{43}")


class EnvelopeError(ValueError):
    """An envelope that does not open; the message is a short reason in Chinese."""


class ForeignAppId(EnvelopeError):
    """An envelope that opens, but was sealed for another account."""


def sign(token: str, *parts: str) -> str:
    """The hex SHA-1 over token and parts, sorted as bytes and joined."""
    joined = b"".join(sorted(part.encode("utf-8", "replace") for part in (token, *parts)))
    return hashlib.sha1(joined).hexdigest()  # noqa: S324 - the platform's rule


def is_signed(signature: str, token: str, *parts: str) -> bool:
    """Whether `signature` is the one of token and parts, compared in constant time."""
    return hmac.compare_digest(sign(token, *parts).encode(), signature.encode("utf-8", "replace"))


class Envelope:
    """Seals and opens envelopes of one account: AES-256-CBC, IV = first half of the key, PKCS#7 with block 32."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        if not AES_KEY.fullmatch(aes_key):
            raise ValueError("EncodingAESKey 应为 43 位字母和数字")
        # The last character of a key may have stray low bits: Python's decoder takes it, strict ones do not.
        self._crypto = _Crypto(base64.b64decode(aes_key + "="))
        self._app_id = app_id

    def seal(self, text: str) -> str:
        """The Base64 of the encrypted text."""
        return bytes(self._crypto.encrypt(text, self._app_id)).decode()

    def open(self, sealed: str) -> bytes:
        """The message inside; raises EnvelopeError. Verify the signature before: it covers `sealed`."""
        try:
            cipher_text = base64.b64decode("".join(sealed.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise EnvelopeError("密文不是 Base64") from error
        if not cipher_text or len(cipher_text) % 16:
            raise EnvelopeError("密文长度不对")
        plain = _unpad(bytes(self._crypto.cipher.decrypt(cipher_text)))
        length = int.from_bytes(plain[RANDOM_BYTES : RANDOM_BYTES + LENGTH_BYTES], "big")
        message = plain[RANDOM_BYTES + LENGTH_BYTES :][:length]
        if len(plain) < RANDOM_BYTES + LENGTH_BYTES or len(message) != length:
            raise EnvelopeError("密文里的长度不对")
        if not hmac.compare_digest(plain[RANDOM_BYTES + LENGTH_BYTES + length :], self._app_id.encode()):
            raise ForeignAppId("密文属于另一个 AppID")
        return message


class _Crypto(PrpCrypto):  # type: ignore[misc]  # wechatpy carries no annotations
    """wechatpy's cipher, with random bytes nobody can predict."""

    def get_random_string(self) -> str:
        return secrets.token_hex(RANDOM_BYTES // 2)


def _unpad(plain: bytes) -> bytes:
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise EnvelopeError("密文的填充不对")
    return plain[:-pad]
