"""Signed links (`/e/…` for employers, `/p/…` for veterans): one address opens one thing, expires, can be taken back.

The address is the number of a row and a signature over the row's purpose and subject, so a link for one purpose never
opens another, none can be guessed, and the same address can be shown again without being kept.
"""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from models import link as links_table
from models.base import Session
from models.link import Link
from models.sealed import Keyring
from services.errors import ServiceError

_COLUMN: Final = "link.signature"
_SIGNATURE_CHARS: Final = 40
"""The key's id (8) and 128 bits."""
_LONGEST_NUMBER: Final = 9
_WORDS: Final = {
    "links.unknown": (404, "这个链接不完整或不对。请从原来的消息里重新打开，或者打电话问我们。"),
    "links.expired": (410, "这个链接已经过期。请打电话给我们，我们再发一个新的。"),
    "links.revoked": (410, "这个链接已经停用。请打电话给我们，我们再发一个新的。"),
}


class LinkRefused(ServiceError):
    """An address that opens nothing: not ours, of another purpose, past its time, or taken back."""

    def __init__(self, key: str) -> None:
        status, message = _WORDS[key]
        super().__init__(key, status, message)


def issue(
    session: Session, keyring: Keyring, about: tuple[str, int], lasts: timedelta, *, who: str, now: datetime
) -> str:
    """The signed part of an address that opens `about` (purpose, number of the row) for at least half of `lasts`.

    While a link to the same thing holds that long it is given again, so that asking twice hands out one address.
    """
    purpose, subject_id = about
    link = links_table.live_link(session, purpose, subject_id, now + lasts / 2)
    if link is None:
        link = Link(purpose=purpose, subject_id=subject_id, issued_by=who, issued_at=now, expires_at=now + lasts)
        session.add(link)
        session.flush()  # its address is made of its number
    return address_of(keyring, link)


def is_out(session: Session, about: tuple[str, int], lasts: timedelta, now: datetime) -> bool:
    """Whether `issue` would give an address again that is out already."""
    return links_table.live_link(session, *about, now + lasts / 2) is not None


def address_of(keyring: Keyring, link: Link) -> str:
    """The signed part of this link's address."""
    return f"{link.id}-{_signatures(keyring, link)[0]}"


def opened(
    session: Session, keyring: Keyring, address: str, purposes: Collection[str], now: datetime, *, notes: bool = True
) -> Link:
    """The link an address names; raises LinkRefused unless it is valid for one of these purposes.

    `notes`: the one it was handed to has opened it; False when staff look at what they hand out.
    """
    number, _, signature = address.partition("-")
    is_number = number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER
    link = links_table.link_by_id(session, int(number)) if is_number else None
    if link is None or link.purpose not in purposes:
        raise LinkRefused("links.unknown")
    if not any(hmac.compare_digest(signature.encode(), one.encode()) for one in _signatures(keyring, link)):
        raise LinkRefused("links.unknown")
    if link.revoked_at is not None:
        raise LinkRefused("links.revoked")
    if link.expires_at <= now:
        raise LinkRefused("links.expired")
    if notes and link.opened_at is None:
        link.opened_at = now
    return link


def revoke(session: Session, about: tuple[str, int], now: datetime) -> None:
    """Takes back every address that opens this."""
    links_table.revoke_links(session, *about, now)


def _signatures(keyring: Keyring, link: Link) -> tuple[str, ...]:
    """Under today's key, and under those an address still in somebody's hands may bear."""
    signed = f"{link.purpose}:{link.subject_id}:{link.id}"
    return tuple(one[:_SIGNATURE_CHARS] for one in keyring.digests(_COLUMN, signed))
