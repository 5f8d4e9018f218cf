"""Postings: kept as drafts, checked, opened, filled, expired, withdrawn; each step dated, the catalog revised."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from matching.facts import PostingFacts
from models import placement as placements_table
from models import posting as postings_table
from models.base import Session
from models.posting import CLOSED, Employer, Posting, PostingChange, PostingStatus
from services import referrals
from services.errors import ServiceError
from services.runtime import Runtime

# What two copies of one job may differ in: when and where it was published, not what it is.
NOT_TERMS = frozenset({"published", "deadline", "offered", "verified", "closed", "full", "employer_health"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A posting as it comes in, before it has a row. `facts.id` is its code; empty = it is given one."""

    employer: str
    title: str
    facts: PostingFacts
    address: str = ""
    salary_note: str = ""
    contact: str | None = None
    phone: str | None = None
    note: str = ""
    source: str = ""


def name_key(name: str) -> str:
    """A name without width, case, spaces and punctuation: two spellings of one firm have one key."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in plain if char.isalnum())


def terms_key(offer: Offer) -> str:
    """The same for the same job, whatever its source: a digest of employer, title and terms."""
    terms = {name: value for name, value in offer.facts.to_json().items() if name not in NOT_TERMS}
    parts = [name_key(offer.employer), name_key(offer.title), json.dumps(terms, ensure_ascii=False, sort_keys=True)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def keep(session: Session, offer: Offer, who: str, now: datetime, *, publish: bool) -> tuple[Posting, bool]:
    """Keeps a posting: open at once, checked in the name of `who`, or as a draft. The same job again is not kept twice.

    Returns the posting and whether it is new.
    """
    key = terms_key(offer)
    known = postings_table.posting_with_terms(session, key)
    if known is not None:
        return known, False
    posting = Posting(
        code=offer.facts.id,
        employer=employer_named(session, offer.employer, now),
        title=offer.title,
        terms_key=key,
        status=PostingStatus.OPEN if publish else PostingStatus.DRAFT,
        facts=offer.facts.to_json(),
        headcount=offer.facts.headcount,
        published=offer.facts.published,
        deadline=offer.facts.deadline,
        address=offer.address,
        salary_note=offer.salary_note,
        contact=offer.contact,
        phone=offer.phone,
        note=offer.note,
        source=offer.source,
        checked_by=who if publish else None,
        checked_at=now if publish else None,
        revision=postings_table.next_revision(session),
        created_at=now,
    )
    session.add(posting)
    session.flush()  # its code may be made of its id
    posting.code = posting.code or f"P{posting.id}"
    _log_change(session, posting, None, who, now)
    return posting, True


def employer_named(session: Session, name: str, now: datetime) -> Employer:
    """The employer of that name, made if there is none."""
    key = name_key(name)
    employer = postings_table.employer_by_key(session, key)
    if employer is None:
        employer = Employer(name=name.strip(), name_key=key, created_at=now)
        session.add(employer)
        session.flush()  # a second posting in this transaction must find it
    return employer


def facts_of(posting: Posting) -> PostingFacts:
    """What matching knows of a posting; its state decides whether it is on offer."""
    state = {
        "closed": posting.status in CLOSED or posting.status != PostingStatus.OPEN,
        "full": posting.status == PostingStatus.FULL,
        "verified": posting.checked_at is not None,
    }
    return PostingFacts.from_json(posting.code, {**posting.facts, **state})


def publish(rt: Runtime, code: str, who: str) -> None:
    """A checked draft goes on offer; raises ServiceError when there is no such posting."""
    now = rt.now()
    with rt.transaction() as session:
        posting = _posting(session, code)
        posting.checked_by, posting.checked_at = who, now
        _move(session, posting, PostingStatus.OPEN, who, now)


def close(rt: Runtime, code: str, who: str, *, status: str = PostingStatus.WITHDRAWN) -> None:
    """A posting goes off offer; veterans on their way to it are told. Raises ServiceError for an unknown code."""
    now = rt.now()
    with rt.transaction() as session:
        posting = _posting(session, code)
        _move(session, posting, PostingStatus(status), who, now)
        referrals.close_for(session, posting, who, now)


def fill_if_taken(session: Session, posting: Posting, now: datetime) -> None:
    """A posting whose every place is taken is full."""
    if posting.headcount and placements_table.count_hired(session, posting.id) >= posting.headcount:
        _move(session, posting, PostingStatus.FULL, "system", now)


def expire_due(rt: Runtime, limit: int = 500) -> int:
    """Takes postings past their last day off offer; how many."""
    now = rt.now()
    with rt.transaction() as session:
        late = postings_table.expired_postings(session, rt.today(), limit)
        for posting in late:
            _move(session, posting, PostingStatus.EXPIRED, "scheduler", now)
        return len(late)


def from_sample(row: Mapping[str, Any]) -> Offer:
    """The sample form of a posting (`id`, `raw` with the bureau's columns, `norm`) as an offer."""
    raw = row.get("raw") or {}
    return Offer(
        employer=raw.get("单位", ""),
        title=raw.get("岗位", ""),
        facts=PostingFacts.from_json(row["id"], row["norm"]),
        address=raw.get("地点", ""),
        salary_note=raw.get("工资", ""),
        contact=raw.get("联系人") or None,
        phone=raw.get("联系电话") or None,
        note="；".join(part for part in (raw.get("备注", ""), raw.get("优先条件", "")) if part),
        source="sample",
    )


def _posting(session: Session, code: str) -> Posting:
    posting = postings_table.posting_by_code(session, code)
    if posting is None:
        raise ServiceError("postings.unknown", 404)
    return posting


def _move(session: Session, posting: Posting, status: PostingStatus, who: str, now: datetime) -> None:
    old, posting.status = posting.status, status
    posting.revision = postings_table.next_revision(session)
    _log_change(session, posting, old, who, now)


def _log_change(session: Session, posting: Posting, old: str | None, who: str, now: datetime) -> None:
    session.add(PostingChange(posting_id=posting.id, at=now, who=who, old=old, new=posting.status))
