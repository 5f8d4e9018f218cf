"""Whole-column mends, proposed in words and applied only with consent: “17 个电话里有空格：全部去掉？”."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from services.intake.cells.contacts import phone_number
from services.intake.cells.text import plain, tidy
from services.intake.headers import HeaderBook
from services.intake.reading import NOTHING
from services.intake.rows import Row, Sheet
from services.intake.tables import RowKind, TableRow, split

Cell = tuple[int, int]
_SPACED: Final = re.compile(r"(?<=[\d一-鿿])[\s　]+(?=[\d一-鿿])|^[\s　]+|[\s　]+$")
_LANDLINE: Final = re.compile(r"^(0\d{2,3})-?\d{7,8}$")


@dataclass(frozen=True, slots=True)
class Mend:
    """One proposal for a column: the question to the clerk, and cell by cell (record, column) what it would become."""

    code: str
    column: str
    question: str
    cells: Mapping[Cell, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many cells it would change."""
        return len(self.cells)


def propose(sheet: Sheet, book: HeaderBook) -> list[Mend]:
    """Every mend a sheet could do with, column by column; an empty list for a clean one."""
    rows = [row for row in split(sheet, book) if row.kind is RowKind.DATA]
    return [
        mend
        for found in (_spaces(rows), _full_width(rows), _area_codes(rows), _missing_employers(rows))
        for mend in found
        if mend.cells
    ]


def apply(sheet: Sheet, mends: Iterable[Mend]) -> Sheet:
    """The sheet with these mends done; the one handed in stays as it is."""
    changed: dict[int, dict[int, str]] = {}
    for mend in mends:
        for (record, column), text in mend.cells.items():
            changed.setdefault(record, {})[column] = text
    rows = [_changed(row, changed.get(row.record, {})) for row in sheet.rows]
    return Sheet(sheet.name, rows, sheet.lossy)


def _changed(row: Row, cells: Mapping[int, str]) -> Row:
    if not cells:
        return row
    width = max(len(row.cells), *(column + 1 for column in cells))
    own = [*row.cells, *[""] * (width - len(row.cells))]
    return Row(row.record, tuple(cells.get(column, text) for column, text in enumerate(own)))


def _cells(rows: list[TableRow], name: str) -> Iterator[tuple[TableRow, int, str]]:
    for row in rows:
        for column in row.table.columns.get(name, ()):
            if column < len(row.row.cells) and row.row.cells[column].strip():
                yield row, column, row.row.cells[column]


def _spaces(rows: list[TableRow]) -> Iterator[Mend]:
    for name, what in (("phone", "电话"), ("id_number", "身份证号"), ("name", "姓名")):
        cells = {
            (row.row.record, column): _SPACED.sub("", text)
            for row, column, text in _cells(rows, name)
            if _SPACED.search(text) and (name == "name" or not re.search(r"[一-鿿]", text))
        }
        yield Mend("spaces", _heading(rows, name), f"{len(cells)} 个{what}里有空格：全部去掉？", cells)


def _full_width(rows: list[TableRow]) -> Iterator[Mend]:
    for name, what in (
        ("phone", "电话"),
        ("id_number", "身份证号"),
        ("headcount", "人数"),
        ("age", "年龄"),
        ("salary", "工资"),
    ):
        cells = {
            (row.row.record, column): tidy(text)
            for row, column, text in _cells(rows, name)
            if re.search(r"[０-９Ａ-Ｚａ-ｚ]", text)
        }
        yield Mend("full_width", _heading(rows, name), f"{len(cells)} 个{what}是全角字符：全部改成半角？", cells)


def _area_codes(rows: list[TableRow]) -> Iterator[Mend]:
    """Local numbers without an area code get the one area code the column uses, if it is only one."""
    phones = list(_cells(rows, "phone"))
    codes = Counter(found[1] for _, _, text in phones if (found := _LANDLINE.match(plain(text))))
    if len(codes) != 1:
        return
    (code,) = codes
    cells = {
        (row.row.record, column): f"{code}-{plain(text)}"
        for row, column, text in phones
        if re.fullmatch(r"[2-9]\d{6,7}", plain(text)) and phone_number(f"{code}{plain(text)}")
    }
    yield Mend("area_code", _heading(rows, "phone"), f"{len(cells)} 个座机没有区号：都加上 {code}？", cells)


def _missing_employers(rows: list[TableRow]) -> Iterator[Mend]:
    """A new serial number without an employer: perhaps every posting is numbered, not every firm."""
    cells: dict[Cell, str] = {}
    above = ""
    for row in rows:
        columns = row.table.columns.get("employer", ())
        stated = row.values.get("employer", ("",))[0]
        if plain(stated) not in NOTHING:
            above = stated
        elif columns and above and "serial" in row.values and row.values.get("title"):
            cells[row.row.record, columns[0]] = above
    yield Mend(
        "employer_above", _heading(rows, "employer"), f"{len(cells)} 行有序号没有单位：都沿用上一行的单位？", cells
    )


def _heading(rows: list[TableRow], name: str) -> str:
    return next((row.table.heading(name) for row in rows if name in row.table.columns), "")
