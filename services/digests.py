"""Group digests (群摘要): made of chosen postings, copied into groups by hand, their numbers understood in the chat."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bot.events import DetailRequested, ReferralIntended, ReferralRequested
from bot.slots import Slots
from bot.types import Conversation, Inbound, Kind, Shown, State, Turn
from models import digest as digests_table
from models.digest import Digest
from services import recommendations
from services.effects import Work
from services.errors import ServiceError
from services.runtime import Runtime
from services.texts import render

MOST: Final = 10
HIGHEST: Final = 20
"""The highest number a pick may have in the chat."""
VALID: Final = timedelta(days=7)
_PICK_CHARS: Final = 16
_ANYBODY: Final = recommendations.seeker_of(Slots())
_NUMBER: Final = re.compile(r"\d|[一二三四五六七八九十]")


class DigestError(ServiceError):
    """A digest that cannot be made; its message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A digest as staff see it: its text, until when it holds, and how many replied each number."""

    digest: Digest
    holds: bool
    replies: tuple[tuple[int, str, int], ...]


def make(rt: Runtime, codes: Sequence[str], who: str) -> Digest:
    """Keeps a digest of open postings and answers it; raises DigestError. Its numbers are free of those that hold."""
    now = rt.now()
    with rt.transaction() as session:
        snap = recommendations.snapshot(rt.database, session, now.date())
        chosen = [snap.offered[code] for code in dict.fromkeys(codes) if code in snap.offered]
        if not chosen:
            raise DigestError("digest.empty", 400, "还没有选岗位，或者选的岗位都已停招。请至少选一个。")
        if len(chosen) > MOST:
            raise DigestError("digest.many", 400, f"一次最多 {MOST} 个岗位，现在选了 {len(chosen)} 个。请少选几个。")
        taken = {int(number) for one in digests_table.digests_on(session, now) for number in one.numbers}
        free = [number for number in range(1, HIGHEST + 1) if number not in taken]
        if len(free) < len(chosen):
            raise DigestError("digest.full", 400, "还有效的群摘要把编号用完了。等旧的过期（7 天）再做。")
        numbers = dict(zip((str(number) for number in free), (one.facts.id for one in chosen), strict=False))
        lines = [(number, recommendations.listed_one(snap, code, _ANYBODY)) for number, code in numbers.items()]
        until = now + VALID
        text = render(session, "digests/text", lines=lines, office=rt.office, until=until)
        row = Digest(text=text, numbers=numbers, made_by=who[:64], created_at=now, until=until)
        session.add(row)
        session.flush()  # its number is shown
        return row


def latest(rt: Runtime, limit: int = 20) -> list[Standing]:
    """The newest digests with the replies to each number."""
    now = rt.now()
    with rt.reading() as session:
        found = []
        for row in digests_table.latest(session, limit):
            counted = digests_table.replies(session, row.id)
            ordered = sorted((int(number), code) for number, code in row.numbers.items())
            replies = tuple((number, code, counted.get(code, 0)) for number, code in ordered)
            found.append(Standing(row, row.until > now, replies))
        return found


def offered(work: Work) -> Conversation:
    """The dialogue as it is answered: a short message with a number may pick from a digest instead of the last list.

    From the digest, if no list was shown, the number lies beyond it, or the digest came after the person last talked.
    """
    conversation, inbound = work.conversation, work.inbound
    if not _may_pick(conversation, inbound):
        return conversation
    holding = work.digests
    if not holding:
        return conversation
    codes = {int(number): str(code) for one in holding for number, code in one.numbers.items()}
    snap = recommendations.snapshot(work.rt.database, work.session, work.today)
    shown = tuple(_shown(snap, codes.get(place, "")) for place in range(1, max(codes) + 1))
    if conversation.shown and conversation.shown != shown:
        is_newer = conversation.last_at is None or holding[-1].created_at > conversation.last_at
        numbers = [int(number) for number in re.findall(r"\d+", inbound.text)]
        if not is_newer and all(number <= len(conversation.shown) for number in numbers):
            return conversation
    return replace(conversation, shown=shown, focus=None, asked="pick", state=State.MATCHES, page=0)


def _may_pick(conversation: Conversation, inbound: Inbound) -> bool:
    if inbound.kind is not Kind.TEXT or len(inbound.text) > _PICK_CHARS or not _NUMBER.search(inbound.text):
        return False
    is_free = conversation.pending is None and conversation.awaiting is None and not conversation.taken_over
    return is_free and conversation.asked in (None, "pick")


def _shown(snap: recommendations.Snapshot, code: str) -> Shown:
    offer = snap.offered.get(code)
    return Shown(code, offer.title if offer is not None else "")


def credit(work: Work, shown: tuple[Shown, ...], turn: Turn) -> None:
    """Notes which numbers of digests that hold the turn picked; `shown`: the list its numbers stood for."""
    asks = (DetailRequested, ReferralIntended, ReferralRequested)
    codes = {one.posting_id for one in turn.steps if isinstance(one, asks)}
    places = {place: item.posting_id for place, item in enumerate(shown, 1) if item.posting_id in codes}
    if not places or work.is_erased:
        return
    for row in work.digests:
        mine = [str(code) for number, code in row.numbers.items() if places.get(int(number)) == code]
        digests_table.credit(work.session, row.id, work.veteran_id, mine, work.now)
