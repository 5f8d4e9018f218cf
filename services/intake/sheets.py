"""Reads a file (.xlsx .xls .csv, told by its bytes, not its name) into sheets of cell texts with record numbers."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import python_calamine

from services.intake.archives import MAX_CELLS, MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS, check_workbook
from services.intake.errors import IntakeError

# From here on a spreadsheet's number has lost digits: an 18-digit ID number typed into a plain cell.
LOSSY: Final = 1e15
MAX_CELL_CHARS: Final = 8000
_SAVE_AS: Final = "请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file (from 1) and its cells as texts; a number cell has no `.0`."""

    record: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet. `lossy`: (record, column) of number cells whose digits are lost. `name` is empty for a CSV file."""

    name: str
    rows: list[Row]
    lossy: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def read_sheets(data: bytes) -> list[Sheet]:
    """All visible sheets that hold anything; raises IntakeError with what to do, and nothing else, on any bytes."""
    if len(data) > MAX_FILE_BYTES:
        raise IntakeError(f"文件超过 {MAX_FILE_BYTES // 2**20} MB。", "请拆成几个文件再导入。")
    if not data.strip():
        raise IntakeError("文件是空的。", "请检查后重新选择文件。")
    _refuse_other_kinds(data)
    if data.startswith(b"PK"):
        check_workbook(data)
        sheets = _workbook(data)
    elif data.startswith(_OLE):
        sheets = _workbook(data)
    else:
        sheets = [Sheet("", list(_numbered(_csv_rows(_decoded(data)))))]
    filled = [sheet for sheet in sheets if any(any(row.cells) for row in sheet.rows)]
    if not filled:
        raise IntakeError("表里没有内容。", "请检查后重新选择文件。")
    return filled


def _refuse_other_kinds(data: bytes) -> None:
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith(b"%pdf"):
        raise IntakeError("这是 PDF 文件。", "请导入 .xlsx、.xls 或 .csv 表格。")
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise IntakeError("这是网页格式的表格（只是名字叫 .xls）。", _SAVE_AS)
    if head.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8", b"{\\rtf", b"7z\xbc\xaf", b"rar!")):
        raise IntakeError("这不是表格文件。", "请导入 .xlsx、.xls 或 .csv 文件。")


def _workbook(data: bytes) -> list[Sheet]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [
            meta.name for meta in book.sheets_metadata if meta.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        return [_sheet(book.get_sheet_by_name(name)) for name in visible]
    except IntakeError:
        raise
    except python_calamine.PasswordError as error:
        raise IntakeError("文件有密码。", "请去掉密码后再导入。") from error
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise IntakeError("文件损坏或格式不对，打不开。", _SAVE_AS) from error
    except BaseException as error:
        # A panic inside the reader's compiled part is no Exception; anything else of that kind is not ours to hold.
        if type(error).__name__ != "PanicException":
            raise
        raise IntakeError("文件损坏或格式不对，打不开。", _SAVE_AS) from error


def _sheet(sheet: Any) -> Sheet:
    height, width = (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end else (0, 0)
    if height > MAX_ROWS or width > MAX_COLUMNS or height * width > MAX_CELLS * 4:
        raise IntakeError(f"表格太大（{height} 行 {width} 列）。", "请删去多余的空行空列，或拆成几个文件再导入。")
    lossy: set[tuple[int, int]] = set()
    rows: list[Row] = []
    merged = _vertical_merges(sheet.merged_cell_ranges or ())
    above: list[Any] = []
    # Rows come as the file has them: leading empty rows and columns are counted, not skipped.
    for index, values in enumerate(sheet.to_python(skip_empty_area=False)):
        values = _filled(values, above, merged.get(index, ()))
        above = values
        lossy.update(
            (index + 1, column)
            for column, value in enumerate(values)
            if type(value) is float and (value >= LOSSY or value <= -LOSSY)
        )
        rows.append(Row(index + 1, _trimmed([_text(value) for value in values])))
    return Sheet(sheet.name, _without_tail(rows), frozenset(lossy))


def _vertical_merges(ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> dict[int, list[int]]:
    """Row -> columns whose cell belongs to the merged cell that began above it."""
    filled: dict[int, list[int]] = {}
    for (top, left), (bottom, _) in ranges:
        if bottom - top < MAX_ROWS:
            for row in range(top + 1, bottom + 1):
                filled.setdefault(row, []).append(left)
    return filled


def _filled(values: list[Any], above: list[Any], columns: Sequence[int]) -> list[Any]:
    if not columns:
        return values
    values = list(values)
    for column in columns:
        if column < len(values) and column < len(above) and values[column] == "":
            values[column] = above[column]
    return values


def _text(value: Any) -> str:
    """A cell as the person sees it, near enough: 3.0 → 3, a day as ISO, True → 是."""
    if type(value) is str:
        return value if len(value) <= MAX_CELL_CHARS else value[:MAX_CELL_CHARS]
    if type(value) is float:
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else f"{value:.10g}"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("minutes")
    return "" if isinstance(value, timedelta) else str(value)


def _trimmed(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1].strip():
        cells.pop()
    return tuple(cells)


def _without_tail(rows: list[Row]) -> list[Row]:
    while rows and not rows[-1].cells:
        rows.pop()
    return rows


def _decoded(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if wide else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise IntakeError("认不出文件的编码。", _SAVE_AS)


def _csv_rows(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    csv.field_size_limit(max(csv.field_size_limit(), 10 * MAX_CELL_CHARS))
    try:
        yield from reader
    except csv.Error as error:
        raise IntakeError(f"第 {reader.line_num} 行附近的引号或换行不成对。", _SAVE_AS) from error


def _delimiter(text: str) -> str:
    """Comma, unless the first lines plainly use tabs or semicolons."""
    head = re.sub(r'"[^"]*"', "", text[:20000])
    counts = {mark: head.count(mark) for mark in (",", "\t", ";")}
    best = max(counts, key=lambda mark: counts[mark])
    return best if counts[best] > 3 * counts[","] else ","


def _numbered(rows: Iterator[list[str]]) -> Iterator[Row]:
    cells = 0
    for record, values in enumerate(rows, start=1):
        cells += len(values)
        if record > MAX_ROWS or len(values) > MAX_COLUMNS * 4 or cells > MAX_CELLS * 4:
            raise IntakeError("表格太大。", "请拆成几个文件再导入。")
        yield Row(record, _trimmed([value[:MAX_CELL_CHARS].replace("\r\n", "\n") for value in values]))
