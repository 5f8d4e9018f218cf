"""A veteran's own page behind a signed link: what is kept, what they agreed to, what they are sent, and deleting it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot import describe
from models import conversation as conversations_table
from models import placement as placements_table
from models import veteran as veterans_table
from models.base import Session
from models.veteran import Veteran
from services import audit, erasure, links, referral_states, veterans
from services.errors import ServiceError
from services.masking import masked_phone
from services.runtime import CHINA, Runtime
from services.topics import TOPICS

LASTS: Final = timedelta(days=2)
#: Purposes in the order and the words of the page.
PURPOSES: Final = {
    veterans.STORING: "保存求职情况，用来找工作和回访",
    veterans.PUSHES: "有合适的岗位、政策时通知我",
    veterans.SENSITIVE: "保存残疾情况，用来挑合适的岗位",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that is on or off: its code, its words, and since when."""

    code: str
    words: str
    is_on: bool
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Own:
    """All the page shows; the phone is covered."""

    name: str
    phone: str
    facts: tuple[str, ...]
    referrals: tuple[tuple[date, str, str], ...]
    consents: tuple[Choice, ...]
    topics: tuple[Choice, ...]
    in_ledger: bool


def address(rt: Runtime, session: Session, veteran: Veteran) -> str:
    """The address of a person's page, for them alone."""
    signed = links.issue(session, rt.keyring, (erasure.OWN_PAGES, veteran.id), LASTS, who="bot", now=rt.now())
    return f"{rt.public_url}/p/{signed}"


def show(rt: Runtime, signed: str) -> Own:
    """The page as it stands, on the record; raises LinkRefused."""
    with rt.transaction() as session:
        veteran = _person(rt, session, signed)
        audit.person_read(rt, session, "self", veteran.id, "own")
        contact = veterans.contact_of(rt.keyring, veteran)
        stopped = veterans_table.stopped_topics(session, veteran.id, rt.now())
        return Own(
            name=contact.name or "",
            phone=masked_phone(contact.phone) or "",
            facts=tuple(describe.phrases(veterans.profile_of(session, veteran, rt.today()))),
            referrals=tuple(
                (one.updated_at.astimezone(CHINA).date(), one.posting.title, referral_states.STATES[one.status])
                for one in placements_table.referrals_of(session, veteran.id)
            ),
            consents=tuple(_consent(session, veteran, purpose, words) for purpose, words in PURPOSES.items()),
            topics=tuple(
                Choice(name, TOPICS[name].name, not {name, veterans.ALL_TOPICS} & stopped)
                for name in veterans.PUSHED_TOPICS
            ),
            in_ledger=veteran.in_ledger,
        )


def _consent(session: Session, veteran: Veteran, purpose: str, words: str) -> Choice:
    given = veterans_table.consent_in_force(session, veteran.id, purpose)
    return Choice(purpose, words, given is not None, given.given_at.astimezone(CHINA).date() if given else None)


def set_consent(rt: Runtime, signed: str, purpose: str, *, gives: bool) -> None:
    """Gives one consent or takes it back; raises LinkRefused, or ServiceError for a purpose there is not."""
    if purpose not in PURPOSES:
        raise ServiceError("own.unknown", 400)
    with rt.transaction() as session:
        veteran = _person(rt, session, signed, outruns=True)
        if gives:
            veterans.agree(session, veteran.id, purpose, "page", rt.now())
        else:
            veterans.withdraw(session, veteran, purpose, rt.now())
        audit.note(rt, session, "self", "own.consent", f"veteran:{veteran.id}", {"purpose": purpose, "gives": gives})


def set_topic(rt: Runtime, signed: str, topic: str, *, wants: bool) -> None:
    """Stops one topic or takes the stop back; raises as `set_consent`."""
    if topic not in veterans.PUSHED_TOPICS:
        raise ServiceError("own.unknown", 400)
    with rt.transaction() as session:
        veteran = _person(rt, session, signed)
        if wants:
            veterans.resume_push(session, veteran.id, topic)
        else:
            veterans.stop_push(session, veteran, topic, None, rt.now())
        audit.note(rt, session, "self", "own.topic", f"veteran:{veteran.id}", {"topic": topic, "gives": wants})


def delete(rt: Runtime, signed: str) -> None:
    """Deletes the person's data; the link opens nothing any more. Raises LinkRefused."""
    with rt.transaction() as session:
        veteran = _person(rt, session, signed, outruns=True)
        erasure.erase(session, veteran, rt.now())
        audit.note(rt, session, "self", "person.erase", f"veteran:{veteran.id}")


def _person(rt: Runtime, session: Session, signed: str, *, outruns: bool = False) -> Veteran:
    """Whose page it is. `outruns`: no turn of theirs goes on from what is changed here."""
    link = links.opened(session, rt.keyring, signed, {erasure.OWN_PAGES}, rt.now())
    if outruns:
        conversations_table.outrun(session, link.subject_id)
    veteran = veterans_table.veteran_by_id(session, link.subject_id)
    if veteran is None or veteran.openid is None:
        raise links.LinkRefused("links.unknown")
    return veteran
