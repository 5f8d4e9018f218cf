"""Whether the audit trail is whole: walks the chain from its beginning and names the first link that does not hold."""

from dataclasses import dataclass
from typing import Final

from models import audit as audit_table
from models.audit import AuditEntry, AuditHead
from models.base import Session
from models.sealed import Keyring
from services import audit
from services.runtime import Runtime

ALTERED: Final = "altered"
MISSING: Final = "missing"
MISPLACED: Final = "misplaced"
CUT: Final = "cut"
HEAD: Final = "head"
FORGED: Final = "forged"
REWOUND: Final = "rewound"
FAULTS: Final = {
    ALTERED: "内容被改过",
    MISSING: "前面少了记录",
    MISPLACED: "顺序被动过",
    CUT: "后面的记录被删掉了",
    HEAD: "链尾的登记被改过",
    FORGED: "有记录不是本系统写的",
    REWOUND: "和上次核对时记下的指纹对不上，整段可能被换回旧的",
}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place of the chain that was written down elsewhere: it must still be there."""

    position: int
    link: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong: which kind, at which position of the chain, in which entry (0 = none)."""

    kind: str
    position: int
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was walked. `waiting`: signed, not linked yet. `unsigned`: from before there were signatures."""

    linked: int
    waiting: int
    unsigned: int
    position: int
    link: str
    fault: Fault | None


def verify(rt: Runtime, anchor: Anchor | None = None) -> Verdict:
    """Reads the whole trail; `anchor`: what an earlier check or the log said of it."""
    while True:
        verdict = _verdict(rt, anchor)
        with rt.reading() as session:
            head = audit_table.head_of(session)
        # Expired entries that went while we walked look like missing ones: what moved is walked again.
        if verdict.fault is None or head is None or head.position == verdict.position:
            return verdict


def _verdict(rt: Runtime, anchor: Anchor | None) -> Verdict:
    with rt.reading() as session:
        return verdict_of(rt.keyring, session, anchor)


def verdict_of(keyring: Keyring, session: Session, anchor: Anchor | None = None) -> Verdict:
    """The verdict on what this session sees."""
    head = audit_table.head_of(session) or AuditHead(first_position=0, first_link="", position=0, link="", signature="")
    walk = _Walk(keyring, head, anchor)
    fault = None if audit.head_holds(keyring, session, head) else Fault(HEAD, head.position)
    fault = fault or walk.chain(session)
    old, forged = audit_table.count_unsigned(session)
    waiting, bad = _waiting(session, keyring)
    fault = fault or bad or (Fault(FORGED, head.position) if forged else None)
    return Verdict(walk.count, waiting, old, head.position, head.link, fault)


class _Walk:
    """One walk along the chain."""

    def __init__(self, keyring: Keyring, head: AuditHead, anchor: Anchor | None) -> None:
        self._keyring = keyring
        self._head = head
        self._anchor = anchor
        self._position = head.first_position
        self._link = head.first_link
        self.count = 0

    def chain(self, session: Session) -> Fault | None:
        """The first fault on the way from the first entry to the head."""
        passed = self._at_anchor()
        for entry in audit_table.linked(session, self._head.position):
            fault = self._step(entry)
            if fault is not None:
                return fault
            passed = passed or self._at_anchor()
        if (self._position, self._link) != (self._head.position, self._head.link):
            return Fault(CUT, self._position + 1)
        if self._anchor is not None and not passed and self._anchor.position >= self._head.first_position:
            return Fault(REWOUND, self._anchor.position)
        return None

    def _step(self, entry: AuditEntry) -> Fault | None:
        position = entry.position or 0
        if position != self._position + 1:
            return Fault(MISSING, self._position + 1, entry.id)
        if not audit.said_truly(self._keyring, entry):
            return Fault(ALTERED, position, entry.id)
        if not self._keyring.is_digest(audit.LINKED, audit.link_text(self._link, entry), entry.link or ""):
            return Fault(MISPLACED, position, entry.id)
        self._position, self._link = position, entry.link or ""
        self.count += 1
        return None

    def _at_anchor(self) -> bool:
        return self._anchor is not None and (self._anchor.position, self._anchor.link) == (self._position, self._link)


def _waiting(session: Session, keyring: Keyring) -> tuple[int, Fault | None]:
    """How many signed entries wait for their link, and the first of them that we did not sign."""
    count, after = 0, 0
    while page := audit_table.unlinked(session, after, audit.PAGE):
        for entry in page:
            if not audit.said_truly(keyring, entry):
                return count, Fault(FORGED, 0, entry.id)
        count, after = count + len(page), page[-1].id
    return count, None
