"""Takes a file of postings in: all rows in one transaction or none; the same file again changes nothing.

1. The file is read and every row understood, with no transaction open.
2. One transaction: known terms are found again, new postings, their employers and changes are added, the import noted.
3. What is reported as added is counted in the database after the commit.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from models import intake as intake_table
from models import posting as postings_table
from models.base import Session
from models.intake import Import, ImportedPosting
from models.posting import Employer, Posting, PostingChange, PostingStatus
from services.intake import mends
from services.intake.cells.text import tidy
from services.intake.facts import facts
from services.intake.headers import book
from services.intake.postings import iter_postings
from services.intake.reading import Reading
from services.intake.results import RowResult
from services.intake.sheets import Sheet, read_sheets
from services.intake.source import Source
from services.postings import Offer, name_key, terms_key
from services.runtime import Runtime

KIND: Final = "posting"
CHUNK: Final = 1000
#: A row with one of these is kept as a draft even under `publish`: somebody has to look first.
HELD_BACK: Final = frozenset({"deadline_passed", "discriminatory_text", "exaggerated", "fee_unclear"})

RowSeen = Callable[[RowResult], None]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `added` was counted in the database; `again` = the file had been taken in before."""

    added: int
    known: int
    opened: int
    counts: dict[str, int] = field(default_factory=dict)
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A good row on its way into the database."""

    offer: Offer
    record: int
    sheet: str
    open_at_once: bool


def import_postings(
    rt: Runtime,
    source: Source,
    who: str,
    *,
    publish: bool = False,
    accept_mends: bool = False,
    on_row: RowSeen | None = None,
) -> Imported:
    """Takes a file in. `on_row` sees every row as it is understood. Raises IntakeError for a file that is none.

    `accept_mends`: the clerk agreed to the whole-column mends.
    """
    counts = {"ok": 0, "duplicate": 0, "error": 0}
    kept: list[_Kept] = []
    for result in read_rows(rt, read_sheets(source.data), accept_mends=accept_mends):
        if result.status:
            counts[result.status] += 1
        if result.status == "ok":
            kept.append(_row_to_keep(result, source, publish=publish))
        if on_row:
            on_row(result)
    before = _known_import(rt, source, publish=publish)
    if before is not None:
        return Imported(0, len(kept), 0, counts, again=before)
    import_id, opened = _write(rt, source, who, kept, counts, publish=publish)
    with rt.reading() as session:
        added = intake_table.count_brought(session, import_id)
    return Imported(added, len(kept) - added, opened, counts)


def read_rows(rt: Runtime, sheets: Iterable[Sheet], *, accept_mends: bool = False) -> Iterator[RowResult]:
    """Every row of every sheet, with the headings learned and the bureau's own place."""
    with rt.reading() as session:
        learned = intake_table.meanings(session, KIND)
    headers = book(KIND).with_learned(learned)
    for sheet in sheets:
        if accept_mends:
            sheet = mends.apply(sheet, mends.propose(sheet, headers))
        yield from iter_postings(sheet, rt.today(), headers=headers)


def _row_to_keep(result: RowResult, source: Source, *, publish: bool) -> _Kept:
    reading: Reading = result.extra["reading"]
    offer = Offer(
        employer=reading.employer or "",
        title=reading.title or "",
        facts=facts(reading),
        address=reading.place_text,
        salary_note=reading.salary.note or "",
        contact=reading.contact and reading.contact[:64],
        phone=reading.phone,
        note=tidy(reading.remark)[:2000],
        source=source.short_name,
    )
    return _Kept(offer, result.record, result.sheet, publish and not HELD_BACK & set(result.warnings))


def _known_import(rt: Runtime, source: Source, *, publish: bool) -> datetime | None:
    """When these very bytes were taken in before, at least as far as now asked for."""
    with rt.reading() as session:
        before = intake_table.import_of(session, source.digest, KIND)
        return before.at if before is not None and before.published >= publish else None


def _write(
    rt: Runtime, source: Source, who: str, kept: list[_Kept], counts: dict[str, int], *, publish: bool
) -> tuple[int, int]:
    now = rt.now()
    with rt.transaction() as session:
        noted = Import(
            kind=KIND,
            file_name=source.short_name,
            digest=source.digest,
            at=now,
            who=who,
            published=publish,
            counts=counts,
        )
        session.add(noted)
        session.flush()  # the rows below name it
        keeper = _Keeper(session, noted, who, now)
        for start in range(0, len(kept), CHUNK):
            keeper.keep(kept[start : start + CHUNK])
        return noted.id, keeper.opened


class _Keeper:
    """Writes the rows of one import, a thousand at a time, under one catalog revision."""

    def __init__(self, session: Session, noted: Import, who: str, now: datetime) -> None:
        self._session = session
        self._import = noted
        self._who = who
        self._now = now
        self._revision = postings_table.next_revision(session)
        self._employers: dict[str, Employer] = {}
        self._seen: set[int] = set()
        self.opened = 0

    def keep(self, rows: list[_Kept]) -> None:
        """Adds what is new of these rows and opens what may be opened."""
        keys = [terms_key(row.offer) for row in rows]
        known = intake_table.postings_with_terms(self._session, keys)
        employers = self._employers_of(rows)
        fresh: dict[str, tuple[Posting, _Kept]] = {}
        for key, row in zip(keys, rows, strict=True):
            if key not in known and key not in fresh:
                fresh[key] = self._posting(row, key, employers[name_key(row.offer.employer)]), row
        self._session.add_all(posting for posting, _ in fresh.values())
        self._session.flush()  # their numbers become their codes
        for posting, _ in fresh.values():
            posting.code = f"P{posting.id}"
            self._log(posting, None)
        for key, row in zip(keys, rows, strict=True):
            posting = known[key] if key in known else fresh[key][0]
            self._link(posting, row, is_new=key not in known)
            if key in known and row.open_at_once and posting.status in (PostingStatus.DRAFT, PostingStatus.CHECKED):
                self._open(posting)
        self._session.flush()

    def _employers_of(self, rows: list[_Kept]) -> dict[str, Employer]:
        names = {name_key(row.offer.employer): row.offer.employer for row in rows}
        missing = [key for key in names if key not in self._employers]
        self._employers.update(intake_table.employers_by_key(self._session, missing))
        new = {
            key: Employer(name=names[key][:128], name_key=key[:128], created_at=self._now)
            for key in missing
            if key not in self._employers
        }
        self._session.add_all(new.values())
        self._session.flush()  # the postings name them
        self._employers.update(new)
        return self._employers

    def _posting(self, row: _Kept, key: str, employer: Employer) -> Posting:
        offer = row.offer
        self.opened += row.open_at_once
        return Posting(
            code=key[:32],
            employer=employer,
            title=offer.title[:128],
            terms_key=key,
            status=PostingStatus.OPEN if row.open_at_once else PostingStatus.DRAFT,
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
            checked_by=self._who if row.open_at_once else None,
            checked_at=self._now if row.open_at_once else None,
            revision=self._revision,
            created_at=self._now,
        )

    def _open(self, posting: Posting) -> None:
        old, posting.status = posting.status, PostingStatus.OPEN
        posting.checked_by, posting.checked_at = self._who, self._now
        posting.revision = self._revision
        self.opened += 1
        self._log(posting, old)

    def _log(self, posting: Posting, old: str | None) -> None:
        self._session.add(
            PostingChange(posting_id=posting.id, at=self._now, who=self._who, old=old, new=posting.status)
        )

    def _link(self, posting: Posting, row: _Kept, *, is_new: bool) -> None:
        if posting.id not in self._seen:
            self._seen.add(posting.id)
            self._session.add(
                ImportedPosting(
                    import_id=self._import.id,
                    posting_id=posting.id,
                    record=row.record,
                    sheet=row.sheet[:64],
                    is_new=is_new,
                )
            )
