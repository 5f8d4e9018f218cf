"""Real-name fields at rest: sealed with the column's name bound in, and keyed digests for equality search."""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hmac import HMAC

NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
KEY_ID_BYTES: Final = 4
#: A digest is the id of its key and so much of the hash: 64 characters, as the columns are wide.
DIGEST_CHARACTERS: Final = 56


class SealError(Exception):
    """A sealed value that no key at hand opens: a missing old key, or bytes from another column."""


class Suite(StrEnum):
    """Which algorithms new values get: AES-256-GCM with HMAC-SHA256, or SM4-GCM with HMAC-SM3 (GM/T)."""

    AES = "aes"
    SM = "sm"


class _Aead(Protocol):
    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class _Sm4Gcm:
    """SM4-GCM in the shape of AESGCM: the tag stands behind the ciphertext."""

    def __init__(self, key: bytes) -> None:
        self._key = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        worker = Cipher(self._key, modes.GCM(nonce)).encryptor()
        worker.authenticate_additional_data(associated_data or b"")
        return worker.update(data) + worker.finalize() + worker.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        body, tag = data[:-TAG_BYTES], data[-TAG_BYTES:]
        if len(tag) < TAG_BYTES:
            raise InvalidTag
        worker = Cipher(self._key, modes.GCM(nonce, tag)).decryptor()
        worker.authenticate_additional_data(associated_data or b"")
        return worker.update(body) + worker.finalize()


@dataclass(frozen=True, slots=True)
class _Key:
    """One data key under one suite; its id says both, so that a value tells how it wants to be opened."""

    id: bytes
    cipher: _Aead
    digest_key: bytes
    suite: Suite

    def hashed(self, text: str) -> str:
        return self.id.hex() + _keyed_hash(self.suite, self.digest_key, text.encode())[:DIGEST_CHARACTERS]


def _key(data_key: bytes, suite: Suite) -> _Key:
    if suite is Suite.SM:
        cipher: _Aead = _Sm4Gcm(bytes.fromhex(_keyed_hash(suite, data_key, b"sm4"))[:16])
        return _Key(_short(b"id-sm" + data_key), cipher, hashlib.sha256(b"digest-sm" + data_key).digest(), suite)
    digest_key = hashlib.sha256(b"digest" + data_key).digest()
    return _Key(_short(b"id" + data_key), AESGCM(data_key), digest_key, suite)


def _short(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()[:KEY_ID_BYTES]


def _keyed_hash(suite: Suite, key: bytes, text: bytes) -> str:
    if suite is Suite.AES:
        return hmac.new(key, text, hashlib.sha256).hexdigest()
    worker = HMAC(key, hashes.SM3())
    worker.update(text)
    return worker.finalize().hex()


class Keyring:
    """The data keys, newest first. New values are sealed with the first; any of them opens what it sealed.

    A sealed value is key id (4 bytes) + nonce (12) + ciphertext with its tag; the column's name is associated
    data, so a value moved to another column does not open. A digest begins with its key's id too: what is kept may
    bear the digest of any key at hand until `laobing rotate-keys` has been through, so search asks for all of them.
    """

    def __init__(self, keys: Sequence[bytes], suite: Suite = Suite.AES) -> None:
        if not keys or any(len(key) != 32 for key in keys):
            raise ValueError("a data key is 32 bytes")
        # Both suites of every key: a change of suite is one more rotation, with the same keys.
        suites = (suite, *(other for other in Suite if other is not suite and is_available(other)))
        known = [_key(key, one) for one in suites for key in keys]
        self._keys = {one.id: one for one in known}
        self._current = known[0]

    @classmethod
    def parse(cls, text: str, suite: Suite = Suite.AES) -> "Keyring":
        """From the setting's form: Base64 keys, newest first, separated by commas; raises ValueError."""
        return cls([base64.b64decode(part.strip(), validate=True) for part in text.split(",") if part.strip()], suite)

    @property
    def current_id(self) -> bytes:
        """The id that begins every value sealed from now on (and, in hexadecimal, every digest)."""
        return self._current.id

    def seal(self, column: str, text: str) -> bytes:
        """The encrypted form of `text` for `column` (e.g. "veteran.phone")."""
        nonce = os.urandom(NONCE_BYTES)
        return self._current.id + nonce + self._current.cipher.encrypt(nonce, text.encode(), column.encode())

    def open(self, column: str, sealed: bytes) -> str:
        """The text of a sealed value; raises SealError."""
        key = self._keys.get(sealed[:KEY_ID_BYTES])
        if key is None:
            raise SealError(f"no key for a value of {column}")
        nonce = sealed[KEY_ID_BYTES : KEY_ID_BYTES + NONCE_BYTES]
        try:
            return key.cipher.decrypt(nonce, sealed[KEY_ID_BYTES + NONCE_BYTES :], column.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise SealError(f"a value of {column} does not open") from error

    def digest(self, column: str, text: str) -> str:
        """A keyed hash to keep for equality search in `column`; says nothing without the key."""
        return self._current.hashed(f"{column}\0{text}")

    def digests(self, column: str, text: str) -> tuple[str, ...]:
        """Every form in which that digest may be kept, today's first: search asks for all of them."""
        return tuple(key.hashed(f"{column}\0{text}") for key in self._keys.values())

    def is_digest(self, column: str, text: str, digest: str) -> bool:
        """Whether that is a digest of this text under a key at hand; takes the same time whatever the answer."""
        given = digest.encode()
        return sum(hmac.compare_digest(one.encode(), given) for one in self.digests(column, text)) > 0


@lru_cache
def is_available(suite: Suite) -> bool:
    """Whether the cryptography of this machine can do it: an OpenSSL may be built without SM3 and SM4."""
    try:
        key = _key(bytes(32), suite)
        return key.cipher.decrypt(bytes(NONCE_BYTES), key.cipher.encrypt(bytes(NONCE_BYTES), b"probe", b""), b"") != b""
    except UnsupportedAlgorithm:
        return False
