"""Splits a sheet into what its rows are: titles, headers, notes, blanks, totals and data rows with named columns."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from services.intake import guesses, swapped
from services.intake.cells.text import plain
from services.intake.headers import HeaderBook
from services.intake.rows import Row, Sheet


class RowKind(StrEnum):
    """What a row is; only data rows are imported."""

    TITLE = "title"
    HEADER = "header"
    NOTE = "note"
    BLANK = "blank"
    TOTAL = "total"
    DATA = "data"


_TOTAL: Final = re.compile(
    r"^(?:合计|总计|小计|共计|总人数|累计|合计人数|总数|本页合计|总合计|汇总|合计:?.*|总计:?.*|小计:?.*|共计:?.*)$"
)
_NOTE: Final = re.compile(
    r"^(?:注|备注|说明|附注|提示|温馨提示|填表说明|特别说明|重要提示|联系方式|报名方式|报名地点|咨询电话|报名电话|联系电话|监督电话|以上|※|\*|★|▲|△|●|◆|"
    r"填报人|填表人|制表|审核|负责人签字|单位负责人|填报日期|填报时间|填报单位|统计时间|制表时间|附件?|招聘热线|热线|ps|p\.s|截止(?:到|至|时间|日期)|数据来源|来源)(?:[:：)）、.]|\d|[^,，]{0,40}$)",
    re.IGNORECASE,
)
_LIST_ITEM: Final = re.compile(r"^(?:\d{1,2}|[一二三四五六七八九十]{1,2}|[①-⑩])[、.．)）]")
_SECTION: Final = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}|\([一二三四五六七八九十]{1,3}\)|第[一二三四五六七八九十\d]+(?:批|部分|类|组))[、.．:)]?|(?:类|专区|岗位|企业|单位|信息表?|一览表|汇总表|统计表|招聘会|清单|名单|台账|花名册|登记表|专场|招聘表|招工|招聘)$"
)
_GROUP: Final = re.compile(r"(?:信息|情况|方式|要求|条件|待遇|需求|概况|资料)$")
DITTO: Final = frozenset(
    {"同上", "〃", "″", '"', "''", "同前", "如上", "〝", "”", "“", "同上栏", "-同上-", '""', "ditto"}
)


@dataclass(slots=True)
class Table:
    """One table: its titles, the wording of each column, and which column holds which field.

    `guessed`: columns whose heading nobody knew, put in by what their cells hold.
    """

    titles: list[str] = field(default_factory=list)
    headings: dict[int, str] = field(default_factory=dict)
    columns: dict[str, list[int]] = field(default_factory=dict)
    ignored: set[int] = field(default_factory=set)
    guessed: dict[int, str] = field(default_factory=dict)

    def heading(self, name: str) -> str:
        """The wording of the (first) column of a field, for messages; the field's own name if there is none."""
        columns = self.columns.get(name)
        return self.headings.get(columns[0], name) if columns else name


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row with its kind and its table. `values`: field -> cells of a data row, 同上 resolved, blanks left out."""

    row: Row
    kind: RowKind
    table: Table
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def split(sheet: Sheet, book: HeaderBook) -> list[TableRow]:
    """Every row of the sheet, in order, with its kind."""
    return list(_Splitter(sheet, book).rows())


class _Splitter:
    """Walks down a sheet once; knows the table it stands in and the row above (for 同上)."""

    def __init__(self, sheet: Sheet, book: HeaderBook) -> None:
        self._rows = sheet.rows
        self._book = book
        self._headers = [self._named(row) for row in sheet.rows]
        self._uppers: set[int] = set()
        self._headers = [named or self._strange(index) for index, named in enumerate(self._headers)]
        self._uppers = {index for index in range(len(sheet.rows)) if self._is_upper(index)}
        self._table = Table()
        self._above: tuple[str, ...] = ()
        self._noted = False

    def rows(self) -> Iterator[TableRow]:
        """All rows in order."""
        for index, row in enumerate(self._rows):
            filled = [cell for cell in row.cells if cell.strip()]
            kind = self._kind(index, row, filled)
            if kind is RowKind.TITLE:
                self._begin(plain(filled[0]) and " ".join(filled))
            elif kind is RowKind.HEADER:
                self._head(index, row)
            self._noted = kind is RowKind.NOTE or (kind is RowKind.BLANK and self._noted)
            yield self._row(row, kind)

    def _row(self, row: Row, kind: RowKind) -> TableRow:
        if kind is not RowKind.DATA:
            return TableRow(row, kind, self._table)
        cells = tuple(
            self._above[column] if cell.strip() in DITTO and column < len(self._above) else cell
            for column, cell in enumerate(row.cells)
        )
        self._above = cells
        row = Row(row.record, cells)
        values: dict[str, tuple[str, ...]] = {}
        for name, columns in self._table.columns.items():
            found = tuple(cells[column] for column in columns if column < len(cells) and cells[column].strip())
            if found:
                values[name] = found
        return TableRow(row, kind, self._table, values)

    def _kind(self, index: int, row: Row, filled: list[str]) -> RowKind:
        if not filled:
            return RowKind.BLANK
        if self._headers[index] or index in self._uppers or self._is_subheader(index, row):
            return RowKind.HEADER
        first = plain(filled[0]).strip("()【】[]")
        if _TOTAL.match(first) and (len(filled) <= 4 or first in ("合计", "总计", "小计", "共计")):
            return RowKind.TOTAL
        if self._is_serial_only(row, filled):
            return RowKind.BLANK
        if len(set(filled)) == 1 or len(filled) <= 2:
            return self._sparse(index, row, filled, first)
        if not self._table.columns:
            return RowKind.TITLE
        return RowKind.NOTE if _NOTE.match(first) and len(filled) <= 4 and not first.isdigit() else RowKind.DATA

    def _sparse(self, index: int, row: Row, filled: list[str], first: str) -> RowKind:
        """A row with one or two cells: a title above a header, a note, a section line, or a poor data row."""
        one = len(set(filled)) == 1
        if one and (not _NOTE.match(first) or first.startswith("附")) and self._header_follows(index):
            return RowKind.TITLE
        if all(_NOTE.match(plain(cell)) for cell in filled):
            return RowKind.NOTE
        if _NOTE.match(first) and not (len(filled) == 2 and self._looks_like_data(row)):
            return RowKind.NOTE
        if not self._table.columns:
            return RowKind.TITLE
        if not one:
            return RowKind.DATA if self._looks_like_data(row) else RowKind.NOTE
        if (
            self._noted
            or re.match(r"[一-鿿]{2,8}:|以上|请|凡|本表|所有|更多|欢迎|扫[码描]|关注|详情|如有|有意", first)
            or (_LIST_ITEM.match(first) and len(first) > 12)
            or len(first) > 40
        ):
            return RowKind.NOTE
        # A table without a column of employers names each in a line of its own above its postings.
        names_employer = "employer" not in self._table.columns and swapped.looks_like_office(filled[0])
        if names_employer or self._header_follows(index) or _SECTION.search(first) or not self._has_name_column(row):
            return RowKind.TITLE if not re.search(r"[。;；:：]$|请|须|需提供", first) else RowKind.NOTE
        return RowKind.DATA

    def _looks_like_data(self, row: Row) -> bool:
        known = {column for columns in self._table.columns.values() for column in columns}
        return sum(bool(cell.strip()) for column, cell in enumerate(row.cells) if column in known) >= 2

    def _has_name_column(self, row: Row) -> bool:
        """Whether the only cell stands under employer, title or name: then the row is data, however poor."""
        names = [column for name in ("employer", "title", "name") for column in self._table.columns.get(name, ())]
        return any(column < len(row.cells) and row.cells[column].strip() for column in names)

    def _is_serial_only(self, row: Row, filled: list[str]) -> bool:
        serial = self._table.columns.get("serial", ())
        return len(filled) == 1 and any(
            column < len(row.cells) and row.cells[column].strip().isdigit() for column in serial
        )

    def _header_follows(self, index: int) -> bool:
        for later in range(index + 1, min(index + 6, len(self._rows))):
            if self._headers[later] or later in self._uppers:
                return True
            if sum(bool(cell.strip()) for cell in self._rows[later].cells) > 2:
                return False
        return False

    def _named(self, row: Row) -> dict[int, tuple[str, ...]]:
        """Column -> fields when the row is a header; empty otherwise."""
        filled = [(column, cell) for column, cell in enumerate(row.cells) if cell.strip()]
        if (
            len(filled) < 2
            or any(cell.isdigit() for _, cell in filled)
            or any(len(cell) > 60 for _, cell in filled[:3])
        ):
            return {}
        named = {column: names for column, cell in filled if (names := self._book.fields_of(cell))}
        distinct = {name for names in named.values() for name in names}
        exact = sum(self._book.is_word(row.cells[column]) for column in named)
        enough = len(distinct) >= 3 or (len(distinct) == len(filled) == 2)
        if enough and exact >= 2 and len(named) >= 0.6 * len(filled) and distinct & {"title", "employer", "name"}:
            return named
        return {}

    def _strange(self, index: int) -> dict[int, tuple[str, ...]]:
        """A header few of whose words are known: short words above rows of figures whose cells speak for themselves."""
        cells = [(column, cell) for column, cell in enumerate(self._rows[index].cells) if cell.strip()]
        if len(cells) < 4 or any(len(cell) > 14 or re.search(r"\d", cell) for _, cell in cells):
            return {}
        below = self._rows[index + 1].cells if index + 1 < len(self._rows) else ()
        if (
            self._headers[index - 1 : index + 2].count({}) < 3 - (index == 0)
            or sum(bool(re.search(r"\d", cell)) for cell in below) < 2
        ):
            return {}
        named = {column: names for column, cell in cells if (names := self._book.fields_of(cell))}
        known = {name for names in named.values() for name in names}
        guessed = self._guessed(index, {column for column, _ in cells} - set(named), self._book.fields - known)
        fields = known | set(guessed.values())
        if {"title", "employer"} <= fields and len(fields) >= 4 and len(fields) >= 0.6 * len(cells):
            return named | {column: (name,) for column, name in guessed.items()}
        return {}

    def _is_upper(self, index: int) -> bool:
        """The upper half of a two-row header: 单位信息 | 岗位信息 | 联系方式 right above the real headings."""
        if index + 1 >= len(self._rows) or self._headers[index] or not self._headers[index + 1]:
            return False
        filled = list(dict.fromkeys(cell.strip() for cell in self._rows[index].cells if cell.strip()))
        short = all(len(cell) <= 10 and not re.search(r"\d|:|：", cell) for cell in filled)
        named = sum(bool(self._book.fields_of(cell) or _GROUP.search(plain(cell))) for cell in filled)
        return short and len(filled) >= 2 and named >= 2

    def _is_subheader(self, index: int, row: Row) -> bool:
        """The lower half of a two-row header: 联系人 | 电话 under a merged 联系方式."""
        if index == 0 or not self._headers[index - 1]:
            return False
        filled = [cell for cell in row.cells if cell.strip()]
        upper = self._rows[index - 1].cells
        fresh = [
            cell
            for column, cell in enumerate(row.cells)
            if cell.strip() and (column >= len(upper) or upper[column] != cell)
        ]
        return bool(fresh) and len(filled) <= len(row.cells) and all(self._book.is_word(cell) for cell in filled)

    def _begin(self, title: str) -> None:
        """A title: the columns above it hold until a new header says otherwise."""
        old = self._table
        fresh = bool(old.columns)
        self._table = Table(
            [title] if fresh else [*old.titles, title], dict(old.headings), dict(old.columns), set(old.ignored)
        )
        self._above = ()

    def _head(self, index: int, row: Row) -> None:
        """A header: new columns for the same title; a lower header row completes the upper one."""
        if index in self._uppers:
            return
        named = self._headers[index]
        if index - 1 in self._uppers:
            upper = {c: cell for c, cell in enumerate(self._rows[index - 1].cells) if cell.strip()}
            alone = {c: cell for c, cell in upper.items() if c >= len(row.cells) or not row.cells[c].strip()}
            row = _with_cells(row, alone)
            named = named | {c: names for c, cell in alone.items() if (names := self._book.fields_of(cell))}
        if not self._headers[index]:
            named = {c: self._book.fields_of(cell) for c, cell in enumerate(row.cells) if cell.strip()}
            named = {**self._headers[index - 1], **named}
        headings = {column: cell.strip() for column, cell in enumerate(row.cells) if cell.strip()}
        if not self._headers[index]:
            headings = {**self._table.headings, **headings}
        columns: dict[str, list[int]] = {}
        for column, names in sorted(named.items()):
            for name in names:
                columns.setdefault(name, []).append(column)
        known = {column for found in columns.values() for column in found}
        guessed = {c: names[0] for c, names in named.items() if not self._book.fields_of(headings.get(c, ""))}
        guessed |= self._guessed(index, set(headings) - known, self._book.fields - set(columns))
        for column, name in guessed.items():
            columns.setdefault(name, [column])
        known |= set(guessed)
        ignored = {column for column in headings if column not in known} | set(columns.pop("ignored", ()))
        if columns != self._table.columns:
            self._above = ()
        self._table = Table(self._table.titles, headings, columns, ignored, guessed)

    def _guessed(self, index: int, unknown: set[int], free: set[str]) -> dict[int, str]:
        """What the columns of unknown headings hold, by the rows down to the next header."""
        if not unknown:
            return {}
        below: dict[int, list[str]] = {column: [] for column in unknown}
        for later in range(index + 1, min(index + 1 + guesses.LOOKED_AT, len(self._rows))):
            if self._headers[later] or later in self._uppers:
                break
            cells = self._rows[later].cells
            if sum(bool(cell.strip()) for cell in cells) > 2:
                for column in unknown:
                    below[column].append(cells[column] if column < len(cells) else "")
        return guesses.fields(below, free)


def _with_cells(row: Row, cells: Mapping[int, str]) -> Row:
    width = max([len(row.cells), *(column + 1 for column in cells)])
    own = dict(enumerate(row.cells))
    return Row(row.record, tuple(cells.get(column) or own.get(column, "") for column in range(width)))


def titles_of(rows: Sequence[TableRow]) -> list[str]:
    """Every title of a sheet, in order, once each."""
    return list(dict.fromkeys(title for row in rows for title in row.table.titles))
