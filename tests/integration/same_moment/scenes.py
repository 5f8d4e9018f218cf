"""What the acts of two processes are tried on: somebody, a posting, their referral; and what is left of it."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import func, select

from bot.types import Inbound, Kind
from models import posting as postings_table
from models.account import Role
from models.conversation import Conversation
from models.organisation import Level, Node
from models.posting import How, PostingStatus
from models.scope import Scope
from models.veteran import Veteran
from services import conversations, own_pages, referral_answers, referrals
from services.actors import Actor
from services.postings import Verification
from services.runtime import Runtime
from tests.builders import FRIDAY, create_posting, create_veteran
from tests.same_moment import Act

TODAY: Final = FRIDAY.date()
BY_PHONE: Final = Verification("李工", How.PHONE)
BUREAU: Final = Actor(1, "bureau", "李工", Role.BUREAU, 1, Scope(frozenset({1}), is_whole=True))

Both = Callable[..., list[Any]]
ComesIn = Callable[..., Act]


def office(rt: Runtime) -> None:
    with rt.transaction() as session:
        session.add(Node(id=1, level=Level.COUNTY, name="示例县局", region="510722"))


def person(rt: Runtime, openid: str = "o-zhang", **said: Any) -> int:
    """Somebody who has written before and agreed to everything."""
    with rt.transaction() as session:
        veteran = create_veteran(session, openid, **said)
        session.add(Conversation(openid=openid, veteran_id=veteran.id, state={}, updated_at=FRIDAY))
        return veteran.id


def posting(rt: Runtime, status: str = PostingStatus.OPEN, **facts: Any) -> None:
    with rt.transaction() as session:
        create_posting(session, **facts).status = status


def offered(rt: Runtime, *openids: str) -> list[int]:
    """Each was introduced to the posting, and the employer wants them."""
    numbers = []
    for openid in openids:
        veteran_id = person(rt, openid)
        with rt.transaction() as session:
            numbers.append(referrals.refer(session, veteran_id, "P-1", FRIDAY)[0].id or 0)
        referral_answers.note_offer(rt, numbers[-1], TODAY, note="", who="李工")
    return numbers


def own_page(rt: Runtime) -> str:
    """The signed part of the person's own page, which they have opened."""
    with rt.transaction() as session:
        signed = own_pages.address(rt, session, session.get_one(Veteran, 1)).partition("/p/")[2]
    own_pages.show(rt, signed)
    return signed


def say(rt: Runtime, text: str) -> str:
    """What the account answers to somebody's message."""
    key = f"o-zhang:{text}:{rt.now():%Y%m%d%H%M}"
    return conversations.receive(rt, Inbound(key, "o-zhang", Kind.TEXT, rt.now(), text=text)).text or ""


def count(rt: Runtime, table: Any, *where: Any) -> int:
    with rt.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def kinds(answers: list[Any]) -> list[str]:
    return sorted(type(one).__name__ for one in answers)


def status(rt: Runtime) -> str:
    with rt.reading() as session:
        found = postings_table.posting_by_code(session, "P-1")
        assert found is not None
        return found.status
