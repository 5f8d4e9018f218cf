"""The audit trail: the only writer of its entries, the chain that gives away a change, and the reading of both.

Two steps, so that nobody waits. Whoever acts signs the entry in the transaction of the act: nothing is shared with
others. A moment later `link_due`, one process at a time, gives it its place: each link is a keyed hash over the link
before, so that nothing can be altered, taken out or put in between without the key.
"""

import json
import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from typing import Final

from models import audit as audit_table
from models.audit import AuditEntry, AuditHead
from models.base import Session
from models.sealed import Keyring
from services.runtime import Runtime

log = logging.getLogger(__name__)

SIGNED: Final = "audit.entry"
LINKED: Final = "audit.link"
HEADED: Final = "audit.head"
PAGE: Final = 500
#: The law on personal information wants the records of how it was processed kept for three years at least.
KEPT: Final = timedelta(days=3 * 365)
#: A code, a count written out, a day: no name fits, and no phone or identity number.
_CODE: Final = re.compile(r"(?!.*\d{7})[A-Za-z0-9_.:+/-]{0,64}", re.ASCII)
Detail = bool | int | str | tuple[str, ...]


def note(
    rt: Runtime, session: Session, who: str, action: str, subject: str, details: Mapping[str, Detail] | None = None
) -> None:
    """Writes an entry within the caller's transaction: it stands if and only if what it tells of does.

    `who`: the account, not its words. `action`: noun and verb ("card.read"). `subject`: kind and row number
    ("veteran:12"); the number stays when the person is erased and then leads to an empty row. `details`: codes,
    counts, days, names of fields; raises ValueError for anything that could be a person's name or number.
    """
    entry = AuditEntry(
        at=rt.now(), who=who[:64], action=action, subject=subject, details=_checked(details or {}), token=_token()
    )
    entry.signature = rt.keyring.digest(SIGNED, _said(entry))
    session.add(entry)


def person_read(
    rt: Runtime, session: Session, who: str, veteran_id: int, page: str, revealed: tuple[str, ...] = ()
) -> None:
    """Somebody looks at a person: on which page, and which fields are uncovered. Whatever shows one person says so."""
    note(rt, session, who, f"{page}.read", f"veteran:{veteran_id}", {"revealed": revealed})


def list_read(rt: Runtime, who: str, page: str) -> None:
    """Somebody opened a page that names several people, with their numbers covered: which page, not each of them."""
    with rt.transaction() as session:
        note(rt, session, who, f"{page}.list", "people")


def acted(rt: Runtime, who: str, action: str, veteran_ids: Sequence[int]) -> None:
    """Somebody sent a form about these people. Call it before acting: nothing is done that is not on the record."""
    with rt.transaction() as session:
        for veteran_id in veteran_ids:
            note(rt, session, who, action, f"veteran:{veteran_id}")


def _token() -> str:
    return secrets.token_hex(16)


def _checked(details: Mapping[str, Detail]) -> dict[str, bool | int | str | list[str]]:
    kept: dict[str, bool | int | str | list[str]] = {}
    for name, value in details.items():
        parts = value if isinstance(value, tuple) else (str(value),)
        if not all(_CODE.fullmatch(part) for part in (name, *parts)):
            raise ValueError(f"the audit detail {name!r} is no code, and could be personal")
        kept[name] = list(value) if isinstance(value, tuple) else value
    return kept


def _said(entry: AuditEntry) -> str:
    """What the signature covers, in one form on every database."""
    moment = entry.at.astimezone(UTC).isoformat()
    return json.dumps(
        [entry.token, moment, entry.who, entry.action, entry.subject, entry.details], sort_keys=True, ensure_ascii=False
    )


def link_text(before: str, entry: AuditEntry) -> str:
    """What a link is made over."""
    return f"{before}|{entry.position}|{entry.signature}"


def head_text(head: AuditHead) -> str:
    """What the head's signature covers."""
    return f"{head.first_position}|{head.first_link}|{head.position}|{head.link}"


def said_truly(keyring: Keyring, entry: AuditEntry) -> bool:
    """Whether the entry says what it said when it was written."""
    return entry.signature is not None and keyring.is_digest(SIGNED, _said(entry), entry.signature)


def sign_again(keyring: Keyring, before: str, entry: AuditEntry) -> None:
    """Signs and links under today's key, when keys are changed; the caller has walked the old chain."""
    entry.signature = keyring.digest(SIGNED, _said(entry))
    entry.link = keyring.digest(LINKED, link_text(before, entry))


def sign_head(keyring: Keyring, head: AuditHead) -> None:
    """Signs the two ends as they now stand."""
    head.signature = keyring.digest(HEADED, head_text(head))


def head_holds(keyring: Keyring, session: Session, head: AuditHead) -> bool:
    """Whether the two ends are as we wrote them; a fresh head belongs to a trail without links only."""
    if not head.signature and not head.position:
        return not audit_table.has_links(session)
    return keyring.is_digest(HEADED, head_text(head), head.signature)


def link_due(rt: Runtime) -> int:
    """Gives every signed entry its place in the chain; how many. A forged entry gets none, and stays for `verify`."""
    done, after = 0, 0
    while True:
        with rt.transaction() as session:
            head = audit_table.locked_head(session)
            if not head_holds(rt.keyring, session, head):
                log.error("the audit chain's head is not as it was written: laobing audit verify")
                return done
            page = audit_table.unlinked(session, after, PAGE)
            done += sum(_link(rt.keyring, head, entry) for entry in page)
            if page:
                sign_head(rt.keyring, head)
                # In the log too: whoever rewrites the database does not reach what left the machine with it.
                log.info("audit chain stands at %d %s", head.position, head.link)
        if len(page) < PAGE:
            return done
        after = page[-1].id


def _link(keyring: Keyring, head: AuditHead, entry: AuditEntry) -> bool:
    if not said_truly(keyring, entry):
        log.error("audit entry %d is not signed by us", entry.id)
        return False
    entry.position = head.position + 1
    entry.link = keyring.digest(LINKED, link_text(head.link, entry))
    head.position, head.link = entry.position, entry.link
    return True


def forget_due(rt: Runtime) -> int:
    """Deletes what is older than three years from the chain's beginning, which moves up; how many entries."""
    with rt.transaction() as session:
        head = audit_table.locked_head(session)
        last = audit_table.last_linked_before(session, rt.now() - KEPT)
        if last is None or not head_holds(rt.keyring, session, head):
            return 0
        head.first_position, head.first_link = last.position or 0, last.link or ""
        sign_head(rt.keyring, head)
        return audit_table.forget_until(session, head.first_position)
