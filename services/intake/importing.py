"""Takes a file of postings in: all rows in one transaction or none; the same file again changes nothing.

1. The file is read and every row understood, with no transaction open.
2. One transaction: known terms are found again, new postings, their employers and changes are added, the import noted.
3. What is reported as added is counted in the database after the commit.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from models import intake as intake_table
from models import posting as postings_table
from models.base import Session
from models.intake import Import, ImportedPosting
from models.posting import How, Posting, PostingChange, PostingStatus
from services import employer_words, posting_notice, posting_states
from services.intake import facts as facts_of
from services.intake import mends
from services.intake.cells.text import tidy
from services.intake.headers import book
from services.intake.postings import iter_postings
from services.intake.reading import Reading
from services.intake.results import RowResult
from services.intake.rows import Sheet
from services.intake.sheets import read_sheets
from services.intake.source import Source
from services.posting_notice import Stated
from services.postings import Offer, name_key, terms_key
from services.runtime import Runtime

KIND: Final = "posting"
CHUNK: Final = 1000
#: A row with one of these, or with something missing that the notice of 2026 asks for, is kept as a draft even under
#: `publish`: somebody has to look first.
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
    kind: str | None
    licence: str | None


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
        employer=(reading.employer or "")[:128],
        title=(reading.title or "")[:128],
        facts=facts_of.facts(reading),
        address=reading.place_text,
        salary_note=reading.salary.note or "",
        contact=reading.contact and reading.contact[:64],
        phone=reading.phone,
        note=tidy(reading.remark)[:2000],
        source=source.short_name,
    )
    is_clear = not HELD_BACK & set(result.warnings) and not posting_notice.gaps(_stated(offer))
    told = employer_words.kind(reading.employer_kind), employer_words.credit_code(reading.employer_code)
    return _Kept(offer, result.record, result.sheet, publish and is_clear, *told)


def _stated(offer: Offer) -> Stated:
    return Stated(
        employer=offer.employer,
        facts=offer.facts,
        address=offer.address,
        contact=offer.contact,
        phone=offer.phone,
        note=offer.note,
        source=offer.source,
    )


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
        self._linked: set[int] = set()
        self.opened = 0

    def keep(self, rows: list[_Kept]) -> None:
        """Adds what is new of these rows and opens what may be opened."""
        stated = [row.offer.facts.to_json() for row in rows]
        keyed = [(terms_key(row.offer, facts), row) for row, facts in zip(rows, stated, strict=True)]
        known = intake_table.postings_with_terms(self._session, [key for key, _ in keyed])
        fresh: dict[str, tuple[_Kept, dict[str, Any]]] = {}
        for (key, row), facts in zip(keyed, stated, strict=True):
            if key not in known:
                fresh.setdefault(key, (row, facts))
        employers = self._employers([row for row, _ in fresh.values()])
        made = [
            self._values(key, row, facts) | {"employer_id": employers[name_key(row.offer.employer)]}
            for key, (row, facts) in fresh.items()
        ]
        numbers = intake_table.add_postings(self._session, made)
        self._changed([(numbers[key], None, made_now["status"]) for key, made_now in zip(fresh, made, strict=True)])
        self._open([known[key] for key, row in keyed if key in known and row.open_at_once])
        self._link([(numbers.get(key) or known[key].id, row, key not in known) for key, row in keyed])

    def _employers(self, rows: list[_Kept]) -> dict[str, int]:
        """The numbers of these rows' employers; a new one with the kind and licence the file names."""
        spelled = {name_key(row.offer.employer): row.offer.employer for row in rows}
        known = intake_table.employers_by_key(self._session, list(spelled))
        kinds = {name_key(row.offer.employer): row.kind for row in rows if row.kind}
        licences = {name_key(row.offer.employer): row.licence for row in rows if row.licence}
        values = [
            {
                "name": name,
                "name_key": key,
                "kind": kinds.get(key, "firm"),
                "licence_number": licences.get(key),
                "created_at": self._now,
            }
            for key, name in spelled.items()
            if key not in known
        ]
        return known | intake_table.add_employers(self._session, values)

    def _values(self, key: str, row: _Kept, facts: dict[str, Any]) -> dict[str, Any]:
        offer = row.offer
        self.opened += row.open_at_once
        return {
            # Replaced by P + number as soon as the row has its number.
            "code": key[:32],
            "title": offer.title,
            "terms_key": key,
            "status": str(PostingStatus.OPEN if row.open_at_once else PostingStatus.DRAFT),
            "facts": facts,
            "headcount": offer.facts.headcount,
            "published": offer.facts.published,
            "deadline": offer.facts.deadline,
            "address": offer.address,
            "salary_note": offer.salary_note,
            "contact": offer.contact,
            "phone": offer.phone,
            "note": offer.note,
            "source": offer.source,
            "checked_by": self._who if row.open_at_once else None,
            "checked_at": self._now if row.open_at_once else None,
            "checked_how": str(How.IMPORT) if row.open_at_once else None,
            "valid_until": posting_states.valid_from(self._now) if row.open_at_once else None,
            "revision": self._revision,
            "created_at": self._now,
        }

    def _open(self, postings: list[Posting]) -> None:
        """Drafts the file now publishes; what is full, expired or withdrawn stays so."""
        waiting = [one for one in postings if one.status in (PostingStatus.DRAFT, PostingStatus.CHECKED)]
        changes = []
        for posting in dict.fromkeys(waiting):
            changes.append((posting.id, posting.status, str(PostingStatus.OPEN)))
            posting.status = PostingStatus.OPEN
            posting_states.verified(posting, self._who, How.IMPORT, self._now)
            posting.revision = self._revision
            self.opened += 1
        self._changed(changes)

    def _changed(self, changes: Sequence[tuple[int, str | None, str]]) -> None:
        reason = f"导入《{self._import.file_name}》"[:200]
        intake_table.add_rows(
            self._session,
            PostingChange,
            [
                {"posting_id": number, "at": self._now, "who": self._who, "old": old, "new": new, "reason": reason}
                for number, old, new in changes
            ],
        )

    def _link(self, links: list[tuple[int, _Kept, bool]]) -> None:
        """Which row of the file each posting stood in; the first one where two rows are the same job."""
        values = []
        for number, row, is_new in links:
            if number not in self._linked:
                self._linked.add(number)
                place = {"record": row.record, "sheet": row.sheet[:64]}
                values.append({"import_id": self._import.id, "posting_id": number, "is_new": is_new, **place})
        intake_table.add_rows(self._session, ImportedPosting, values)
