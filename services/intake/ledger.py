"""Takes a ledger of people in: matched by identity number, then name and phone; blanks filled, nothing overwritten.

A field the ledger already holds differently becomes a conflict for the clerk. Every field filled leaves a dated row.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from matching.taxonomy import regions
from models import intake as intake_table
from models.base import try_hold
from models.intake import Import
from models.scope import Scope
from services.intake import mends, towns
from services.intake.cells.text import key
from services.intake.errors import IntakeError
from services.intake.headers import book
from services.intake.ledger_rows import Clerk
from services.intake.people import Person, iter_people
from services.intake.results import RowResult, finding
from services.intake.rows import Sheet
from services.intake.sheets import read_sheets
from services.intake.source import Source
from services.runtime import Runtime

KIND: Final = "veteran"
#: Of the bureau: everybody's people.
EVERYWHERE: Final = Scope(frozenset(), is_whole=True)


class LedgerBusy(IntakeError):
    """Another file of people is being entered this moment: who is in both would be entered twice."""

    def __init__(self) -> None:
        super().__init__("另一个台账正在录入。", "请等它录完，再导入一次。")


@dataclass(frozen=True, slots=True)
class ImportedPeople:
    """What an import did. `added` was counted in the database; `filled` rows got blanks filled in."""

    added: int
    filled: int
    unchanged: int
    conflicts: int
    counts: dict[str, int] = field(default_factory=dict)
    again: datetime | None = None


def import_people(
    rt: Runtime,
    source: Source,
    who: str,
    *,
    accept_mends: bool = False,
    on_row: Callable[[RowResult], None] | None = None,
    scope: Scope = EVERYWHERE,
) -> ImportedPeople:
    """Takes a ledger in, all rows in one transaction or none. `on_row` sees every row with what came of it.

    `accept_mends`: the clerk agreed to the whole-column mends. `scope`: whose people the clerk may enter.
    Raises IntakeError for a file that is none.
    """
    results = list(read_people(rt, read_sheets(source.data), accept_mends=accept_mends, scope=scope))
    done, results = enter_people(rt, source, who, results, scope)
    for result in results:
        if on_row:
            on_row(result)
    return done


def enter_people(
    rt: Runtime, source: Source, who: str, results: list[RowResult], scope: Scope = EVERYWHERE
) -> tuple[ImportedPeople, list[RowResult]]:
    """Enters rows as read, all in one transaction or none; what was done, and the rows with what came of each.

    Raises LedgerBusy.
    """
    counts = {"ok": 0, "duplicate": 0, "error": 0}
    for result in results:
        if result.status:
            counts[result.status] += 1
    with rt.reading() as session:
        before = intake_table.import_of(session, source.digest, KIND)
    if before is not None:
        return ImportedPeople(0, 0, counts["ok"], 0, counts, again=before.at), results
    # Not alone: thousands of rows take longer than anybody at a page waits.
    with rt.transaction(alone=False) as session:
        if not try_hold(session, "ledger.enter"):
            raise LedgerBusy
        noted = Import(
            kind=KIND, file_name=source.short_name, digest=source.digest, at=rt.now(), who=who, counts=counts
        )
        session.add(noted)
        session.flush()  # the changes below name it
        clerk = Clerk(session, rt, noted, scope)
        results = clerk.enter(results)
        import_id = noted.id
    with rt.reading() as session:
        added = intake_table.count_entered(session, import_id)
        conflicts = intake_table.count_conflicts(session, import_id)
    return ImportedPeople(added, clerk.filled, clerk.unchanged, conflicts, counts), results


def read_people(
    rt: Runtime, sheets: list[Sheet], *, accept_mends: bool = False, scope: Scope = EVERYWHERE
) -> Iterator[RowResult]:
    """Every row of every sheet, with the headings learned; people of other stations than the clerk's are errors."""
    with rt.reading() as session:
        learned = intake_table.meanings(session, KIND)
        nodes = {} if scope.is_whole else towns.stations_by_name(session)
    headers = book(KIND).with_learned(learned)
    home = regions.get(rt.office.region)
    for sheet in sheets:
        if accept_mends:
            sheet = mends.apply(sheet, mends.propose(sheet, headers))
        for row in iter_people(sheet, rt.today(), home=home, headers=headers):
            yield row if scope.is_whole else _within(row, nodes, scope)


def _within(result: RowResult, nodes: Mapping[str, int], scope: Scope) -> RowResult:
    if result.status != "ok":
        return result
    person: Person = result.extra["person"]
    node = nodes.get(key(person.town)) if person.town else None
    if node is not None and scope.covers(node):
        return result
    found = finding("town_outside", "town", person.town or "空")
    return replace(result, status="error", findings=(*result.findings, found))
