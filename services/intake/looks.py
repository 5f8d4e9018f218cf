"""A sheet looked through before it is taken in: counts, the rows that need the clerk, and the mends to agree to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from models.scope import Scope
from services.intake import importing, ledger, mends
from services.intake.corrected import write_corrected
from services.intake.headers import BookName, book
from services.intake.results import RowResult
from services.intake.sheets import read_sheets
from services.intake.source import Source
from services.runtime import Runtime

#: Rows with findings shown on one page; the corrected workbook has them all.
SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Look:
    """What is in a sheet. `rows`: those with an error or a warning, as in the file; `questions`: one a mend."""

    counts: dict[str, int]
    warned: int
    rows: tuple[RowResult, ...]
    more: int
    questions: tuple[str, ...]


def look(rt: Runtime, kind: BookName, source: Source, scope: Scope, *, accept_mends: bool = False) -> Look:
    """Reads the sheet and writes nothing. Raises IntakeError for a file that is none."""
    sheets = read_sheets(source.data)
    found = [row for row in _rows(rt, kind, source, scope, accept_mends=accept_mends) if row.status]
    counts = {status: sum(row.status == status for row in found) for status in ("ok", "duplicate", "error")}
    told = sorted((row for row in found if row.findings), key=lambda row: row.status != "error")
    asked = () if accept_mends else tuple(one.question for sheet in sheets for one in mends.propose(sheet, book(kind)))
    warned = sum(row.status == "ok" for row in told)
    return Look(counts, warned, tuple(told[:SHOWN]), max(0, len(told) - SHOWN), asked)


def corrected(rt: Runtime, kind: BookName, source: Source, scope: Scope) -> bytes:
    """The clerk's own workbook with the bad cells coloured and the mends beside them."""
    return write_corrected(read_sheets(source.data), _rows(rt, kind, source, scope))


def _rows(
    rt: Runtime, kind: BookName, source: Source, scope: Scope, *, accept_mends: bool = False
) -> Iterable[RowResult]:
    sheets = read_sheets(source.data)
    if kind == "posting":
        return importing.read_rows(rt, sheets, accept_mends=accept_mends)
    return ledger.read_people(rt, sheets, accept_mends=accept_mends, scope=scope)
