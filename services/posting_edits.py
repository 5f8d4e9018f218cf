"""Editing a posting: its row of the template, read again by the reader of files; dated, and to be verified anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from matching.taxonomy import regions
from models import posting as postings_table
from models.base import Session
from models.posting import Posting, PostingChange, PostingStatus
from services import posting_states, postings
from services.intake.cells.text import plain, tidy
from services.intake.exports import posting_cells
from services.intake.facts import facts, read_row
from services.intake.reading import Reading
from services.intake.results import Finding
from services.intake.templates import POSTINGS
from services.posting_states import PostingRefused, Step
from services.postings import Offer, Verification
from services.runtime import Runtime

#: What is not edited: the number in the file, and the firm (a posting of another firm is another posting).
FIXED: Final = frozenset({"序号", "用人单位"})
HEADINGS: Final = tuple(column.heading for column in POSTINGS if column.heading not in FIXED)
#: Whom to call says nothing about the job: changing it needs no new verification.
HARMLESS: Final = frozenset({"联系人", "联系电话"})


@dataclass(frozen=True, slots=True)
class Edited:
    """What an edit did: the columns that changed, what the reader noticed, whether somebody has to verify again."""

    changed: tuple[str, ...]
    findings: tuple[Finding, ...]
    needs_check: bool


def cells(posting: Posting) -> dict[str, str]:
    """The posting as the columns of the form: heading -> text."""
    row = dict(zip((column.heading for column in POSTINGS), posting_cells(0, posting), strict=True))
    return {heading: row[heading] for heading in HEADINGS}


def edit(rt: Runtime, code: str, told: Mapping[str, str], who: str, verification: Verification | None = None) -> Edited:
    """Takes over what the form says. Unless the change is harmless or verified at once, the posting is a draft again.

    Raises ServiceError (unknown) and PostingRefused (unreadable pay or head-count, unlawful words, the same job twice).
    """
    with rt.transaction() as session:
        posting = postings.held(session, code)
        before = cells(posting)
        after = before | {heading: tidy(text) for heading, text in told.items() if heading in before}
        changed = tuple(heading for heading in HEADINGS if plain(before[heading]) != plain(after[heading]))
        if not changed:
            return Edited((), (), needs_check=False)
        reading = read_row({"用人单位": posting.employer.name, **after}, rt.today(), regions.get(rt.office.region))
        _refuse_unreadable(posting, reading)
        _take_over(session, posting, reading, after)
        postings.refuse_unlawful(posting)
        _date(rt, session, posting, who, ({name: before[name] for name in changed}, {n: after[n] for n in changed}))
        needs_check = _settle(rt, session, posting, who, verification, harmless=set(changed) <= HARMLESS)
        return Edited(changed, tuple(reading.findings), needs_check)


def _refuse_unreadable(posting: Posting, reading: Reading) -> None:
    wrong = [one for one in reading.findings if one.is_error]
    if not reading.title:
        raise PostingRefused("postings.unreadable", "岗位名称不能空着，请填写。")
    if wrong:
        words = "".join(f"{one.message}{one.mend}" for one in wrong)
        raise PostingRefused("postings.unreadable", f"岗位“{posting.title}”没有改：{words}")


def _take_over(session: Session, posting: Posting, reading: Reading, after: Mapping[str, str]) -> None:
    read = replace(facts(reading, posting.code), offered=posting.facts.get("offered") or 0)
    offer = Offer(
        employer=posting.employer.name,
        title=(reading.title or "")[:128],
        facts=read,
        address=after["工作地点"],
        salary_note=reading.salary.note or "",
        contact=reading.contact and reading.contact[:64],
        phone=reading.phone,
        note=after["备注"][:2000],
    )
    key = postings.terms_key(offer)
    same = postings_table.posting_with_terms(session, key)
    if same is not None and same.id != posting.id:
        raise PostingRefused("postings.double", f"改完以后和岗位 {same.code}“{same.title}”一模一样，不需要两个。")
    posting.title, posting.terms_key, posting.facts = offer.title, key, read.to_json()
    posting.headcount, posting.published, posting.deadline = read.headcount, read.published, read.deadline
    posting.address, posting.salary_note, posting.note = offer.address, offer.salary_note, offer.note
    posting.contact, posting.phone = offer.contact, offer.phone


def _date(rt: Runtime, session: Session, posting: Posting, who: str, change: tuple[object, object]) -> None:
    old, new = change
    posting.revision = postings_table.next_revision(session)
    session.add(PostingChange(posting_id=posting.id, at=rt.now(), who=who, old=old, new=new, reason="修改"))


def _settle(
    rt: Runtime, session: Session, posting: Posting, who: str, verification: Verification | None, *, harmless: bool
) -> bool:
    """Verified with the edit, or a draft again unless the edit was harmless; whether somebody has to verify it."""
    if verification is not None:
        postings.verify_again(rt, session, posting, verification)
        return False
    if harmless or posting.status in (PostingStatus.DRAFT, PostingStatus.WITHDRAWN):
        return posting.status == PostingStatus.DRAFT
    posting_states.move(session, posting, PostingStatus.DRAFT, Step(who, rt.now(), "修改后要重新核验"))
    return True


def words_of(change: PostingChange) -> str:
    """One dated step in words: from which state to which, or what was rewritten."""
    if isinstance(change.old, dict) and isinstance(change.new, dict):
        return "；".join(
            f"{name}：{change.old.get(name) or '空'} → {text or '空'}" for name, text in change.new.items()
        )
    old, new = (posting_states.STATES.get(PostingStatus(name)) if name else None for name in (change.old, change.new))
    return f"{old} → {new}" if old and old != new else str(new or "")
