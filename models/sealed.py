"""Real-name fields at rest: AES-GCM with the column's name bound in, and a keyed digest for equality search."""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_ID_BYTES = 4


class SealError(Exception):
    """A sealed value that no key at hand opens: a missing old key, or bytes from another column."""


class Keyring:
    """The data keys, newest first. New values are sealed with the first; any of them opens what it sealed.

    A sealed value is key id (4 bytes) + nonce (12) + ciphertext with its tag; the column's name is associated
    data, so a value moved to another column does not open. Digests use a key derived from the *oldest* key, so
    that search keeps working while keys are rotated.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != 32 for key in keys):
            raise ValueError("a data key is 32 bytes")
        self._ciphers = {hashlib.sha256(b"id" + key).digest()[:KEY_ID_BYTES]: AESGCM(key) for key in keys}
        self._current = next(iter(self._ciphers))
        self._digest_key = hashlib.sha256(b"digest" + keys[-1]).digest()

    @classmethod
    def parse(cls, text: str) -> "Keyring":
        """From the setting's form: Base64 keys, newest first, separated by commas; raises ValueError."""
        return cls([base64.b64decode(part.strip(), validate=True) for part in text.split(",") if part.strip()])

    def seal(self, column: str, text: str) -> bytes:
        """The encrypted form of `text` for `column` (e.g. "veteran.phone")."""
        nonce = os.urandom(NONCE_BYTES)
        cipher = self._ciphers[self._current]
        return self._current + nonce + cipher.encrypt(nonce, text.encode(), column.encode())

    def open(self, column: str, sealed: bytes) -> str:
        """The text of a sealed value; raises SealError."""
        cipher = self._ciphers.get(sealed[:KEY_ID_BYTES])
        if cipher is None:
            raise SealError(f"no key for a value of {column}")
        nonce = sealed[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
        try:
            return cipher.decrypt(nonce, sealed[KEY_ID_BYTES + NONCE_BYTES :], column.encode()).decode()
        except InvalidTag as error:
            raise SealError(f"a value of {column} does not open") from error

    def digest(self, column: str, text: str) -> str:
        """A keyed hash for equality search in `column`; says nothing without the key."""
        return hmac.new(self._digest_key, f"{column}\0{text}".encode(), hashlib.sha256).hexdigest()
