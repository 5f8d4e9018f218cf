"""The platform's signature and AES envelope from its published rules: no SDK, so no bug can hide in both ends."""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK: Final = 32  # PKCS#7 here pads to 32 bytes, not to AES's own 16
_RANDOM: Final = 16
_HEAD: Final = _RANDOM + 4


class SealError(ValueError):
    """A ciphertext that the platform would not accept; the message says what is wrong with it."""


def signature(*parts: str) -> str:
    """Hex SHA-1 over the parts, sorted and joined: the platform's `signature` and `msg_signature`."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Whether `given` is the signature over the parts."""
    return hmac.compare_digest(given.encode(), signature(*parts).encode())


class Sealer:
    """Seals and opens messages with one account's EncodingAESKey."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        self._key = base64.b64decode(aes_key + "=")
        self._app_id = app_id.encode()

    def seal(self, text: str, salt: bytes | None = None) -> str:
        """Base64 ciphertext of 16 random bytes, big-endian length, text, appid. `salt` only for known answers."""
        body = text.encode()
        clear = (salt or secrets.token_bytes(_RANDOM)) + struct.pack(">I", len(body)) + body + self._app_id
        pad = _BLOCK - len(clear) % _BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(clear + bytes([pad]) * pad) + encryptor.finalize()
        return base64.b64encode(sealed).decode()

    def open(self, sealed: str) -> str:
        """The text inside; raises `SealError` for anything but a well-formed seal of this account."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            decryptor = self._cipher().decryptor()
            clear = decryptor.update(raw) + decryptor.finalize()
        except (binascii.Error, ValueError) as error:
            raise SealError("密文不是完整的 Base64/AES 数据") from error
        pad = clear[-1] if clear else 0
        if not 1 <= pad <= _BLOCK or clear[-pad:] != bytes([pad]) * pad:
            raise SealError("补位不对（PKCS#7，按 32 字节）")
        clear = clear[:-pad]
        if len(clear) < _HEAD:
            raise SealError("密文太短")
        (length,) = struct.unpack(">I", clear[_RANDOM:_HEAD])
        if clear[_HEAD + length :] != self._app_id:
            raise SealError("密文末尾的 AppID 不是本号的")
        try:
            return clear[_HEAD : _HEAD + length].decode()
        except UnicodeDecodeError as error:
            raise SealError("正文不是 UTF-8") from error

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
