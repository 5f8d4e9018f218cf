"""What an employer may see and do through a signed link: answer about one referral or one hire, file a posting."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot import describe
from bot.slots import Slots
from models import employer as employers_table
from models import posting as postings_table
from models import veteran as veterans_table
from models.base import Session
from models.followup import FollowUp
from models.placement import OPEN_REFERRALS, Referral
from models.posting import Employer, How, Posting, PostingStatus
from services import (
    answers,
    audit,
    employers,
    interviews,
    links,
    offers,
    postings,
    referral_answers,
    referral_states,
    veterans,
)
from services.answers import Answer, By
from services.errors import ServiceError
from services.intake.importing import import_postings
from services.intake.results import RowResult
from services.intake.source import Source
from services.posting_states import Step
from services.postings import Verification
from services.runtime import Runtime

REFERRAL: Final = "referral"
FOLLOW_UP: Final = "follow_up"
FILING: Final = "filing"
RENEWAL: Final = "renewal"
LASTS: Final = {
    REFERRAL: timedelta(days=30),
    FOLLOW_UP: timedelta(days=30),
    FILING: timedelta(days=90),
    RENEWAL: timedelta(days=30),
}
WHO: Final = "单位（链接）"
#: The slots of a profile that an employer is told.
TOLD: Final = (
    "age",
    "birth_year",
    "education",
    "licences",
    "has_licence",
    "certificates",
    "skills",
    "military_trade",
    "service_years",
)
#: The fields of a posting as the employer fills them: the headings our sheets know.
FILED: Final = (
    "岗位名称",
    "招聘人数",
    "工作内容",
    "工资",
    "工作地点",
    "年龄",
    "学历",
    "证书",
    "食宿",
    "班次",
    "截止日期",
    "联系人",
    "联系电话",
)
NEEDED: Final = ("岗位名称", "招聘人数", "工作内容", "工资", "工作地点", "截止日期", "联系人", "联系电话")


@dataclass(frozen=True, slots=True)
class Introduced:
    """A referral as the employer sees it. Name and phone are there if the veteran gave them."""

    title: str
    employer: str
    state: str
    is_open: bool
    name: str
    phone: str
    facts: tuple[str, ...]
    picked_on: date
    respond_by: date | None
    is_late: bool
    interview: str
    attends: bool | None
    starts_on: date | None


@dataclass(frozen=True, slots=True)
class Hired:
    """A follow-up as the employer sees it; `gaps`: what is to be explained, without the veteran's words."""

    title: str
    employer: str
    name: str
    starts_on: date
    step: int
    is_answered: bool
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Renewing:
    """A posting that runs out, as its employer sees it."""

    title: str
    employer: str
    until: date | None
    is_open: bool


def address(session: Session, rt: Runtime, purpose: str, number: int, who: str) -> str:
    """The signed part of the employer's address for this row."""
    return links.issue(session, rt.keyring, (purpose, number), LASTS[purpose], who=who, now=rt.now())


def filing_address(rt: Runtime, employer_id: int, who: str) -> str:
    """The employer's address for filing postings, noted in its booklet when it is a new one; raises ServiceError."""
    now = rt.now()
    with rt.transaction() as session:
        firm = _employer(session, employer_id)
        if not links.is_out(session, (FILING, employer_id), LASTS[FILING], now):
            employers.log(session, firm, Step(who, now, "给了填报岗位的链接"), "filing", ("", "链接"))
        return address(session, rt, FILING, employer_id, who)


def take_back_filing(rt: Runtime, employer_id: int, who: str) -> None:
    """No address of this employer opens the form any more; raises ServiceError."""
    with rt.transaction() as session:
        firm = _employer(session, employer_id)
        links.revoke(session, (FILING, employer_id), rt.now())
        employers.log(session, firm, Step(who, rt.now(), "停用了填报岗位的链接"), "filing", ("链接", ""))


def purpose_of(rt: Runtime, signed: str) -> str:
    """What an address is for; raises LinkRefused."""
    with rt.transaction() as session:
        return links.opened(session, rt.keyring, signed, LASTS, rt.now()).purpose


@contextmanager
def _through(rt: Runtime, signed: str, purposes: Collection[str]) -> Iterator[tuple[Session, int]]:
    """One transaction behind a valid link: the session and the number of the row it opens."""
    with rt.transaction() as session:
        link = links.opened(session, rt.keyring, signed, purposes, rt.now())
        yield session, link.subject_id


def introduced(rt: Runtime, signed: str) -> Introduced:
    """The referral behind a link; raises LinkRefused."""
    with _through(rt, signed, (REFERRAL,)) as (session, number):
        referral = session.get_one(Referral, number)
        veteran = veterans_table.veteran_by_id(session, referral.veteran_id)
        if veteran is not None and referral.status in OPEN_REFERRALS:
            audit.person_read(rt, session, WHO, veteran.id, "link", ("name", "phone"))
        contact = veterans.contact_of(rt.keyring, veteran) if veteran else veterans.Contact(None, None)
        profile = veterans.profile_of(session, veteran, rt.today()) if veteran else None
        at = referral.interview_at
        is_open = referral.status in OPEN_REFERRALS
        return Introduced(
            title=referral.posting.title,
            employer=referral.posting.employer.name,
            state=referral_states.STATES[referral.status],
            is_open=is_open,
            name=(contact.name or "") if is_open else "",
            phone=(contact.phone or "") if is_open else "",
            facts=describe.phrases(_for_work(profile)) if profile is not None and is_open else (),
            picked_on=referral.created_at.astimezone(rt.now().tzinfo).date(),
            respond_by=referral.respond_by,
            is_late=is_open and referral.answered_at is None and (referral.respond_by or rt.today()) < rt.today(),
            interview=f"{referral_states.when_of(at)}，{referral.interview_place}" if at else "",
            attends=referral.attends,
            starts_on=referral.starts_on,
        )


def _for_work(profile: Slots) -> Slots:
    """What an employer needs to judge by: never health, wishes about pay, or anything else of the person."""
    return Slots(**{name: getattr(profile, name) for name in TOLD})


def invite(rt: Runtime, signed: str, at: datetime, place: str, note: str) -> None:
    """The employer asks the veteran to an interview. Raises ServiceError."""
    with _through(rt, signed, (REFERRAL,)) as (session, number):
        referral = referral_answers.answered(session, number, rt.now())
        interviews.invite(session, referral, at, place, who=WHO, now=rt.now(), note=note[:100])


def take(rt: Runtime, signed: str, starts_on: date, note: str) -> None:
    """The employer offers the job from a day on. Raises ServiceError."""
    with _through(rt, signed, (REFERRAL,)) as (session, number):
        referral = referral_answers.answered(session, number, rt.now())
        offers.offer(session, referral, starts_on, who=WHO, now=rt.now(), note=note[:100])


def refuse(rt: Runtime, signed: str, reason: str) -> None:
    """The employer says no, with a reason. Raises ServiceError."""
    with _through(rt, signed, (REFERRAL,)) as (session, number):
        referral_answers.refuse(session, number, reason, Step(WHO, rt.now()))


def hired(rt: Runtime, signed: str) -> Hired:
    """The follow-up behind a link; raises LinkRefused."""
    with _through(rt, signed, (FOLLOW_UP,)) as (session, number):
        follow_up = session.get_one(FollowUp, number)
        placement = follow_up.placement
        veteran = veterans_table.veteran_by_id(session, placement.veteran_id)
        if veteran is not None:
            audit.person_read(rt, session, WHO, veteran.id, "link", ("name",))
        contact = veterans.contact_of(rt.keyring, veteran) if veteran else veterans.Contact(None, None)
        return Hired(
            title=placement.posting.title,
            employer=placement.posting.employer.name,
            name=contact.name or "这位退役军人",
            starts_on=placement.starts_on,
            step=follow_up.step,
            is_answered=follow_up.answered_at is not None,
            gaps=answers.gaps_to_explain(session, placement),
        )


def answer(rt: Runtime, signed: str, given: Answer) -> None:
    """The employer answers a follow-up; needs to say whether the veteran is still there. Raises ServiceError."""
    if given.employment_status not in answers.STATUSES:
        raise ServiceError("followups.status", 400, "请选这位同志现在在不在岗。")
    with _through(rt, signed, (FOLLOW_UP,)) as (session, number):
        follow_up = answers.answerable(session, number)
        answers.employer_answers(session, rt.keyring, follow_up, given, By("link", "", rt.now()))


def renewal_address(rt: Runtime, code: str, who: str) -> str:
    """The signed part of the address by which an employer says whether a posting still stands. Raises ServiceError."""
    with rt.transaction() as session:
        posting = postings_table.posting_by_code(session, code)
        if posting is None:
            raise ServiceError("postings.unknown", 404, "没有这个岗位，可能编号不对。")
        return address(session, rt, RENEWAL, posting.id, who)


def renewing(rt: Runtime, signed: str) -> Renewing:
    """The posting behind a link; raises LinkRefused."""
    with _through(rt, signed, (RENEWAL,)) as (session, number):
        posting = session.get_one(Posting, number)
        return Renewing(posting.title, posting.employer.name, posting.valid_until, posting.status == PostingStatus.OPEN)


def renew(rt: Runtime, signed: str, answer: str) -> None:
    """The employer says: still wanted, full, or not wanted any more. Raises ServiceError."""
    with _through(rt, signed, (RENEWAL,)) as (session, number):
        code = session.get_one(Posting, number).code
    match answer:
        case "still":
            postings.reconfirm(rt, code, Verification(WHO, How.LINK, "单位说还招"))
        case "full":
            postings.close(rt, code, WHO, status=PostingStatus.FULL, reason="单位说招满了")
        case "over":
            postings.close(rt, code, WHO, reason="单位说不招了")
        case _:
            raise ServiceError("employer.answer", 400, "请选一种答复：还招、招满了，或者不招了。")


def files_for(rt: Runtime, signed: str) -> str:
    """The name of the employer who may file postings by this link; raises LinkRefused."""
    with _through(rt, signed, (FILING,)) as (session, number):
        return _employer(session, number).name


def file_posting(rt: Runtime, signed: str, cells: Mapping[str, str]) -> list[str]:
    """Takes a posting in as a draft, read exactly as a row of a sheet would be; what is wrong with it, none = taken.

    Raises ServiceError.
    """
    name = files_for(rt, signed)
    lacking = [f"请填{heading}。" for heading in NEEDED if not cells.get(heading, "").strip()]
    if lacking:
        return lacking
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("用人单位", *FILED))
    writer.writerow((name, *(" ".join(cells.get(heading, "").split())[:400] for heading in FILED)))
    found: list[RowResult] = []
    source = Source("单位填报", text.getvalue().encode())
    import_postings(rt, source, WHO, on_row=found.append)
    errors = [one for row in found for one in row.findings if one.is_error]
    return [f"{one.message}{one.mend}" for one in errors]


def _employer(session: Session, number: int) -> Employer:
    firm = employers_table.employer_by_id(session, number)
    if firm is None:
        raise ServiceError("employers.unknown", 404, "没有这个单位，请打电话给我们。")
    return firm
