"""Covering what identifies a person: enough to tell two apart on a screen, too little to use; the default."""

import re
from typing import Final

from models.sealed import Keyring
from models.veteran import Veteran

#: A mobile number, or an identity number of 15 or 18 places, however people space it.
_ID: Final = re.compile(r"(?<![\d])(?:\d[ -]?){17}[\dXx](?![\d])|(?<![\d])(?:\d[ -]?){14}\d(?![\d])")
_PHONE: Final = re.compile(r"(?<![\d])(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\d])")
_SPACES: Final = re.compile(r"[ -]")


def masked_id(number: str | None) -> str | None:
    """E.g. 519900********0017."""
    return None if number is None else f"{number[:6]}********{number[-4:]}"


def masked_phone(phone: str | None) -> str | None:
    """E.g. 139****0951."""
    return None if phone is None else f"{phone[:3]}****{phone[-4:]}"


def masked_name(name: str | None) -> str | None:
    """The surname and stars."""
    return None if name is None else name[:1] + "*" * (len(name) - 1)


def masked_text(text: str) -> str:
    """Free words with every mobile and identity number in them covered, whosever they are."""
    return _PHONE.sub(lambda found: str(masked_phone(_SPACES.sub("", found[0])[-11:])), masked_ids(text))


def masked_ids(text: str) -> str:
    """The same for pages that are opened to make a call: phones stay."""
    return _ID.sub(lambda found: str(masked_id(_SPACES.sub("", found[0]))), text)


def staff_words(keyring: Keyring, veteran: Veteran | None, text: str) -> str:
    """Words of staff about a person as they are kept: the person's own phone covered, and every identity number.

    The person's numbers stand sealed in the ledger; nobody else's identity number has a place in a note.
    """
    text = masked_ids(text)
    phone = keyring.open("veteran.phone", veteran.phone_sealed) if veteran and veteran.phone_sealed else None
    return text.replace(phone, masked_text(phone)) if phone else text
