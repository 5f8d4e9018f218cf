"""Postings: kept as drafts, checked, opened, filled, expired, withdrawn; each step dated, the catalog revised."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from matching.facts import PostingFacts
from models import posting as postings_table
from models.base import Session
from models.posting import Employer, How, Posting, PostingRow, PostingStatus
from services import posting_notice, posting_states, referral_states
from services.errors import ServiceError
from services.intake import guard
from services.intake.results import finding
from services.posting_notice import Stated
from services.posting_states import PostingRefused, Step
from services.runtime import Runtime

# What two copies of one job may differ in: when and where it was published, not what it is.
NOT_TERMS = frozenset({"published", "deadline", "offered", "verified", "closed", "full", "employer_health"})
#: How many days before its verification ends a posting is on the list to ask about.
CONFIRM_DAYS: Final = 14
SAFETY_NET: Final = "公益性岗位"
FLEXIBLE: Final = frozenset({"灵活", "兼职", "季节性"})
#: Objections that are only warnings in a file, but that nobody may publish.
UNLAWFUL: Final = frozenset({"discriminatory_text", "exaggerated"})
#: The bureau's own judgement of an employer, on the scale of matching (0–100, 50 = nothing known).
HEALTH: Final = {"watch": 25, "stop": 0}


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


@dataclass(frozen=True, slots=True)
class Verification:
    """Who made sure of a posting and how; `valid_until` None = as long as the rule says (posting_states.VALID_DAYS)."""

    who: str
    how: How
    note: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A posting on the list to ask about again, with whom to call; `valid_until` None = never verified in person."""

    code: str
    title: str
    employer: str
    contact: str | None
    phone: str | None
    checked_at: datetime | None
    valid_until: date | None


def name_key(name: str) -> str:
    """A name without width, case, spaces and punctuation: two spellings of one firm have one key."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in plain if char.isalnum())


def terms_key(offer: Offer, facts: Mapping[str, Any] | None = None) -> str:
    """The same for the same job, whatever its source: a digest of employer, title and terms.

    `facts`: those of the offer in their JSON form, where the caller has made it already.
    """
    stated = offer.facts.to_json() if facts is None else facts
    terms = {name: value for name, value in stated.items() if name not in NOT_TERMS}
    parts = [name_key(offer.employer), name_key(offer.title), json.dumps(terms, ensure_ascii=False, sort_keys=True)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def keep(session: Session, offer: Offer, who: str, now: datetime, *, publish: bool) -> tuple[Posting, bool]:
    """Keeps a posting: open at once, checked in the name of `who`, or as a draft. The same job again is not kept twice.

    What may not be said (a fee, fraud) stays a draft in spite of `publish`. Returns the posting and whether it is new.
    """
    key = terms_key(offer)
    known = postings_table.posting_with_terms(session, key)
    if known is not None:
        return known, False
    texts = (offer.title, offer.salary_note, offer.address, offer.note)
    is_open = publish and not any(one.refuses for one in guard.objections(texts))
    posting = Posting(
        code=offer.facts.id,
        employer=employer_named(session, offer.employer, now),
        title=offer.title,
        terms_key=key,
        status=PostingStatus.OPEN if is_open else PostingStatus.DRAFT,
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
        checked_by=who if is_open else None,
        checked_at=now if is_open else None,
        created_at=now,
    )
    session.add(posting)
    session.flush()  # its code may be made of its id
    posting.code = posting.code or f"P{posting.id}"
    posting_states.touch(session, posting, None, Step(who, now, offer.source))
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
    employer = posting.employer
    columns = (posting.code, posting.title, posting.facts, posting.status, posting.checked_at)
    return facts_of_row(PostingRow(*columns, employer.name, employer.health))


def facts_of_row(row: PostingRow) -> PostingFacts:
    """The same of one read past the ORM."""
    state: dict[str, Any] = {
        "closed": row.status != PostingStatus.OPEN,
        "full": row.status == PostingStatus.FULL,
        "verified": row.checked_at is not None,
    }
    if row.employer_health in HEALTH:
        state["employer_health"] = HEALTH[row.employer_health]
    return PostingFacts.from_json(row.code, {**row.facts, **state})


def tags(facts: PostingFacts) -> tuple[str, ...]:
    """What bureaus count postings by: 公益性岗位, 灵活就业, 退役军人专岗; in that order."""
    held = {
        "公益性岗位": SAFETY_NET in (*facts.job_categories, facts.work_type),
        "灵活就业": facts.work_type in FLEXIBLE,
        "退役军人专岗": facts.veteran_only,
    }
    return tuple(name for name, holds in held.items() if holds)


def check(rt: Runtime, code: str, verification: Verification) -> None:
    """A draft (or an expired posting) was verified; it may be published now. Raises ServiceError, PostingRefused."""
    with rt.transaction() as session:
        posting = held(session, code)
        _refuse_late(posting, rt.today())
        _verify(rt, session, posting, verification, PostingStatus.CHECKED)


def publish(rt: Runtime, code: str, who: str) -> None:
    """A checked posting goes on offer. Raises ServiceError (unknown), PostingRefused (unchecked, unlawful, stopped)."""
    with rt.transaction() as session:
        posting = held(session, code)
        if posting.status == PostingStatus.DRAFT:
            raise PostingRefused("postings.unchecked", f"岗位“{posting.title}”还没有核验，请先核验再发布。")
        refuse_unlawful(posting)
        refuse_incomplete(posting)
        posting_states.move(session, posting, PostingStatus.OPEN, Step(who, rt.now(), "发布"))


def refuse_unlawful(posting: Posting) -> None:
    """Raises PostingRefused when the employer is stopped or the words may not go out; says what to mend."""
    if posting.employer.health == "stop":
        text = f"“{posting.employer.name}”已停止合作，它的岗位不能发布。要恢复请先改单位的状态。"
        raise PostingRefused("postings.stopped", text)
    texts = (posting.title, posting.salary_note, posting.address, posting.note)
    held = [one for one in guard.objections(texts) if one.refuses or one.code in UNLAWFUL]
    if held:
        found = [finding(one.code, "", one.words) for one in held]
        words = "".join(f"{one.message}{one.mend}" for one in found)
        raise PostingRefused("postings.unlawful", f"岗位“{posting.title}”不能发布：{words}")


def stated(posting: Posting) -> Stated:
    """What a posting states, for the notice of 2026."""
    return Stated(
        employer=posting.employer.name,
        facts=facts_of(posting),
        address=posting.address,
        contact=posting.contact,
        phone=posting.phone,
        note=posting.note,
        source=posting.source,
    )


def refuse_incomplete(posting: Posting) -> None:
    """Raises PostingRefused when something the notice of 2026 asks for is missing; names it with the mend."""
    missing = posting_notice.gaps(stated(posting))
    if missing:
        words = posting_notice.told(missing)
        raise PostingRefused("postings.incomplete", f"岗位“{posting.title}”还不能发布。{words}补齐后再发布。")


def _refuse_late(posting: Posting, today: date) -> None:
    if posting.deadline is not None and posting.deadline < today:
        text = f"岗位“{posting.title}”的截止日期已过。请问清新的截止日期，一并填上。"
        raise PostingRefused("postings.late", text)


def reconfirm(rt: Runtime, code: str, verification: Verification, *, deadline: date | None = None) -> None:
    """The employer said an open posting still stands, perhaps to a new deadline: its validity begins anew.

    An expired one goes on offer again. Raises ServiceError (unknown) and PostingRefused.
    """
    with rt.transaction() as session:
        posting = held(session, code)
        if posting.status not in (PostingStatus.OPEN, PostingStatus.EXPIRED):
            state = posting_states.STATES[PostingStatus(posting.status)]
            raise PostingRefused("postings.step", f"岗位“{posting.title}”现在是“{state}”，不需要再次确认。")
        if deadline is not None:
            posting.deadline = deadline
            posting.facts = {**posting.facts, "deadline": deadline.isoformat()}
        _refuse_late(posting, rt.today())
        refuse_unlawful(posting)
        _verify(rt, session, posting, verification, PostingStatus.OPEN)


def confirm_due(rt: Runtime, *, within_days: int = CONFIRM_DAYS, limit: int = 500) -> list[ToConfirm]:
    """The open postings to ask about again: their verification ends within so many days, or nobody was ever asked."""
    with rt.reading() as session:
        until = rt.today() + timedelta(days=within_days)
        return [
            ToConfirm(one.code, one.title, one.employer.name, one.contact, one.phone, one.checked_at, one.valid_until)
            for one in postings_table.postings_to_confirm(session, until, limit)
        ]


def close(rt: Runtime, code: str, who: str, *, status: str = PostingStatus.WITHDRAWN, reason: str = "") -> None:
    """A posting goes off offer; veterans on their way to it are told. Raises ServiceError for an unknown code."""
    now = rt.now()
    with rt.transaction() as session:
        posting = held(session, code)
        posting_states.move(session, posting, PostingStatus(status), Step(who, now, reason))
        referral_states.close_for(session, posting, who, now)


def set_urgent(rt: Runtime, code: str, who: str, *, urgent: bool) -> None:
    """Wanted at once, or no longer; dated. Raises ServiceError (unknown) and PostingRefused (not on offer)."""
    with rt.transaction() as session:
        posting = held(session, code)
        if urgent and posting.status != PostingStatus.OPEN:
            raise PostingRefused("postings.step", f"岗位“{posting.title}”还没有发布，发布以后才能标为急招。")
        if posting.urgent != urgent:
            posting.urgent = urgent
            posting_states.touch(
                session, posting, posting.status, Step(who, rt.now(), "急招" if urgent else "不再急招")
            )


def reopen(rt: Runtime, code: str, who: str, reason: str) -> None:
    """A full posting has a place again; a withdrawn one is taken up as a draft. Raises ServiceError, PostingRefused."""
    with rt.transaction() as session:
        posting = held(session, code)
        if posting.status == PostingStatus.FULL:
            _refuse_late(posting, rt.today())
            refuse_unlawful(posting)
            posting_states.move(session, posting, PostingStatus.OPEN, Step(who, rt.now(), reason))
        elif posting.status != PostingStatus.OPEN:
            posting_states.move(session, posting, PostingStatus.DRAFT, Step(who, rt.now(), reason))


def expire_due(rt: Runtime, limit: int = 500) -> int:
    """Takes postings past their last day, or past their verification, off offer; how many."""
    now, today = rt.now(), rt.today()
    with rt.transaction() as session:
        late = postings_table.expired_postings(session, today, limit)
        for posting in late:
            is_over = posting.deadline is not None and posting.deadline < today
            reason = "截止日期已过" if is_over else "核验有效期已过，没有再次确认"
            posting_states.move(session, posting, PostingStatus.EXPIRED, Step("scheduler", now, reason))
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


def held(session: Session, code: str) -> Posting:
    """The posting with that code (`hold_posting`). Raises ServiceError for an unknown code."""
    posting = postings_table.posting_by_code(session, code)
    if posting is None:
        raise ServiceError("postings.unknown", 404)
    postings_table.hold_posting(session, posting)
    return posting


def _verify(rt: Runtime, session: Session, posting: Posting, verification: Verification, status: PostingStatus) -> None:
    now = rt.now()
    if verification.valid_until is not None and verification.valid_until < now.date():
        raise PostingRefused("postings.validity", "有效期不能早于今天，请重新填写。")
    step = Step(verification.who, now, posting_states.HOW[verification.how] + _noted(verification.note))
    if posting.status == status:
        posting_states.touch(session, posting, status, step)
    else:
        posting_states.move(session, posting, status, step)
    posting_states.verified(posting, verification.who, verification.how, now, verification.valid_until)


def verify_again(rt: Runtime, session: Session, posting: Posting, verification: Verification) -> None:
    """A posting verified as it stands, in whatever state: an open one stays open, a draft becomes checked.

    Raises PostingRefused when its last day has passed.
    """
    _refuse_late(posting, rt.today())
    is_on = posting.status in (PostingStatus.OPEN, PostingStatus.FULL)
    if is_on:
        refuse_incomplete(posting)
    _verify(rt, session, posting, verification, PostingStatus(posting.status) if is_on else PostingStatus.CHECKED)


def _noted(note: str) -> str:
    return f"：{note}" if note else ""
