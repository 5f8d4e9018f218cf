"""Employers, one booklet a firm (一企一册): kind, licence, contacts, agreement, health, and all that came of it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from models import employer as employers_table
from models import placement as placements_table
from models import posting as postings_table
from models.base import Session
from models.employer import EmployerChange, EmployerContact
from models.posting import Employer, PostingStatus
from services import posting_states, postings, referral_states
from services.employer_words import credit_code
from services.errors import ServiceError
from services.posting_states import Step
from services.runtime import Runtime

KINDS: Final = {
    "firm": "企业",
    "veteran_owned": "军创企业",
    "agency": "人力资源机构",
    "workshop": "帮扶车间",
    "public": "机关事业单位",
}
HEALTH: Final = {"normal": "正常", "watch": "关注", "stop": "停止合作"}


class EmployerRefused(ServiceError):
    """Something a booklet does not take; `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__("employers.refused", 400, message)


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated entry of a booklet; `old` and `new` in the words of the screen."""

    at: datetime
    who: str
    field: str
    old: str
    new: str
    reason: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to call at the firm."""

    name: str
    phone: str
    role: str


@dataclass(frozen=True, slots=True)
class Job:
    """A posting of the firm: its state, tags, places asked for and held now, referrals ever made."""

    code: str
    title: str
    status: str
    tags: tuple[str, ...]
    headcount: int | None
    at_work: int
    referred: int
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Hire:
    """A veteran (by number) at work at the firm, or who was."""

    veteran_id: int
    title: str
    starts_on: date
    ended_on: date | None
    end_reason: str


@dataclass(frozen=True, slots=True)
class Booklet:
    """Everything the bureau has of one firm. `referrals`: how many stand at each status, in words."""

    id: int
    name: str
    kind: str
    licence_number: str | None
    agreed_on: date | None
    agreed_until: date | None
    is_priority: bool
    health: str
    licence_seen_on: date | None
    licence_due_on: date | None
    contacts: tuple[Person, ...]
    postings: tuple[Job, ...]
    referrals: dict[str, int]
    hires: tuple[Hire, ...]
    entries: tuple[Entry, ...]

    @property
    def visits(self) -> tuple[Entry, ...]:
        """The visits among the entries."""
        return tuple(entry for entry in self.entries if entry.field == "visit")


def booklet(rt: Runtime, employer_id: int) -> Booklet:
    """The booklet of a firm as of now; raises ServiceError for an unknown number."""
    with rt.reading() as session:
        firm = employer_numbered(session, employer_id)
        came = _came_of(session, firm.id)
        return Booklet(
            id=firm.id,
            name=firm.name,
            kind=firm.kind,
            licence_number=firm.licence_number,
            agreed_on=firm.agreed_on,
            agreed_until=firm.agreed_until,
            is_priority=_has_priority(firm, rt.today()),
            health=firm.health,
            licence_seen_on=firm.licence_seen_on,
            licence_due_on=firm.licence_due_on,
            contacts=tuple(
                Person(one.name, one.phone, one.role) for one in employers_table.contacts_of(session, firm.id)
            ),
            entries=tuple(
                Entry(one.at, one.who, one.field, one.old, one.new, one.reason)
                for one in employers_table.changes_of(session, firm.id)
            ),
            postings=came.jobs,
            referrals=came.referrals,
            hires=came.hires,
        )


def set_kind(rt: Runtime, employer_id: int, kind: str, who: str) -> None:
    """What kind of employer it is, one of `KINDS`; raises ServiceError."""
    if kind not in KINDS:
        raise EmployerRefused(f"单位性质只能是：{'、'.join(KINDS.values())}。")
    with rt.transaction() as session:
        firm = employer_numbered(session, employer_id)
        old, firm.kind = firm.kind, kind
        log(session, firm, Step(who, rt.now()), "kind", (KINDS[old], KINDS[kind]))


def set_licence(rt: Runtime, employer_id: int, number: str, who: str) -> None:
    """The unified social credit code (18 characters with its check digit, GB 32100); raises ServiceError."""
    code = credit_code(number)
    if code is None:
        raise EmployerRefused("统一社会信用代码应为 18 位，且校验码要对。请对照营业执照改正。")
    with rt.transaction() as session:
        firm = employer_numbered(session, employer_id)
        old, firm.licence_number = firm.licence_number or "", code
        log(session, firm, Step(who, rt.now()), "licence", (old, code))


def set_health(rt: Runtime, employer_id: int, health: str, who: str, reason: str) -> None:
    """normal, watch or stop, with the reason. `stop` takes every posting off offer; those on their way are told.

    Raises ServiceError, also when no reason is given.
    """
    if health not in HEALTH:
        raise EmployerRefused(f"单位状态只能是：{'、'.join(HEALTH.values())}。")
    if not reason.strip():
        raise EmployerRefused("请写明改变单位状态的原因。")
    with rt.transaction() as session:
        change_health(session, employer_numbered(session, employer_id), health, Step(who, rt.now(), reason))


def change_health(session: Session, firm: Employer, health: str, step: Step) -> None:
    """The same within a transaction: dated in the booklet, and matching reads the firm's postings again."""
    old, firm.health = firm.health, health
    log(session, firm, step, "health", (HEALTH[old], HEALTH[health]))
    live = (PostingStatus.OPEN, PostingStatus.CHECKED, PostingStatus.FULL)
    on_offer = employers_table.live_postings_of(session, firm.id, live)
    for posting in on_offer:  # all, before anything that a turn at one of them may wait for
        postings_table.hold_posting(session, posting)
    for posting in on_offer:
        because = Step(step.who, step.at, f"单位状态：{HEALTH[health]}")
        if health == "stop":
            posting_states.move(session, posting, PostingStatus.WITHDRAWN, because)
            referral_states.close_for(session, posting, step.who, step.at)
        elif old != health:
            # Matching weighs the employer's health: the catalog must read its postings again.
            posting_states.touch(session, posting, posting.status, because)


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement of co-operation; `is_priority`: the firm takes veterans first. `until` None = no end stated."""

    signed_on: date
    until: date | None = None
    is_priority: bool = True


def sign_agreement(rt: Runtime, employer_id: int, agreement: Agreement, who: str) -> None:
    """Notes a signed agreement; raises ServiceError for days that cannot be."""
    if agreement.signed_on > rt.today():
        raise EmployerRefused("签订日期不能晚于今天。")
    if agreement.until is not None and agreement.until < agreement.signed_on:
        raise EmployerRefused("协议的截止日期早于签订日期，请检查。")
    with rt.transaction() as session:
        firm = employer_numbered(session, employer_id)
        old = _agreed(firm)
        firm.agreed_on, firm.agreed_until = agreement.signed_on, agreement.until
        firm.agreed_priority = agreement.is_priority
        log(session, firm, Step(who, rt.now()), "agreement", (old, _agreed(firm)))


def add_contact(rt: Runtime, employer_id: int, person: Person, who: str) -> None:
    """Somebody to call; the same phone again replaces name and role. Raises ServiceError."""
    if not (person.name.strip() and person.phone.strip()):
        raise EmployerRefused("请填写联系人姓名和电话。")
    now = rt.now()
    with rt.transaction() as session:
        firm = employer_numbered(session, employer_id)
        for known in employers_table.contacts_of(session, firm.id):
            if known.phone == person.phone:
                known.ended_at = now
        session.add(
            EmployerContact(employer_id=firm.id, name=person.name, phone=person.phone, role=person.role, added_at=now)
        )
        log(session, firm, Step(who, now), "contact", ("", person.name))


def record_visit(rt: Runtime, employer_id: int, who: str, words: str) -> None:
    """A visit to the firm and what was seen; raises ServiceError when nothing is said."""
    if not words.strip():
        raise EmployerRefused("请写一句走访情况。")
    with rt.transaction() as session:
        log(session, employer_numbered(session, employer_id), Step(who, rt.now(), words.strip()), "visit", ("", ""))


def employer_numbered(session: Session, employer_id: int) -> Employer:
    """The firm of that number; raises ServiceError."""
    firm = employers_table.employer_by_id(session, employer_id)
    if firm is None:
        raise ServiceError("employers.unknown", 404, "没有这个单位，可能已经合并或编号不对。")
    return firm


def _has_priority(firm: Employer, day: date) -> bool:
    return firm.agreed_priority and (firm.agreed_until is None or firm.agreed_until >= day)


def _agreed(firm: Employer) -> str:
    if firm.agreed_on is None:
        return ""
    until = f"至 {firm.agreed_until}" if firm.agreed_until else "长期"
    return f"{firm.agreed_on} 签订，{until}{'，优先招用' if firm.agreed_priority else ''}"


def log(session: Session, firm: Employer, step: Step, field: str, change: tuple[str, str]) -> None:
    """A dated entry of the booklet; a field that stayed as it was leaves none."""
    old, new = change
    if old == new and field not in ("visit", "health"):
        return
    session.add(
        EmployerChange(
            employer_id=firm.id, at=step.at, who=step.who, field=field, old=old[:200], new=new[:200], reason=step.reason
        )
    )


@dataclass(frozen=True, slots=True)
class _Results:
    """What came of a firm's postings."""

    jobs: tuple[Job, ...]
    referrals: dict[str, int]
    hires: tuple[Hire, ...]


def _came_of(session: Session, employer_id: int) -> _Results:
    offered = postings_table.postings_of(session, employer_id)
    numbers = [posting.id for posting in offered]
    referrals = placements_table.referrals_to(session, numbers)
    placements = placements_table.placements_at(session, numbers)
    referred = Counter(one.posting_id for one in referrals)
    at_work = Counter(one.posting_id for one in placements if one.ended_on is None)
    jobs = tuple(
        Job(
            code=one.code,
            title=one.title,
            status=one.status,
            tags=postings.tags(postings.facts_of(one)),
            headcount=one.headcount,
            at_work=at_work[one.id],
            referred=referred[one.id],
            valid_until=one.valid_until,
        )
        for one in offered
    )
    hires = tuple(
        Hire(one.veteran_id, one.posting.title, one.starts_on, one.ended_on, one.end_reason) for one in placements
    )
    return _Results(jobs, dict(Counter(referral_states.STATES[one.status] for one in referrals)), hires)
