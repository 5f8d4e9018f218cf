"""Whole files sealed with the data keys, piece by piece: a backup taken away is as closed as the columns in it.

A file is its mark, the sealed key of its own (`Keyring`, so the ring's rotation holds for it), and pieces of up to a
mebibyte: length, ciphertext. A piece's number is its nonce, and whether it is the last one is bound in, so that pieces
cannot be left out, put in another order, or cut off at the end without being noticed.
"""

import base64
import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.sealed import Keyring, SealError

MARK: Final = b"LAOBING-BACKUP-1\n"
PIECE: Final = 1 << 20
COLUMN: Final = "backup.key"
_LENGTH: Final = struct.Struct(">I")


def seal_file(keyring: Keyring, source: Path, target: Path) -> None:
    """Writes `source`, compressed and sealed, to `target`; on the disk for good when this returns."""
    key = os.urandom(32)
    head = keyring.seal(COLUMN, base64.b64encode(key).decode())
    with source.open("rb") as plain, target.open("wb") as sealed:
        sealed.write(MARK + _LENGTH.pack(len(head)) + head)
        number, piece = 0, plain.read(PIECE)
        while True:
            following = plain.read(PIECE)
            body = AESGCM(key).encrypt(_nonce(number), zlib.compress(piece, 1), _last(is_last=not following))
            sealed.write(_LENGTH.pack(len(body)) + body)
            if not following:
                break
            number, piece = number + 1, following
        sealed.flush()
        os.fsync(sealed.fileno())


def open_file(keyring: Keyring, source: Path, target: Path) -> None:
    """Writes the content of a sealed file to `target`; raises SealError if it is not whole or the key is another."""
    with source.open("rb") as sealed, target.open("wb") as plain:
        if sealed.read(len(MARK)) != MARK:
            raise SealError("not a backup")
        cipher = AESGCM(base64.b64decode(keyring.open(COLUMN, _piece(sealed))))
        number, body = 0, _piece(sealed)
        while True:
            following = _piece(sealed)
            try:
                plain.write(zlib.decompress(cipher.decrypt(_nonce(number), body, _last(is_last=not following))))
            except InvalidTag as error:
                raise SealError("a backup that was changed or cut off") from error
            if not following:
                return
            number, body = number + 1, following


def _piece(sealed: BinaryIO) -> bytes:
    length = sealed.read(_LENGTH.size)
    return sealed.read(_LENGTH.unpack(length)[0]) if len(length) == _LENGTH.size else b""


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _last(*, is_last: bool) -> bytes:
    return b"last" if is_last else b"more"
