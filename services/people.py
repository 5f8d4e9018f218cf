"""The list of people as the console shows it: searched, filtered, a page after another; names open, phones covered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from bot import describe
from bot.slots import Slots
from matching.taxonomy import codes
from models import organisation
from models import people as people_table
from models import veteran as veterans_table
from models.people import Digests, Found, Wanted
from models.sealed import Keyring
from services import audit, cards, groups, veterans
from services.actors import Actor, OutOfScope
from services.masking import masked_phone
from services.runtime import CHINA, Runtime

PAGE: Final = 50
WILLINGNESS: Final = codes.WILLINGNESS
WORK: Final = codes.JOB_CATEGORIES
PHONE_DIGITS: Final = 11
ID_DIGITS: Final = 18
_PHRASES: Final = 5


@dataclass(frozen=True, slots=True)
class Filters:
    """What the page is limited to, as its address says it; empty parts do not limit."""

    node_id: int | None = None
    group: str = ""
    freshness: str = ""
    willingness: str = ""
    work: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list."""

    veteran_id: int
    name: str
    phone: str
    station: str
    about: str
    fresh: str
    is_stale: bool
    on_wechat: bool
    in_ledger: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """One page. `after`: where the next one begins; None = this is the last."""

    rows: tuple[PersonRow, ...]
    after: int | None = None


def page(rt: Runtime, actor: Actor, filters: Filters, after: int = 0) -> Listing:
    """People of the actor's stations, in the order of entry."""
    wanted = _wanted(rt, filters)
    with rt.reading() as session:
        found = people_table.page_of_people(session, actor.scope, wanted, after, PAGE + 1)
        names = {node.id: node.name for node in organisation.nodes(session)}
    rows = _rows(rt, found[:PAGE], names)
    return Listing(rows, rows[-1].veteran_id if len(found) > PAGE else None)


def search(rt: Runtime, actor: Actor, words: str) -> Listing:
    """Whoever of the actor's stations bears that name, phone, last four digits, identity number or card number."""
    digests = _digests(rt.keyring, words)
    with rt.reading() as session:
        found = people_table.people_found(session, actor.scope, digests, PAGE)
        names = {node.id: node.name for node in organisation.nodes(session)}
    return Listing(_rows(rt, found, names))


def _digests(keyring: Keyring, words: str) -> Digests:
    text = "".join(words.split())
    if text.isdecimal() and len(text) == PHONE_DIGITS:
        return Digests(phone=keyring.digests("veteran.phone", text))
    if len(text) == ID_DIGITS and text[:-1].isdecimal():
        return Digests(id_number=keyring.digests("veteran.id_number", text.upper()))
    if text.isdecimal() and len(text) < PHONE_DIGITS:
        tail = keyring.digests(veterans.PHONE_TAIL, text) if len(text) == veterans.TAIL_DIGITS else ()
        return Digests(phone_tail=tail, number=None if text.startswith("0") else int(text))
    return Digests(name=keyring.digests("veteran.name", text)) if text else Digests()


def _wanted(rt: Runtime, filters: Filters) -> Wanted:
    since, before = _confirmed(rt, filters.freshness)
    return Wanted(filters.node_id, since, before, filters.willingness, filters.work, filters.group)


def _confirmed(rt: Runtime, freshness: str) -> tuple[datetime | None, datetime | None]:
    """From when and before when a row of that freshness was last confirmed (services/groups.py judges by days)."""
    fresh, ageing = (
        datetime.combine(rt.today() - timedelta(days=days), time(), CHINA)
        for days in (groups.FRESH_DAYS, groups.AGEING_DAYS)
    )
    return {"fresh": (fresh, None), "ageing": (ageing, fresh), "stale": (None, ageing)}.get(freshness, (None, None))


def _rows(rt: Runtime, found: Sequence[Found], names: dict[int, str]) -> tuple[PersonRow, ...]:
    day = rt.today()
    made = []
    for veteran, preference in found:
        contact = veterans.contact_of(rt.keyring, veteran)
        profile = Slots()
        if preference is not None:
            profile = veterans.age_on(Slots.from_json(preference.profile), preference.age_stated_on, day)
        freshness = groups.freshness(veteran.fresh_at, day)
        made.append(
            PersonRow(
                veteran.id,
                contact.name or "未登记姓名",
                masked_phone(contact.phone) or "没有电话",
                names.get(veteran.node_id or 0, "未分到服务站"),
                "，".join(describe.phrases(profile)[:_PHRASES]),
                cards.FRESHNESS[freshness],
                freshness is groups.Freshness.STALE,
                veteran.openid is not None and veteran.following,
                veteran.in_ledger,
            )
        )
    return tuple(made)


def regroup_due(rt: Runtime) -> int:
    """Works the groups of everybody out anew, for the list's filter; how many memberships changed.

    Reading takes seconds in a large county and is done before the transaction; one person's own page judges at once.
    """
    found = groups.evaluate(rt).members
    members = {(group.value, member.veteran_id) for member in found for group in member.groups}
    with rt.transaction() as session:
        return people_table.regroup(session, members)


def index_tails_due(rt: Runtime, limit: int = 2000) -> int:
    """Makes the last digits of phones findable where they are not yet (rows from before, a changed key); how many."""
    with rt.transaction() as session:
        found = people_table.people_without_tail(session, rt.keyring.current_id.hex(), limit)
        for veteran in found:
            phone = veterans.contact_of(rt.keyring, veteran).phone
            if phone:
                veteran.phone_tail_digest = rt.keyring.digest(veterans.PHONE_TAIL, phone[-veterans.TAIL_DIGITS :])
        return len(found)


@dataclass(frozen=True, slots=True)
class Brief:
    """What a form about a person says above its fields, and what it begins with."""

    name: str
    phone: str
    willingness: str
    work: tuple[str, ...]


def brief(rt: Runtime, actor: Actor, veteran_id: int) -> Brief:
    """Name, covered phone and wish of a person the actor may see; the reading is on the record. Raises ServiceError."""
    with rt.transaction() as session:
        veteran = veterans_table.veteran_by_id(session, veteran_id)
        if veteran is None:
            raise OutOfScope
        audit.person_read(rt, session, actor.who, veteran_id, "contact")
        contact = veterans.contact_of(rt.keyring, veteran)
        profile = veterans.profile_of(session, veteran, rt.today())
    phone = masked_phone(contact.phone) or cards.NOT_SAID
    return Brief(contact.name or cards.NOT_SAID, phone, profile.willingness or "", profile.job_categories or ())
