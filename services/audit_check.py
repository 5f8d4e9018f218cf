"""Whether the audit trail is whole: walks the chain or a stretch of it, and names the first link that does not hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
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
REGISTER: Final = "register"
FAULTS: Final = {
    ALTERED: "内容被改过",
    MISSING: "前面少了记录",
    MISPLACED: "顺序被动过",
    CUT: "后面的记录被删掉了",
    HEAD: "最后一条的登记被改过",
    FORGED: "有记录不是本系统写的",
    REWOUND: "和上次核对时记下的指纹对不上，整段可能被换回旧的",
    REGISTER: "夜里核对的登记被改过或换过",
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
    """What was walked. `waiting`: signed, not linked yet. `unsigned`: from before there were signatures.

    `left`: how many entries behind `position` were not looked at.
    """

    linked: int
    waiting: int
    unsigned: int
    position: int
    link: str
    fault: Fault | None
    left: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the chain, walked to `end`; `first`: where the chain began; `left`: how far it is to its head."""

    end: Anchor
    count: int
    first: int
    left: int
    fault: Fault | None


def verify(
    rt: Runtime, anchor: Anchor | None = None, *, start: Anchor | None = None, most: int | None = None
) -> Verdict:
    """Reads all of the trail, or `most` entries from `start` on; `anchor`: what an earlier check or the log said."""
    while True:
        with rt.reading() as session:
            before = _head(session).first_position
            verdict = verdict_of(rt.keyring, session, anchor, start=start, most=most)
        with rt.reading() as session:
            now = _head(session)
        # Expired entries that went while we walked look like missing ones: what moved is walked again.
        if verdict.fault is None or (now.position, now.first_position) == (verdict.position, before):
            return verdict


def verdict_of(
    keyring: Keyring,
    session: Session,
    anchor: Anchor | None = None,
    *,
    start: Anchor | None = None,
    most: int | None = None,
) -> Verdict:
    """The verdict on what this session sees, from `start` on, `most` entries at most."""
    found = stretch(keyring, session, start=start, most=most, anchor=anchor)
    waiting, old, bad = beside(keyring, session)
    fault = found.fault or bad
    if fault is None:
        return Verdict(found.count, waiting, old, found.end.position, found.end.link, None, found.left)
    head = _head(session)
    return Verdict(found.count, waiting, old, head.position, head.link, fault)


def stretch(
    keyring: Keyring,
    session: Session,
    *,
    start: Anchor | None = None,
    most: int | None = None,
    anchor: Anchor | None = None,
) -> Stretch:
    """Walks from `start` (a place that was found whole; the beginning without one) towards the head, `most` entries.

    `anchor`: another place that was written down; when the walk comes by, it must still be there.
    """
    head = _head(session)
    first = head.first_position
    begins = start if start is not None and start.position > first else Anchor(first, head.first_link)
    if not audit.head_holds(keyring, session, head):
        return Stretch(begins, 0, first, 0, Fault(HEAD, head.position))
    walk = _Walk(keyring, begins, anchor)
    after = begins.position if begins is start else -1
    fault = walk.along(islice(audit_table.linked(session, head.position, after), most))
    is_at_head = walk.at == Anchor(head.position, head.link)
    if fault is None and not is_at_head:
        fault = walk.ended_early(head, most)
    if fault is None and anchor is not None and not walk.passed:
        is_behind = begins.position <= anchor.position and (is_at_head or anchor.position <= walk.at.position)
        fault = Fault(REWOUND, anchor.position) if is_behind else None
    return Stretch(walk.at, walk.count, first, head.position - walk.at.position, fault)


def beside(keyring: Keyring, session: Session) -> tuple[int, int, Fault | None]:
    """How many entries wait for their link, how many are older than signatures, and the first that nobody linked."""
    head = _head(session)
    old, forged = audit_table.count_unsigned(session)
    waiting, fault = _waiting(session, keyring)
    out = audit_table.outside(session)
    if fault is None and out is not None:
        fault = Fault(FORGED, head.position, out)
    return waiting, old, fault or (Fault(FORGED, head.position) if forged else None)


def _head(session: Session) -> AuditHead:
    return audit_table.head_of(session) or AuditHead(first_position=0, first_link="", position=0, link="", signature="")


class _Walk:
    """One walk along the chain; `passed`: it has come by the anchor."""

    def __init__(self, keyring: Keyring, begins: Anchor, anchor: Anchor | None) -> None:
        self._keyring = keyring
        self._begins = begins
        self._anchor = anchor
        self.at = begins
        self.count = 0
        self.passed = begins == anchor

    def along(self, entries: Iterable[AuditEntry]) -> Fault | None:
        """The first fault on the way."""
        for entry in entries:
            fault = self._step(entry)
            if fault is not None:
                return fault
            self.passed = self.passed or self.at == self._anchor
        return None

    def ended_early(self, head: AuditHead, most: int | None) -> Fault | None:
        """What is wrong where no entry follows and the head is somewhere else."""
        if self.count == 0 and self._begins.position >= head.position:
            return Fault(REWOUND if head.position else CUT, self._begins.position)
        return Fault(CUT, self.at.position + 1) if most is None or self.count < most else None

    def _step(self, entry: AuditEntry) -> Fault | None:
        position = entry.position or 0
        if position != self.at.position + 1:
            return Fault(MISSING, self.at.position + 1, entry.id)
        if not audit.said_truly(self._keyring, entry):
            return Fault(ALTERED, position, entry.id)
        if not self._keyring.is_digest(audit.LINKED, audit.link_text(self.at.link, entry), entry.link or ""):
            return Fault(MISPLACED, position, entry.id)
        self.at = Anchor(position, entry.link or "")
        self.count += 1
        return None


def _waiting(session: Session, keyring: Keyring) -> tuple[int, Fault | None]:
    """How many signed entries wait for their link, and the first of them that we did not sign."""
    count, after = 0, 0
    while page := audit_table.unlinked(session, after, audit.PAGE):
        for entry in page:
            if not audit.said_truly(keyring, entry):
                return count, Fault(FORGED, 0, entry.id)
        count, after = count + len(page), page[-1].id
    return count, None
