"""A sheet of postings, row by row: inherited cells, every field, errors and warnings, duplicates."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from matching.taxonomy.place import Place
from services.intake import guard, swapped
from services.intake.cells import places
from services.intake.cells.text import key, plain, tidy
from services.intake.headers import HeaderBook, book
from services.intake.reading import NOTHING, Reading, RowReader
from services.intake.results import Finding, RowResult, finding
from services.intake.rows import Sheet
from services.intake.tables import RowKind, Table, TableRow, split, titles_of

INHERITED: Final = ("employer", "place", "board", "contact", "phone")
_WORDS: Final = re.compile(r"[一-鿿a-zA-Z]")
_OFFICE_IN_TITLE: Final = re.compile(
    r"[一-鿿A-Za-z0-9（）()]{2,30}?(?:有限责任公司|股份有限公司|有限公司|分公司|公司|集团|工厂|医院|学校|合作社|酒店|银行|派出所|公安局|大队|街道办事处)"
)


def parse_postings(
    sheet: Sheet, as_of: date, *, home: Place | None = None, headers: HeaderBook | None = None
) -> list[RowResult]:
    """Every row of a sheet of postings. `home`: the bureau's own place, for files whose titles name none.

    `headers`: another book of wordings, e.g. with the ones learned. Raises nothing on any text.
    """
    return list(iter_postings(sheet, as_of, home=home, headers=headers))


def iter_postings(
    sheet: Sheet, as_of: date, *, home: Place | None = None, headers: HeaderBook | None = None
) -> Iterator[RowResult]:
    """As `parse_postings`, one at a time: for progress on long files."""
    rows = split(sheet, headers or book("posting"))
    cells = [text for row in rows if row.kind is RowKind.DATA for text in row.values.get("place", ())[:1]]
    own = home or places.home_of(titles_of(rows), cells[:400])
    inherited = _Inheritance()
    known = _Known()
    reader: tuple[Table, RowReader] | None = None
    for row in rows:
        if row.kind is not RowKind.DATA:
            inherited.pass_row(row)
            yield RowResult(row.row.record, row.kind, sheet=sheet.name)
            continue
        if reader is None or reader[0] is not row.table:
            reader = row.table, RowReader(row.table, places.home_of(row.table.titles) or own, as_of)
        values = inherited.fill(row)
        reading = reader[1].read(values)
        reading.findings.extend(_errors(row, values, reading, sheet))
        yield known.result(row, reading, sheet.name, inherited.from_title)


class _Inheritance:
    """Blank cells left by merged ones: they hold until the next employer or serial number."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, ...]] = {}
        self._serial = ""
        self._titled = ""
        self.from_title = False

    def pass_row(self, row: TableRow) -> None:
        """A title begins something new; other rows between do not."""
        if row.kind is RowKind.TITLE:
            self._held, self._serial = {}, ""
            text = " ".join(cell for cell in dict.fromkeys(row.row.cells) if cell.strip())
            found = _OFFICE_IN_TITLE.search(re.sub(r"^[（(]?[一二三四五六七八九十\d]+[）)、.．]", "", text))
            self._titled = tidy(found.group()) if found else self._titled
        elif row.kind is RowKind.HEADER:
            self._serial = ""

    def fill(self, row: TableRow) -> Mapping[str, tuple[str, ...]]:
        """The row's cells with inherited ones put in."""
        values = dict(row.values)
        serial = plain(values.get("serial", ("",))[0])
        stated = values.get("employer", ("",))[0]
        # The same firm named again is not the next one: what it left blank is still merged.
        other = plain(stated) not in NOTHING and key(stated) != key(self._held.get("employer", ("",))[0])
        begins = bool(serial and serial != self._serial) or other
        self._serial = serial or self._serial
        if begins:
            self._held = {}
        for name in INHERITED:
            if name in values:
                self._held[name] = values[name]
            elif name in self._held:
                values[name] = self._held[name]
        self.from_title = "employer" not in row.table.columns and bool(self._titled)
        if self.from_title:
            values["employer"] = (self._titled,)
        return values


def _errors(row: TableRow, values: Mapping[str, tuple[str, ...]], reading: Reading, sheet: Sheet) -> list[Finding]:
    """The errors of a row, the gravest first, and the guard's objections."""
    table = row.table
    found: list[Finding] = []
    own = {name: tidy(cells[0]) for name, cells in values.items() if cells}
    if pair := swapped.swapped(own):
        words = " ↔ ".join(own[name] for name in pair)
        found.append(finding("columns_swapped", "、".join(table.heading(name) for name in pair), words))
    if reading.employer is None:
        found.append(finding("missing_employer", table.heading("employer")))
    if reading.title is None:
        found.append(finding("missing_title", table.heading("title")))
    found.extend(
        finding(objection.code, table.headings.get(column, ""), objection.words)
        for column, text in sorted(_texts(row))
        for objection in guard.objections([text])
    )
    codes = {one.code for one in found}
    found.extend(
        finding(objection.code, table.heading("title"), objection.words)
        for objection in guard.spread(own.get("title", ""), own.get("salary", ""))
        if objection.code not in codes
    )
    found.extend(
        finding("serial_lossy", table.headings.get(column, ""))
        for column in range(len(row.row.cells))
        if (row.row.record, column) in sheet.lossy
    )
    return found


def _texts(row: TableRow) -> Iterator[tuple[int, str]]:
    """Column and text of every cell that may hold sentences; phone and contact columns may hold numbers."""
    numbers = {column for name in ("phone", "contact") for column in row.table.columns.get(name, ())}
    for column, cell in enumerate(row.row.cells):
        if len(cell) > 2 and column not in numbers and _WORDS.search(cell):
            yield column, cell


class _Known:
    """The postings of the file so far, to tell repeated ones."""

    def __init__(self) -> None:
        self._terms: dict[tuple[Any, ...], list[tuple[int, tuple[Any, ...]]]] = {}

    def result(self, row: TableRow, reading: Reading, sheet: str, from_title: bool) -> RowResult:
        record = row.row.record
        findings = list(reading.findings)
        if from_title:
            findings.append(finding("employer_from_title", "", reading.employer or ""))
        if reading.title and not reading.trade.categories:
            findings.append(finding("category_unsure", row.table.heading("title"), reading.title))
        findings.sort(key=_gravity)
        status, original = "ok", None
        if any(one.is_error for one in findings):
            status = "error"
        elif (original := self._original(record, reading)) is not None:
            status = "duplicate"
            findings.append(finding("duplicate", "", str(original)))
        return RowResult(
            record, "job", status, fields_json(reading), tuple(findings), original, sheet, {"reading": reading}
        )

    def _original(self, record: int, reading: Reading) -> int | None:
        firm, extras = _terms(reading)
        for other, kept in self._terms.get(firm, ()):
            # A column one of two tables lacks says nothing against their being the same.
            if all(a == b or a is None or b is None for a, b in zip(extras, kept, strict=True)):
                return other
        self._terms.setdefault(firm, []).append((record, extras))
        return None


_ORDER: Final = (
    *("columns_swapped", "missing_employer", "missing_title", "illegal_fee", "suspicious"),
    *("headcount_invalid", "salary_unparseable"),
)


def _gravity(one: Finding) -> int:
    return _ORDER.index(one.code) if one.code in _ORDER else len(_ORDER)


def _terms(reading: Reading) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    pay, who = reading.salary, reading.ages
    firm = (
        *(key(reading.employer or ""), key(reading.title or ""), pay.low, pay.high, pay.unit),
        *(who.low, who.high, who.high_male, who.high_female, who.low_male, who.low_female),
        *(reading.gender, reading.schooling.least, reading.papers.licences, frozenset(reading.papers.certificates)),
    )
    place = reading.place.adcode if reading.place else None
    return firm, (reading.headcount.count, place, reading.board, reading.shift, reading.height)


def fields_json(reading: Reading) -> dict[str, Any]:
    """The fields of the contract; what is not stated is null, an empty list where it is a list."""
    ages, pay, held = reading.ages, reading.salary, reading.papers
    place = reading.place
    return {
        "employer": reading.employer,
        "title": reading.title,
        "category": _category(reading),
        "headcount": reading.headcount.count,
        "age_min": ages.low,
        "age_max": ages.high,
        "age_min_male": ages.low_male,
        "age_min_female": ages.low_female,
        "age_max_male": ages.high_male,
        "age_max_female": ages.high_female,
        "age_max_veteran": ages.high_veteran,
        "gender": reading.gender,
        "education_min": reading.schooling.least,
        "licences_any": list(held.licences),
        "certificates_all": list(held.certificates),
        "certificates_other": list(held.others),
        "salary_min": pay.low,
        "salary_max": pay.high,
        "salary_unit": pay.unit,
        "salary_note": pay.note,
        "location": place.to_json() if place else None,
        "board": reading.board,
        "veteran_priority": reading.veteran_priority,
        "veteran_only": reading.veteran_only,
        "hardship_only": reading.hardship_only,
        "height_min_cm": reading.height,
        "work_type": reading.work_type,
        "contact": reading.contact,
        "phone": reading.phone,
        "published": reading.published.isoformat() if reading.published else None,
        "deadline": reading.deadline.isoformat() if reading.deadline else None,
    }


def _category(reading: Reading) -> str:
    if not reading.trade.categories and reading.work_type == "公益性岗位":
        return "公益性岗位"
    return reading.trade.first


def summary(results: Iterable[RowResult]) -> dict[str, int]:
    """How many rows came out how: ok, duplicate, error, and with warnings."""
    counts = {"ok": 0, "duplicate": 0, "error": 0, "warned": 0}
    for result in results:
        if result.status:
            counts[result.status] += 1
            counts["warned"] += bool(result.status == "ok" and result.warnings)
    return counts
