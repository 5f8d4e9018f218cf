"""A sheet looked through before it is taken in: counts, the rows that need the clerk, mends and headings to settle."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from models import intake as intake_table
from models.scope import Scope
from services.intake import importing, ledger, mends
from services.intake.cells.text import plain
from services.intake.corrected import write_corrected
from services.intake.headers import BookName, HeaderBook, book
from services.intake.results import RowResult
from services.intake.rows import Row, Sheet
from services.intake.tables import RowKind, split
from services.runtime import Runtime

#: Rows with findings shown on one page; the corrected workbook has them all.
SHOWN: Final = 200
SAMPLES: Final = 3
_HEADING_CHARS: Final = 20
#: Looked at for a header when no table was recognised.
_TOP_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class Strange:
    """A heading nobody knows. `guess`: the field its cells speak for, or empty; `samples`: some of its cells."""

    heading: str
    guess: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A row with findings, as the page shows it: where it stands, what came of it, and (words, is_error) each."""

    place: str
    status: str
    findings: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What is in a sheet. `rows`: those with an error or a warning, errors first; `questions`: one a mend."""

    counts: dict[str, int]
    warned: int
    rows: tuple[Told, ...]
    more: int
    questions: tuple[str, ...]
    headings: tuple[Strange, ...]

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Look":
        """As `dataclasses.asdict` and JSON keep it."""
        rows = tuple(
            Told(row["place"], row["status"], tuple((words, grave) for words, grave in row["findings"]))
            for row in kept["rows"]
        )
        headings = tuple(Strange(one["heading"], one["guess"], tuple(one["samples"])) for one in kept["headings"])
        return cls(kept["counts"], kept["warned"], rows, kept["more"], tuple(kept["questions"]), headings)


OnRow = Callable[[RowResult], None]


@dataclass(frozen=True, slots=True)
class Reader:
    """How one sheet is to be read: as what, for whose stations, with the clerk's consent to mends or without."""

    rt: Runtime
    kind: BookName
    scope: Scope
    accept_mends: bool = False

    def rows(self, sheets: list[Sheet]) -> Iterator[RowResult]:
        """Every row as the importer will understand it."""
        if self.kind == "posting":
            return importing.read_rows(self.rt, sheets, accept_mends=self.accept_mends)
        return ledger.read_people(self.rt, sheets, accept_mends=self.accept_mends, scope=self.scope)

    def headers(self) -> HeaderBook:
        """The wordings known, learned ones included."""
        with self.rt.reading() as session:
            return book(self.kind).with_learned(intake_table.meanings(session, self.kind))

    def look(self, sheets: list[Sheet], on_row: OnRow) -> Look:
        """Reads the sheets and writes nothing."""
        counts = {"ok": 0, "duplicate": 0, "error": 0}
        warned, errors, warnings = 0, list[Told](), list[Told]()
        for row in self.rows(sheets):
            on_row(row)
            if row.status is None:
                continue
            counts[row.status] += 1
            warned += row.status == "ok" and bool(row.findings)
            kept = errors if row.status == "error" else warnings
            if row.findings and len(kept) < SHOWN:
                kept.append(_told(row))
        shown = (errors + warnings)[:SHOWN]
        headers = self.headers()
        asked = (
            ()
            if self.accept_mends
            else tuple(one.question for sheet in sheets for one in mends.propose(sheet, headers))
        )
        more = counts["error"] + counts["duplicate"] + warned - len(shown)
        return Look(counts, warned, tuple(shown), max(more, 0), asked, strange(sheets, headers))

    def marked(self, sheets: list[Sheet], on_row: OnRow) -> bytes:
        """The clerk's own workbook with the bad cells coloured and the mends beside them."""
        return write_corrected(sheets, _without_fields(self.rows(sheets), on_row))


def _without_fields(rows: Iterable[RowResult], on_row: OnRow) -> Iterator[RowResult]:
    """What the corrected workbook needs of each row: a long file must fit into memory."""
    for row in rows:
        on_row(row)
        yield replace(row, fields={}, extra={})


def _told(row: RowResult) -> Told:
    words = tuple(
        ((f"【{one.column}】" if one.column else "") + one.message + one.mend, one.is_error) for one in row.findings
    )
    return Told(f"{row.sheet} 第 {row.record} 行".strip(), row.status or "ok", words)


def strange(sheets: Iterable[Sheet], headers: HeaderBook) -> tuple[Strange, ...]:
    """The headings no wording knows, each once; of a sheet without any table, those of what may be its header."""
    found: dict[str, Strange] = {}
    for sheet in sheets:
        rows = split(sheet, headers)
        tables = {id(row.table): row.table for row in rows if row.kind is RowKind.DATA}
        for table in tables.values():
            unknown = {c for c in table.ignored if not headers.fields_of(table.headings[c])} | set(table.guessed)
            below = [row.row for row in rows if row.kind is RowKind.DATA and row.table is table]
            for column in sorted(unknown):
                heading = table.headings[column]
                found.setdefault(heading, Strange(heading, table.guessed.get(column, ""), _samples(below, column)))
        if not tables:
            found |= {one.heading: one for one in _likely_header(sheet, headers) if one.heading not in found}
    return tuple(found.values())


def _likely_header(sheet: Sheet, headers: HeaderBook) -> list[Strange]:
    for index, row in enumerate(sheet.rows[:_TOP_ROWS]):
        cells = {column: cell.strip() for column, cell in enumerate(row.cells) if cell.strip()}
        if len(cells) >= 3 and all(
            len(cell) <= _HEADING_CHARS and not re.search(r"\d", cell) for cell in cells.values()
        ):
            return [
                Strange(cell, "", _samples(sheet.rows[index + 1 :], column))
                for column, cell in cells.items()
                if plain(cell) and not headers.fields_of(cell)
            ]
    return []


def _samples(rows: list[Row], column: int) -> tuple[str, ...]:
    cells = (row.cells[column].strip() for row in rows[: 10 * SAMPLES] if column < len(row.cells))
    return tuple(dict.fromkeys(cell[:_HEADING_CHARS] for cell in cells if cell))[:SAMPLES]
