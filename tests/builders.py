"""Plain functions that build what tests need: a Runtime on a database, people, postings. All invented."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from channels.base import Action, ChannelError, Means, Outbound, Receipt
from matching.facts import PostingFacts
from matching.taxonomy.place import Place
from models import allowance
from models.base import Database, Session
from models.posting import Posting
from models.sealed import Keyring
from models.veteran import Veteran
from services import audit, outbox, postings, veterans
from services.allowances import window_of
from services.runtime import CHINA, Reach, Runtime

FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=CHINA)
PLACE = Place("510703", ("四川省", "绵阳市", "涪城区"))
KEYRING = Keyring([bytes(range(32))])


@dataclass
class Clock:
    """A clock that stands until it is moved."""

    moment: datetime = FRIDAY

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class FakeChannel:
    """Keeps what was sent; `refusals` are raised first, one a send. `unknown`: identities the account does not know."""

    sent: list[Outbound] = field(default_factory=list)
    refusals: list[ChannelError] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    buttons: list[Mapping[str, Any]] = field(default_factory=list)

    def send(self, outbound: Outbound) -> Receipt:
        if self.refusals:
            raise self.refusals.pop(0)
        self.sent.append(outbound)
        return Receipt(str(len(self.sent)))

    def send_mass(self, openids: Sequence[str], text: str, key: str) -> Receipt:
        if self.refusals:
            raise self.refusals.pop(0)
        if self.unknown & set(openids):
            raise ChannelError(40003, "not of this account", permanent=True, action=Action.UNFOLLOWED)
        self.sent.extend(Outbound(key, openid, Means.MASS, text) for openid in openids)
        return Receipt(f"mass-{len(self.sent)}")

    def strangers(self, openids: Sequence[str]) -> set[str]:
        return self.unknown & set(openids)

    def scene_code(self, scene: str) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        return f"http://example.invalid/q/{scene}"

    def menu(self) -> Sequence[dict[str, Any]]:
        return [dict(button) for button in self.buttons]

    def publish_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.buttons = list(buttons)


def create_runtime(
    database: Database, clock: Clock | None = None, channel: FakeChannel | None = None, reach: Reach | None = None
) -> Runtime:
    return Runtime(
        database=database,
        channel=channel or FakeChannel(),
        keyring=KEYRING,
        clock=clock or Clock(),
        reach=reach or Reach(),
    )


def create_veteran(session: Session, openid: str = "o-zhang", now: datetime = FRIDAY, **said: Any) -> Veteran:
    """A follower who agreed to everything."""
    veteran = session.get_one(Veteran, veterans.follow(session, openid, now))
    veterans.give_consent(session, veteran.id, now)
    if said:
        veterans.save_contact(session, KEYRING, veteran.id, **said)
    return veteran


def note_action(session: Session, openid: str, action: str, now: datetime) -> None:
    """The person wrote ("message") or tapped ("tap"): their window is open."""
    allowance.open_window(session, openid, window_of(action, now))


def create_posting(session: Session, code: str = "P-1", now: datetime = FRIDAY, **facts: Any) -> Posting:
    """An open posting of an invented firm."""
    offer = postings.Offer(
        employer="示例保安公司", title=f"保安{code}", facts=PostingFacts(id=code, **facts), phone="13000000901"
    )
    posting, _ = postings.keep(session, offer, "tester", now, publish=True)
    return posting


def create_draft(rt: Runtime, code: str = "P-1", note: str = "", **facts: Any) -> None:
    """A draft of an invented firm that states all the notice asks for, in a transaction of its own."""
    pay = {"month_min": 3000, "month_max": 3600, "salary_min": 3000, "salary_max": 3600}
    facts = {"headcount": 3, "location": PLACE, **pay, **facts}
    offer = postings.Offer(
        employer="示例保安公司",
        title=f"保安{code}",
        facts=PostingFacts(id=code, job_categories=("保安",), **facts),
        note=note,
        phone="13000000901",
        source="tester",
    )
    with rt.transaction() as session:
        postings.keep(session, offer, "tester", rt.now(), publish=False)


def read_person(rt: Runtime, who: str, veteran_id: int, page: str = "card", revealed: tuple[str, ...] = ()) -> None:
    """Somebody looked at a person, in a transaction of its own."""
    with rt.transaction() as session:
        audit.person_read(rt, session, who, veteran_id, page, revealed)


def write_to(rt: Runtime, veteran_id: int, text: str, topic: str = "policy", key: str = "k1") -> str:
    """Puts one message into the outbox in a transaction of its own."""
    with rt.transaction() as session:
        veteran = session.get(Veteran, veteran_id)
        assert veteran is not None
        return outbox.enqueue(session, veteran, topic, outbox.Message(key, text), rt.now())
